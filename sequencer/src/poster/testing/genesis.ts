/** A hash that is told apart at a glance: one byte, 32 times. */
export const hash = (fill: number) => `0x${fill.toString(16).padStart(2, '0').repeat(32)}` as const;

/** The boundary before every item. */
export const genesis = {
  itemIndex: 0n,
  blockNumber: 0n,
  headerHash: hash(1),
  stateRoot: hash(2),
  delayedConsumed: 0n,
  itemHash: hash(0),
};
