import type { ItemBoundary, ItemLedger } from '../poster/item-ledger.js';
import { outputRootOf, type RollupLimits, type StoredAssertion } from './rollup-reader.js';

/** An assertion on L1 with its number. */
export interface NumberedAssertion extends StoredAssertion {
  readonly id: bigint;
}

/** Whether an assertion claims the state that this node computed. Undefined while the node has not read so far. */
export function agrees(assertion: StoredAssertion, ledger: ItemLedger): boolean | undefined {
  const boundary = ledger.at(BigInt(assertion.itemIndex));
  return boundary && outputRootOf(boundary.stateRoot, boundary.headerHash) === assertion.outputRoot;
}

/** A claim that this node could make. */
export interface PlannedAssertion {
  readonly end: ItemBoundary;
  readonly units: bigint;
}

/** The next claim on top of `parent`; undefined when there is nothing to claim yet. Items from `checked` on are not claimed; undefined: none. */
export function planAssertion(
  parent: NumberedAssertion,
  ledger: ItemLedger,
  limits: RollupLimits,
  checked: bigint | undefined,
): PlannedAssertion | undefined {
  const start = ledger.at(BigInt(parent.itemIndex));
  const end = checked === undefined ? undefined : endOf(parent, ledger, limits, checked);
  if (!start || !end) return undefined;
  const units = end.units - start.units;
  return units <= limits.maximumUnits ? { end, units } : undefined;
}

/** All children of a parent end at the same item; the first one may choose it. */
function endOf(
  parent: NumberedAssertion,
  ledger: ItemLedger,
  limits: RollupLimits,
  checked: bigint,
): ItemBoundary | undefined {
  const minimum = BigInt(parent.childItem);
  const newest = ledger.latest.itemIndex < checked ? ledger.latest.itemIndex : checked;
  if (parent.lastChild !== 0) return minimum <= newest ? ledger.at(minimum) : undefined;
  const maximum = BigInt(parent.itemIndex) + limits.maximumItems;
  const end = newest < maximum ? newest : maximum;
  return end >= minimum && end > BigInt(parent.itemIndex) ? ledger.at(end) : undefined;
}

/** An assertion that may be confirmed, and since when: seconds of L1 time. */
export interface DueAssertion {
  readonly id: bigint;
  readonly blockNumber: number;
  readonly since: bigint;
}

/**
 * Whether the only child `id` of the newest confirmed assertion can be confirmed at `now`, L1 seconds. A node confirms only what it
 * computed itself.
 */
export function dueAt(
  child: NumberedAssertion,
  now: bigint,
  ledger: ItemLedger,
  limits: RollupLimits,
): DueAssertion | undefined {
  const since = BigInt(child.createdAt) + limits.window;
  if (child.openGames > 0 || now < since || !agrees(child, ledger)) return undefined;
  return { id: child.id, blockNumber: child.blockNumber, since };
}

/** The next assertion confirms what is due, so a transaction for that alone is worth it only when none came for an interval. */
export function confirmsAlone(due: DueAssertion, now: bigint, intervalSeconds: number): boolean {
  return now >= due.since + BigInt(intervalSeconds);
}
