import type { Address, Hash, Hex } from 'viem';

/** An L1 block as far as the bridge needs it. Timestamp in seconds. */
export interface L1Block {
  readonly number: bigint;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly timestamp: bigint;
}

/** Where on L1 a log stands. */
export interface L1Location {
  readonly blockNumber: bigint;
  readonly blockHash: Hash;
  readonly transactionHash: Hash;
  readonly logIndex: number;
}

/** A delayed message with the words that the rules read (docs/spec/l1.md). */
export interface DelayedMessage {
  /** Absolute number, from 0. */
  readonly index: bigint;
  /** Words 0..8, then the data padded to words, joined. */
  readonly words: Uint8Array;
  /** `delayed[index]`. */
  readonly accumulator: Hash;
  readonly from: Address;
  readonly to: Address;
  /** Wei. */
  readonly mint: bigint;
  /** Wei. */
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly data: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
  /** Word 7: the transaction hash in the rules' records. */
  readonly sourceHash: Hash;
  /** L2 transaction hash by the op-stack's rule, as `viem/op-stack` derives it from the receipt. */
  readonly alias: Hash;
  readonly l1: L1Location;
}

/** Payload of an item: nothing, blobs named by versioned hash, or words that are read from L1 when asked for. */
export type ItemPayload =
  | { readonly kind: 'none' }
  | { readonly kind: 'blobs'; readonly versionedHashes: readonly Hash[] }
  | { readonly kind: 'calldata'; readonly words: () => Promise<Uint8Array> };

/** An inbox item with the words that the rules read (docs/spec/batch.md). */
export interface InboxItem {
  readonly index: bigint;
  /** Header words 0..10, joined. */
  readonly words: Uint8Array;
  /** `items[index]`. */
  readonly accumulator: Hash;
  readonly poster: Address;
  /** Seconds. */
  readonly timestamp: bigint;
  /** Messages the item may consume, counted from the first. */
  readonly delayedCount: bigint;
  readonly payloadWords: number;
  readonly payload: ItemPayload;
  readonly l1: L1Location;
}

/** What a transaction cost its sender on L1, in wei: execution plus blobs. */
export interface L1Cost {
  readonly executionWei: bigint;
  readonly blobWei: bigint;
  readonly totalWei: bigint;
}

/** Numbers of the L1 blocks at each level of certainty. They never go backwards. */
export interface L1Heads {
  readonly latest: bigint;
  readonly safe: bigint;
  readonly finalized: bigint;
}

/** L1 blocks from `fromBlock` on were replaced. Items and messages from the named numbers on are void; the new ones follow. */
export interface L1Reorg {
  readonly fromBlock: bigint;
  /** Blocks undone. */
  readonly depth: bigint;
  readonly firstItem: bigint;
  readonly firstMessage: bigint;
}

/** In the order of L1, each item and message once, with `reorg` when something already reported is void. */
export type L1Event =
  | { readonly type: 'message'; readonly message: DelayedMessage }
  | { readonly type: 'item'; readonly item: InboxItem }
  | { readonly type: 'reorg'; readonly reorg: L1Reorg }
  | {
      readonly type: 'block';
      readonly block: L1Block;
      readonly heads: L1Heads;
      readonly items: bigint;
      readonly messages: bigint;
    };
