import type { InboxItem } from '@metachain/bridge';
import { OVERDUE_SECONDS } from './batch-planner.js';
import type { UnpostedBlock } from './unposted-block.js';

/** What an item must be like for L1 to make of a batch the very blocks that were put into it. */
export interface BatchTerms {
  /** Times of the first and the last block, seconds. */
  readonly oldest: bigint;
  readonly newest: bigint;
  /** Delayed messages consumed after the first block and after the last one. */
  readonly consumedByFirst: bigint;
  readonly consumedByLast: bigint;
  /** Largest item, plus 1, whose prices a block takes. */
  readonly priceItem: bigint;
}

type ItemFacts = Pick<InboxItem, 'index' | 'timestamp' | 'delayedCount'>;

/** L1 time of a delayed message in seconds, if it has been seen. */
export type MessageTimes = (index: bigint) => bigint | undefined;

/** Blocks that are further behind their item are dated up, seconds (docs/spec/batch.md, "One unit"). */
const MAXIMUM_LAG_SECONDS = 86_400n;

/** Terms of a batch of these blocks. */
export function termsOf(blocks: readonly UnpostedBlock[]): BatchTerms {
  const [first, last] = [blocks[0]!, blocks.at(-1)!];
  const priceItem = blocks.reduce((most, { context }) => (context.priceItem > most ? context.priceItem : most), 0n);
  return {
    oldest: first.context.timestamp,
    newest: last.context.timestamp,
    consumedByFirst: first.delayedConsumed,
    consumedByLast: last.delayedConsumed,
    priceItem,
  };
}

/** Whether the item allows the blocks at all: it has the messages and follows the prices that they name. */
export function areAllowed({ consumedByLast, priceItem }: BatchTerms, { index, delayedCount }: ItemFacts): boolean {
  return consumedByLast <= delayedCount && priceItem <= index;
}

/** Whether L1 leaves the blocks as they are: it dates none anew, and forces no message into one that does not name it. */
export function areKept(terms: BatchTerms, item: ItemFacts, messageTime: MessageTimes): boolean {
  const inTime = terms.newest <= item.timestamp && terms.oldest + MAXIMUM_LAG_SECONDS >= item.timestamp;
  return inTime && !isForced(terms.consumedByFirst, item, messageTime);
}

/** Whether an item forces the message that follows the `consumed` ones. Messages are in the order of their times. */
export function isForced(consumed: bigint, item: Omit<ItemFacts, 'index'>, messageTime: MessageTimes): boolean {
  if (consumed >= item.delayedCount) return false;
  const sent = messageTime(consumed);
  return sent !== undefined && sent + OVERDUE_SECONDS < item.timestamp;
}
