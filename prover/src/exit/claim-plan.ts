import type { Boundary } from '../replay/boundary.js';
import type { Assertion } from '../watch/assertions.js';

/** What of an assertion in storage decides where its children end. */
export interface ParentPlace {
  readonly itemIndex: number;
  /** At least here; exactly here once there is a child. */
  readonly childItem: number;
  readonly lastChild: number;
}

export interface ClaimLimits {
  readonly maximumItems: bigint;
  readonly maximumUnits: bigint;
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

/**
 * Where a claim on a parent may end: where its siblings end, else as far as items and units allow. Undefined while L1 has too few items, or
 * where the limit of units leaves no room.
 */
export function claimEnd(
  parent: ParentPlace,
  items: bigint,
  limits: ClaimLimits,
  at: (item: bigint) => Boundary | undefined,
): Boundary | undefined {
  const start = at(BigInt(parent.itemIndex));
  const lowest = BigInt(parent.childItem);
  const farthest = BigInt(parent.itemIndex) + limits.maximumItems;
  let end = parent.lastChild !== 0 ? lowest : items < farthest ? items : farthest;
  for (; start !== undefined && end >= lowest; end--) {
    const boundary = at(end);
    if (boundary !== undefined && boundary.units - start.units <= limits.maximumUnits) return boundary;
  }
  return undefined;
}
