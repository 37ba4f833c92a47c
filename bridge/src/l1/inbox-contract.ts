import type { Address, Hash, Hex } from 'viem';

import type { DelayedMessage, InboxItem } from './types.js';

/** What L1 stores after a block: counts and the last value of each accumulator (zero when the count is). */
export interface Accumulators {
  readonly items: bigint;
  readonly itemHash: Hash;
  readonly messages: bigint;
  readonly messageHash: Hash;
}

/** A log as JSON-RPC gives it, checked for shape. */
export interface RawLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hash;
  readonly transactionHash: Hash;
  readonly logIndex: number;
}

/** Items and messages of a range of blocks, in order. */
export interface RangeContent {
  readonly items: readonly InboxItem[];
  readonly messages: readonly DelayedMessage[];
}

/** How the L1 contracts report items and messages. The watcher knows nothing of their ABI. */
export interface InboxContract {
  readonly addresses: readonly Address[];
  readonly topics: readonly Hex[];
  /** Decodes logs that follow `before`. Throws AccumulatorMismatchError or MalformedLogError when they cannot be all and right. */
  decode(logs: readonly RawLog[], before: Accumulators): Promise<RangeContent>;
  /** Reads the accumulators after the block with this hash, as enough endpoints agree on them. Throws L1AnswerDisagreementError. */
  accumulators(blockHash: Hash): Promise<Accumulators>;
}
