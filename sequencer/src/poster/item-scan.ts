import type { InboxItem } from '@metachain/bridge';
import { UNITS_PER_ITEM, wordsToPayload } from '@metachain/program';
import type { Hex } from 'viem';
import { blockStart, readPayloadBlock } from '../engine/payload-block.js';
import { areAllowed, areKept, isForced, type MessageTimes, termsOf } from './batch-terms.js';
import type { ProducerCheck } from './producer-check.js';
import type { UnpostedBlock } from './unposted-block.js';

/** The chain's end before an item, or within it. */
export interface ChainPlace {
  readonly blockNumber: bigint;
  readonly headerHash: Hex;
  readonly delayedConsumed: bigint;
}

/** What a scan needs to know. */
export interface ScanParts {
  /** The node's own block at a number, while it is kept. */
  readonly blockAt: (number: bigint) => UnpostedBlock | undefined;
  readonly messageTime: MessageTimes;
  readonly isProduced: ProducerCheck;
}

/** What a payload shows without executing anything. */
export interface ItemScan {
  /** Blocks at the payload's beginning that this node has, byte by byte, and that L1 leaves as they are. */
  readonly own: readonly UnpostedBlock[];
  /** Byte of the payload behind them. */
  readonly offset: number;
  /** Whether L1 makes a block of what follows. */
  readonly more: boolean;
}

/**
 * Compares the payload of an item with the blocks that the node has. Costs a comparison of bytes and, once, a signature: a stranger's item, which
 * costs them one transaction, must not cost the engine an undo.
 */
export function scanItem(item: InboxItem, words: Uint8Array, from: ChainPlace, parts: ScanParts): ItemScan {
  const payload = wordsToPayload(words);
  const own: UnpostedBlock[] = [];
  for (let [place, offset] = [from, 0]; ;) {
    const start = blockStart(payload, offset);
    const next = start === undefined ? undefined : sameBlock(payload, start, place, parts);
    const terms = next && termsOf([next]);
    if (!next || !areKept(terms!, item, parts.messageTime) || !areAllowed(terms!, item))
      return { own, offset, more: makesBlock(item, payload, start, place, parts) };
    own.push(next);
    offset = start! + next.encoded.length;
    if (own.length === UNITS_PER_ITEM || (payload[offset] ?? 0) === 0) return { own, offset, more: false };
    place = { blockNumber: next.number, headerHash: next.hash, delayedConsumed: next.delayedConsumed };
  }
}

/** The node's next block, if the payload holds it at `start`. */
function sameBlock(
  payload: Uint8Array,
  start: number,
  { blockNumber, headerHash }: ChainPlace,
  { blockAt }: ScanParts,
): UnpostedBlock | undefined {
  const block = blockAt(blockNumber + 1n);
  if (block?.parentHash !== headerHash) return undefined;
  const there = payload.subarray(start, start + block.encoded.length);
  return Buffer.compare(there, block.encoded) === 0 ? block : undefined;
}

/** Whether a unit that starts here makes a block: one that is signed, or one of overdue messages (docs/spec/batch.md, "One unit"). */
function makesBlock(
  item: InboxItem,
  payload: Uint8Array,
  start: number | undefined,
  { headerHash, delayedConsumed }: ChainPlace,
  { isProduced, messageTime }: ScanParts,
): boolean {
  if (isForced(delayedConsumed, item, messageTime)) return true;
  const block = start === undefined ? undefined : readPayloadBlock(payload, start);
  if (!block || block.parent !== headerHash || block.priceItem > item.index) return false;
  return delayedConsumed + block.delayed <= item.delayedCount && isProduced(payload, block);
}
