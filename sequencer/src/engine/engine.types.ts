import type { BlockContext, StateDiff } from '@metachain/program';
import type { Hex } from 'viem';
import type { InputWords } from '../journal/entry.js';
import type { BlockTiming } from './block-builder.js';
import type { BlockHeader, ItemPlace } from './machine.port.js';

/** Everything that the engine thread is started with. Plain data: it crosses a thread boundary. */
export interface EngineOptions {
  readonly chainId: number;
  /** Directory of journal and snapshots. */
  readonly directory: string;
  /** Text of the chain configuration. */
  readonly genesis: string;
  readonly producer: Hex;
  readonly segmentBytes: number;
  /** Blocks above this one are replayed and announced again after a start. */
  readonly replayAbove: bigint;
  /** Newest block of the index. Where it is below `replayAbove`, blocks are announced from there on if the journal still reaches back so far. */
  readonly indexedBlock?: bigint;
  /** Newest asserted block of which proofs are kept: from here on states must stay rebuildable. */
  readonly provenBlock: bigint;
  readonly slotMilliseconds: number;
  readonly maxContentBytes: number;
  readonly maxDelayed: number;
  readonly snapshotEveryBlocks: number;
  readonly snapshotEveryTransactions: number;
  /** Keep every journal file. */
  readonly archive: boolean;
  readonly queuePerAccount: number;
  readonly queueTotal: number;
  /** Longest wait in the queue. */
  readonly queueSeconds: number;
  readonly priceBumpPercent: number;
}

/** A block as the engine thread hands it out, durable. */
export interface EngineBlock {
  readonly block: BlockHeader;
  /** Log records, from which the receipts are parsed. */
  readonly records: Uint8Array;
  readonly context: BlockContext;
  readonly messages: readonly InputWords[];
  /** Wire bytes of the transactions, joined as on L1, and where each of them ends. */
  readonly content: Uint8Array;
  readonly entryEnds: Uint32Array;
  /** Words changed, for the replicas. */
  readonly diff: StateDiff | undefined;
  /** Undefined where nobody waited for it: forced by L1. */
  readonly timing?: BlockTiming | undefined;
  /** False when it was replayed after a start. */
  readonly fresh: boolean;
}

/** An item of L1 from which blocks are to be made. */
export interface DerivationRequest {
  /** The block on which the item's blocks build; what the node has above it is undone. */
  readonly parent: { readonly number: bigint; readonly hash: Hex };
  readonly item: InputWords;
  /** Where the first unit starts. */
  readonly start: ItemPlace;
  /** All words of the payload. */
  readonly words: Uint8Array;
  /** Messages not consumed by `parent`, as far as the item may consume them. */
  readonly messages: readonly InputWords[];
  /** Earlier items that blocks of the payload name. */
  readonly items: readonly InputWords[];
}

/** A block that was made of an item. */
export interface MadeBlock {
  readonly number: bigint;
  readonly hash: Hex;
  readonly stateRoot: Hex;
  readonly delayedConsumed: bigint;
  /** Nobody signed it: it exists only because of its item. */
  readonly forced: boolean;
}

/** What the engine says by itself, in order. */
export type EngineEvent =
  | { readonly type: 'block'; readonly block: EngineBlock }
  /** Blocks above `number` were undone; the replicas start again from `snapshot` (a file) or genesis. */
  | { readonly type: 'undone'; readonly number: bigint; readonly base: bigint; readonly snapshot: string | undefined }
  /** A snapshot of this block is on disk; a replica may start from it. */
  | { readonly type: 'snapshot'; readonly number: bigint; readonly path: string }
  /** The rules refused an acknowledged transaction when its turn came again, after an undo or a start, or behind an earlier nonce. */
  | { readonly type: 'dropped'; readonly hash: Hex; readonly reason: string }
  /** Nothing is accepted or sealed any more. */
  | { readonly type: 'halted'; readonly message: string };

/** State of the engine after a start. */
export interface EngineReady {
  readonly genesis: { readonly hash: Hex; readonly stateRoot: Hex; readonly timestamp: bigint };
  readonly programHash: Hex;
  readonly head: bigint;
  /** Wei per gas and wei per byte at the head. */
  readonly basePrice: bigint;
  readonly l1BytePrice: bigint;
  /** Block from which blocks were replayed, and its snapshot file (undefined = genesis). */
  readonly base: bigint;
  readonly snapshot: string | undefined;
  /** Bytes of a torn journal tail that were cut, and snapshots that were passed over. */
  readonly cutBytes: number;
  readonly refusedSnapshots: readonly string[];
}

/** News from L1 with enough confirmations. `time`: timestamp of the newest L1 block, seconds. */
export interface EngineL1Update {
  readonly messages: readonly InputWords[];
  readonly items: readonly InputWords[];
  readonly time: bigint;
}

/** Counters that the health page and the metrics show. */
export interface EngineStatus {
  readonly head: bigint;
  readonly queued: number;
  readonly openTransactions: number;
  readonly halted: string | undefined;
  readonly journalSequence: bigint;
}
