import { UNITS_PER_ITEM } from '@metachain/program';
import type { UnpostedBlock } from './unposted-block.js';

/** When and how much to post. Times in seconds. */
export interface PlannerPolicy {
  readonly intervalSeconds: number;
  readonly targetBytes: number;
  /** Bytes of the largest payload that one batch can carry. */
  readonly maxBytes: number;
  /** L1's next block must not be earlier than the blocks posted in it. */
  readonly clockMarginSeconds: number;
}

/** Blocks older than this against their item's time are clamped by the rules, so they cannot be posted as they are. */
export const MAX_BLOCK_AGE_SECONDS = 86_400n;
/** Delayed messages older than this against the item's time are consumed by the first block of the item. */
export const OVERDUE_SECONDS = 3_600n;
/** Distance kept from both limits: time until inclusion, and clocks that differ. */
const SAFETY_SECONDS = 600n;

/** One byte of version in front of the blocks. */
const PAYLOAD_OVERHEAD = 1;

/**
 * Chooses the blocks of the next batch: all that fit, once enough bytes wait or the oldest block is old enough. Empty = not yet.
 * `messageTime` gives the L1 time of a delayed message.
 */
export function planBatch(
  blocks: readonly UnpostedBlock[],
  now: bigint,
  policy: PlannerPolicy,
  messageTime: (index: bigint) => bigint | undefined,
  flush = false,
): readonly UnpostedBlock[] {
  const batch = takeFitting(blocks, now, policy, messageTime);
  const bytes = batch.reduce((sum, { encoded }) => sum + encoded.length, PAYLOAD_OVERHEAD);
  const age = batch[0] ? now - batch[0].context.timestamp : 0n;
  // A batch that is cut short by a limit has reached its full size, whatever its bytes say.
  const cut =
    batch.length > 0 &&
    blocks.length > batch.length &&
    blocks[batch.length]!.context.timestamp + BigInt(policy.clockMarginSeconds) <= now;
  const due = flush || cut || bytes >= policy.targetBytes || age >= BigInt(policy.intervalSeconds);
  return due ? batch : [];
}

/** Whether the rules would change a block's time because it is posted too late: it has to be made anew. */
export function isTooOld(block: UnpostedBlock, itemTime: bigint): boolean {
  return block.context.timestamp + MAX_BLOCK_AGE_SECONDS < itemTime + SAFETY_SECONDS;
}

/** Why L1 would make other blocks of a batch that is included at `now`, or soon after: with them it was planned too long ago. */
export function whyLate(
  batch: readonly UnpostedBlock[],
  now: bigint,
  messageTime: (index: bigint) => bigint | undefined,
): string | undefined {
  if (isTooOld(batch[0]!, now)) return 'its first block is too old';
  const forced = batch.slice(1).some((block) => wouldBeForced(block, now, messageTime));
  return forced ? 'one of its messages is overdue' : undefined;
}

function takeFitting(
  blocks: readonly UnpostedBlock[],
  now: bigint,
  policy: PlannerPolicy,
  messageTime: (index: bigint) => bigint | undefined,
): readonly UnpostedBlock[] {
  const batch: UnpostedBlock[] = [];
  let bytes = PAYLOAD_OVERHEAD;
  for (const block of blocks) {
    bytes += block.encoded.length;
    const ripe = block.context.timestamp + BigInt(policy.clockMarginSeconds) <= now;
    if (!ripe || bytes > policy.maxBytes || batch.length === UNITS_PER_ITEM) break;
    if (batch.length > 0 && wouldBeForced(block, now, messageTime)) break;
    batch.push(block);
  }
  return batch;
}

/** A batch may consume up to its last block's count; an overdue message in it would be forced into the batch's first block. */
function wouldBeForced(block: UnpostedBlock, now: bigint, messageTime: (index: bigint) => bigint | undefined): boolean {
  if (block.context.delayed === 0n) return false;
  const oldest = messageTime(block.delayedConsumed - block.context.delayed);
  return oldest !== undefined && oldest + OVERDUE_SECONDS < now + SAFETY_SECONDS;
}
