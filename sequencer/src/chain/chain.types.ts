import type { BlockContext, ProgramReceipt, QueryRequest, QueryResult } from '@metachain/program';
import type { Address, Hex } from 'viem';
import type { BlockHeader } from '../engine/machine.port.js';

/** Finality words used everywhere (soft: ordered; quorum: 15 of 21 signed; safe: batch on L1; final: window over). */
export type Finality = 'soft' | 'quorum' | 'safe' | 'final';

/** L1 item a block was posted in, and what its bytes cost. */
export interface BatchReference {
  readonly item: bigint;
  readonly l1TransactionHash: Hex;
  readonly l1BlockNumber: bigint;
  readonly l1BlockHash: Hex;
  /** Bytes of the whole payload. */
  readonly payloadBytes: number;
  /** Wei paid for it on L1 in all, and the part of that for blobs. */
  readonly costWei: bigint;
  readonly blobWei: bigint;
}

/** Answer to an accepted transaction: journalled, so it survives a crash. */
export interface Acknowledgement {
  readonly hash: Hex;
  readonly blockNumber: bigint;
  /** Position among the submitted transactions of the block under construction. */
  readonly index: number;
  /** `queued`: journalled, but it waits for an earlier nonce; block number and index are 0. */
  readonly status: 'executed' | 'failed' | 'queued';
  readonly code: number;
}

/** A transaction that was acknowledged and waits for an earlier nonce. */
export interface WaitingTransaction {
  readonly wire: Uint8Array;
  readonly sender: Hex;
}

/** Wire bytes of a transaction beside its receipt, for hashes, `eth_getTransaction*` and L1 cost. */
export interface SealedTransaction {
  readonly wire: Uint8Array;
  readonly receipt: ProgramReceipt;
  /** Delayed messages: the op-stack hash of the deposit, an index-only alias. */
  readonly alias?: Hex;
}

/** The same as the rules wrote it: most of a block is only stored, and parsed when somebody asks for it. */
export interface RecordedTransaction {
  readonly wire: Uint8Array;
  /** Events, then the receipt (docs/spec/logs.md). */
  readonly records: Uint8Array;
  readonly alias?: Hex;
}

/** What the chain hands to the index and to subscribers, once a block, in order. */
export interface ChainBlock {
  readonly block: BlockHeader;
  readonly context: BlockContext;
  readonly recorded: readonly RecordedTransaction[];
  /** `recorded`, parsed when first read: a listener that can do without does not touch it. */
  readonly transactions: readonly SealedTransaction[];
  /** Size of the block's content on the wire. */
  readonly contentBytes: number;
}

/** Block numbers at each level of finality. */
export interface Heads {
  readonly soft: bigint;
  readonly safe: bigint;
  readonly final: bigint;
}

/** The transaction was refused and nothing changed. `code` is the rules' number or a mempool one; `message` in geth's wording. */
export class RejectedTransaction extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = 'RejectedTransaction';
  }
}

/** A query named a block outside the history window. */
export class OutsideHistoryWindow extends Error {
  constructor(
    readonly blockNumber: bigint,
    readonly oldest: bigint,
    readonly latest: bigint,
  ) {
    super(`block ${blockNumber} is outside the history window ${oldest}..${latest}`);
    this.name = 'OutsideHistoryWindow';
  }
}

/** Everything the API may ask of the chain. Implemented by ChainService; nothing in the API touches the engine directly. */
export interface Chain {
  readonly chainId: number;
  readonly genesis: { hash: Hex; stateRoot: Hex; timestamp: bigint };
  /** An entry as in a block's content (docs/spec/transactions.md): a packed transaction, or a framed Ethereum one. */
  submit(entry: Uint8Array): Promise<Acknowledgement>;
  /** Many at once: one hop to the engine, one fsync. A refusal stands in its place. */
  submitBatch(entries: readonly Uint8Array[]): Promise<readonly (Acknowledgement | RejectedTransaction)[]>;
  heads(): Heads;
  /** Base price in wei per gas and L1 price in wei per byte now in force. */
  prices(): { basePrice: bigint; l1BytePrice: bigint };
  /** Message call on the state after `blockNumber` (or the pending state). Rejects with OutsideHistoryWindow. */
  query(request: Omit<QueryRequest, 'timestamp'>, blockNumber: bigint | 'pending'): Promise<QueryResult>;
  /** A state word and its proof (docs/spec/state.md) after `blockNumber`. */
  proof(key: Hex, blockNumber: bigint): Promise<{ value: Hex; proof: Hex; stateRoot: Hex }>;
  /** A transaction that waits for an earlier nonce; undefined once it was executed, replaced or dropped. */
  waiting(hash: Hex): Promise<WaitingTransaction | undefined>;
  /** Next nonce of an account including transactions already accepted. */
  pendingNonce(account: Address): Promise<bigint>;
  /**
   * Called once per sealed block in order, before the block becomes visible through `heads`; the index commits here. After a restart the
   * newest blocks come again, so that nothing is missed: a listener ignores those that it holds with the same hash.
   */
  onBlock(listener: (block: ChainBlock) => Promise<void>): void;
  /** Called when blocks become safe (with their batch), final, or are undone by an L1 reorg. */
  onHeads(
    listener: (heads: Heads, batch?: { first: bigint; last: bigint; reference: BatchReference }) => Promise<void>,
  ): void;
  /** Called when soft blocks above `blockNumber` were undone. */
  onReorg(listener: (blockNumber: bigint) => Promise<void>): void;
}
