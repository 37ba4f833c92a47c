import type { Hex } from 'viem';

import { toHex } from '../codec/bytes.js';
import { OutsideWindowError } from '../errors.js';
import { DEFAULT_WINDOW, type Head } from '../state/chain-state.js';
import type { StateDiff } from '../state/diff.js';
import { StateOverlay } from '../state/overlay.js';
import { decodeSnapshot } from '../state/snapshot.js';
import type { StateStore } from '../state/state-store.js';
import { TreeCursor } from '../state/tree-cursor.js';
import { QueryRunner } from './query.js';
import type { QueryRequest, QueryResult } from './types.js';
import type { ProgramModule } from './wasm.js';

export interface ReplicaOptions {
  readonly module: ProgramModule;
  readonly chainId: number;
  /** Blocks before the newest that can be asked about. */
  readonly window?: number;
}

/** A block as a replica is fed with it. */
export interface ReplicaBlock {
  readonly head: Head;
  readonly diff: StateDiff;
}

/** Past states kept ready for queries. */
const CACHED_VIEWS = 8;

/**
 * A copy of the state in a query worker: starts from a snapshot, follows the chain by the diffs of its blocks, and answers message calls
 * and proofs at any block of its window. The live table is never touched.
 */
export class Replica {
  private readonly store: StateStore;
  private readonly window: number;
  private blocks: ReplicaBlock[] = [];
  private base: Head;
  private readonly latest: QueryRunner;
  private readonly views = new Map<bigint, { overlay: StateOverlay; runner: QueryRunner }>();
  private readonly cursor: TreeCursor;

  /** Fails: SnapshotError. */
  constructor(
    private readonly options: ReplicaOptions,
    snapshot: Uint8Array,
  ) {
    const { store, head, tree } = decodeSnapshot(snapshot, options.chainId);
    this.store = store;
    this.base = head;
    this.window = options.window ?? DEFAULT_WINDOW;
    this.latest = new QueryRunner(options.module, store);
    this.cursor = new TreeCursor(tree);
  }

  /** Newest block. */
  get head(): Head {
    return this.blocks.at(-1)?.head ?? this.base;
  }

  /** Oldest block that can be asked about. */
  get oldest(): bigint {
    return this.base.number;
  }

  /** Follows the chain by one block. */
  apply(block: ReplicaBlock): void {
    const diff = this.store.adopt(block.diff);
    this.blocks.push({ head: block.head, diff });
    for (const { overlay } of this.views.values()) overlay.cover(diff);
    if (this.blocks.length <= this.window) return;
    // The tree lags behind until a proof is asked for; before its block leaves the window it catches up, all blocks at once.
    if (this.cursor.position === 0) this.cursor.moveTo(this.blocks.length, this.diffs());
    this.cursor.position--;
    this.views.delete(this.base.number);
    this.base = this.blocks.shift()!.head;
  }

  /** Undoes blocks until `number` is the newest. Fails: OutsideWindowError. */
  revertTo(number: bigint): void {
    const keep = this.indexOf(number);
    if (this.cursor.position > keep) this.cursor.moveTo(keep, this.diffs());
    while (this.blocks.length > keep) this.store.revert(this.blocks.pop()!.diff);
    this.views.clear();
  }

  /** Message call on the state after a block. Fails: OutsideWindowError and those of QueryRunner. */
  query(request: QueryRequest, blockNumber: bigint): QueryResult {
    return this.viewAt(blockNumber).query(request);
  }

  /** A word and its proof after a block. Fails: OutsideWindowError. */
  proof(key: Uint8Array, blockNumber: bigint): { value: Uint8Array; proof: Uint8Array; stateRoot: Hex } {
    const index = this.indexOf(blockNumber);
    const overlay = this.overlayAt(index);
    this.cursor.moveTo(index, this.diffs());
    const proof = this.cursor.tree.proof(key, (record) => overlay.read(this.store.keyOf(record).slice()));
    return { value: overlay.read(key), proof, stateRoot: toHex(this.cursor.tree.rootHash()) };
  }

  /** Runner on the state after a block; a read-write view whose writes are taken back after each call. Fails: OutsideWindowError. */
  viewAt(blockNumber: bigint): QueryRunner {
    const index = this.indexOf(blockNumber);
    if (index === this.blocks.length) return this.latest;
    const cached = this.views.get(blockNumber);
    if (cached) return cached.runner;
    const overlay = this.overlayAt(index);
    const runner = new QueryRunner(this.options.module, overlay);
    if (this.views.size >= CACHED_VIEWS) this.views.delete(this.views.keys().next().value!);
    this.views.set(blockNumber, { overlay, runner });
    return runner;
  }

  private overlayAt(index: number): StateOverlay {
    const overlay = new StateOverlay(this.store);
    for (const { diff } of this.blocks.slice(index)) overlay.cover(diff);
    return overlay;
  }

  private diffs(): readonly StateDiff[] {
    return this.blocks.map(({ diff }) => diff);
  }

  /** Number of kept blocks up to and including `number`. */
  private indexOf(number: bigint): number {
    const index = number - this.base.number;
    if (index < 0n || index > BigInt(this.blocks.length))
      throw new OutsideWindowError(number, this.oldest, this.head.number);
    return Number(index);
  }
}
