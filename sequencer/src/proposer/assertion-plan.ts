import { ASSERTION_STATUS, mayConfirm } from '@metachain/contracts';
import type { ItemBoundary, ItemLedger } from '../poster/item-ledger.js';
import { outputRootOf, type RollupLimits, type StoredAssertion } from './rollup-reader.js';

/** An assertion on L1 with its number. */
export interface NumberedAssertion extends StoredAssertion {
  readonly id: bigint;
}

/** The program of the genesis, and of every true assertion. */
const PROGRAM_INDEX = 0;

/** What an assertion claims. */
export type ClaimContent = Pick<StoredAssertion, 'outputRoot' | 'itemIndex' | 'blockNumber' | 'programIndex'>;

/**
 * Whether an assertion claims what this node computed: with the right root it can still be wrong about block number or program, and falls
 * with all that is built on it. Undefined while the node has not read so far.
 */
export function agrees(assertion: ClaimContent, ledger: ItemLedger): boolean | undefined {
  const boundary = ledger.at(BigInt(assertion.itemIndex));
  if (boundary === undefined) return undefined;
  const sameRoot = outputRootOf(boundary.stateRoot, boundary.headerHash) === assertion.outputRoot;
  const sameBlock = BigInt(assertion.blockNumber) === boundary.blockNumber;
  return sameRoot && sameBlock && assertion.programIndex === PROGRAM_INDEX;
}

/** Whether a claim can still be confirmed or fall; of a copy its original says so. */
export const isUndecided = ({ status }: StoredAssertion): boolean =>
  status === ASSERTION_STATUS.pending || status === ASSERTION_STATUS.outlived;

/** Where the next claim on top of `parent` ends; undefined when there is nothing to claim yet. Items from `checked` on are not claimed; undefined: none. */
export function planAssertion(
  parent: NumberedAssertion,
  ledger: ItemLedger,
  limits: RollupLimits,
  checked: bigint | undefined,
): ItemBoundary | undefined {
  if (checked === undefined) return undefined;
  // All children of a parent end at the same item; the first one may choose it.
  const minimum = BigInt(parent.itemIndex + parent.childItems);
  const newest = ledger.latest.itemIndex < checked ? ledger.latest.itemIndex : checked;
  if (parent.lastChild !== 0) return minimum <= newest ? ledger.at(minimum) : undefined;
  const maximum = BigInt(parent.itemIndex) + limits.maximumItems;
  const end = newest < maximum ? newest : maximum;
  return end >= minimum && end > BigInt(parent.itemIndex) ? ledger.at(end) : undefined;
}

/**
 * Whether a claim that ends at `end` is worth a bond: it says of new blocks, or stands beside a wrong claim, or `newest`, a block that may be
 * claimed, lies behind it: a stranger made the children end there, or put as many items without a block before it as one claim may span.
 */
export function isWorthClaiming(parent: NumberedAssertion, end: ItemBoundary | undefined, newest: bigint): boolean {
  if (end === undefined) return false;
  const block = BigInt(parent.blockNumber);
  return end.blockNumber !== block || parent.children > 0 || newest > block;
}

/** An assertion, original or copy, through which a claim may be confirmed, and since when: seconds of L1 time. */
export interface DueAssertion {
  readonly id: bigint;
  readonly blockNumber: number;
  readonly since: bigint;
}

/**
 * Whether the only claim on the newest confirmed assertion can be confirmed through `child` at `now`, L1 seconds. A node confirms only what
 * it computed itself.
 */
export function dueAt(
  child: NumberedAssertion,
  now: bigint,
  ledger: ItemLedger,
  limits: RollupLimits,
): DueAssertion | undefined {
  const since = BigInt(child.createdAt) + limits.window;
  if (!mayConfirm(child) || now < since || !agrees(child, ledger)) return undefined;
  return { id: child.id, blockNumber: child.blockNumber, since };
}

/** The next assertion confirms what is due, so a transaction for that alone is worth it only when none came for an interval. */
export function confirmsAlone(due: DueAssertion, now: bigint, intervalSeconds: number): boolean {
  return now >= due.since + BigInt(intervalSeconds);
}
