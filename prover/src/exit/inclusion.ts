/** A message that no block took up, and the L1 time in seconds from which on any item has to. */
export interface WaitingMessage {
  readonly index: bigint;
  readonly notBefore: bigint;
}

/** The newest item, and how many messages the chain had taken up before and after it. */
export interface NewestItem {
  readonly timestamp: bigint;
  readonly delayedCount: bigint;
  readonly before: bigint;
  readonly after: bigint;
}

/**
 * What a waiting message needs: time, an item, or what L1 cannot give (`broken`). An item takes up a bounded number of messages (docs/spec/batch.md), so
 * one may end before it comes to this one, and the next goes on from there; one that had to take up messages and took none broke the rules.
 */
export function inclusionOf(
  { index, notBefore }: WaitingMessage,
  newest: NewestItem | undefined,
  now: bigint,
): 'wait' | 'append' | 'broken' {
  const wasDue = newest !== undefined && newest.timestamp >= notBefore && newest.delayedCount > index;
  if (wasDue) return newest.after > newest.before ? 'append' : 'broken';
  return now < notBefore ? 'wait' : 'append';
}
