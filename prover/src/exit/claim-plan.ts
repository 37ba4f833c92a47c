import type { Boundary } from '../replay/boundary.js';
import type { Assertion } from '../watch/assertions.js';

/** What of an assertion in storage decides where its children end. */
export interface ParentPlace {
  readonly itemIndex: number;
  /** Items that a child consumes: at least so many; exactly so many once there is a child. */
  readonly childItems: number;
  readonly lastChild: number;
}

/**
 * The assertions that L1 data proves right, newest last: those whose parents are right too, and that were not found wrong. `wrong` are the
 * numbers of those that were.
 */
export function rightAssertions(assertions: readonly Assertion[], wrong: readonly bigint[]): readonly Assertion[] {
  const bad = new Set<bigint>(wrong);
  for (const { id, parent } of assertions) if (id !== 0n && bad.has(parent)) bad.add(id);
  return assertions.filter(({ id }) => !bad.has(id));
}

/** The furthest first: what a new claim is built on, so that it needs one bond. Of equal claims the original comes first, which is the oldest. */
export const furthestFirst = (assertions: readonly Assertion[]): readonly Assertion[] =>
  [...assertions].sort((a, b) => Number(b.itemIndex - a.itemIndex) || Number(a.id - b.id));

/** Where a claim on a parent may end: where its siblings end, else as far as items go. Undefined while L1 has too few items. */
export function claimEnd(
  parent: ParentPlace,
  items: bigint,
  maximumItems: bigint,
  at: (item: bigint) => Boundary | undefined,
): Boundary | undefined {
  const lowest = BigInt(parent.itemIndex + parent.childItems);
  const farthest = BigInt(parent.itemIndex) + maximumItems;
  const end = parent.lastChild !== 0 ? lowest : items < farthest ? items : farthest;
  return end >= lowest ? at(end) : undefined;
}
