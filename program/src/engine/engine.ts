import type { Hex } from 'viem';

import { encodeContext } from '../codec/block.js';
import { toHex } from '../codec/bytes.js';
import { EngineError, TrapError } from '../errors.js';
import { ChainState, type Head } from '../state/chain-state.js';
import type { StateDiff } from '../state/diff.js';
import { decodeSnapshot, encodeSnapshot } from '../state/snapshot.js';
import { StateStore } from '../state/state-store.js';
import type { StateTree } from '../state/state-tree.js';
import { type BlsVerifier, Host } from './host.js';
import { noInputs, type SeenInputs, sequencerReader, unitReader } from './inputs.js';
import type { Memo } from './memo.js';
import { nextPosition, positionAfterTrap, startOfItem } from './next-position.js';
import type { PreparedBatch } from './prepared-batch.js';
import { ProgramInstance } from './program.js';
import { QueryRunner } from './query.js';
import { decodeResult, sealedBlock } from './seal.js';
import type {
  ApplyResult,
  BlockContext,
  Position,
  QueryRequest,
  QueryResult,
  SealedBlock,
  UnitInputs,
  UnitResult,
} from './types.js';
import type { ProgramModule } from './wasm.js';

const MADE = 1n << 63n;
const ITEM_DONE = 1n << 62n;
const OFFSET = ITEM_DONE - 1n;

export interface EngineOptions {
  readonly module: ProgramModule;
  readonly chainId: number;
  /** Blocks that can be undone. */
  readonly window?: number;
  /** What the sequencer has seen on L1. */
  readonly inputs?: SeenInputs;
  readonly bls?: BlsVerifier;
}

/** Words of a genesis, 64 bytes each (key, then value), and its head. */
export interface InitialState {
  readonly contents: Uint8Array;
  readonly head: Head;
}

/** Entries of a batch whose senders' words are fetched together. */
const WARMED = 8;

/**
 * The program on a state: builds blocks (`begin`, `apply`, `end`) or replays units from L1 inputs (`runUnit`), with the same rules.
 *
 * Synchronous and single-threaded. A trap undoes the open block (or the unit) and is thrown (or reported).
 */
export class Engine {
  readonly state: ChainState;
  private readonly host: Host;
  private readonly queries: QueryRunner;
  private instance: ProgramInstance | undefined;
  private blockMark = 0;
  private recordBytes: Uint8Array = new Uint8Array();
  private diff: StateDiff | undefined;
  private timings = { rootMs: 0, logHashMs: 0 };

  private constructor(
    private readonly options: EngineOptions,
    store: StateStore,
    head: Head,
    tree?: StateTree,
  ) {
    this.state = new ChainState(store, head, options.window, tree);
    this.host = new Host(store, true);
    if (options.bls) this.host.bls = options.bls;
    this.queries = new QueryRunner(options.module, store);
  }

  /** An engine at genesis. Fails: state/duplicate. */
  static fromGenesis(options: EngineOptions, genesis: InitialState): Engine {
    const store = new StateStore(genesis.contents.length / 64);
    store.load(genesis.contents);
    return new Engine(options, store, genesis.head);
  }

  /** An engine where a snapshot was taken. Fails: SnapshotError. */
  static fromSnapshot(options: EngineOptions, snapshot: Uint8Array): Engine {
    const { store, head, tree } = decodeSnapshot(snapshot, options.chainId);
    return new Engine(options, store, head, tree);
  }

  /** Newest block. */
  get head(): Head {
    return this.state.head;
  }

  /** Whether a block is open. */
  get open(): boolean {
    return this.instance !== undefined;
  }

  /** Records of the newest block as the program wrote them (docs/spec/logs.md). */
  get records(): Uint8Array {
    return this.recordBytes;
  }

  /** Words the newest block changed, for replicas; undefined before the first block. */
  get lastDiff(): StateDiff | undefined {
    return this.diff;
  }

  /** What sealing the newest block took, milliseconds. */
  get sealTimings(): { readonly rootMs: number; readonly logHashMs: number } {
    return this.timings;
  }

  /** Root after the newest block. Fails: engine/open while a block is open. */
  stateRoot(): Hex {
    this.requireClosed();
    return this.state.root();
  }

  /**
   * Opens a block and consumes its delayed messages.
   * Fails: engine/open; engine/begin with the rules' number when they refuse the context (nothing is open then); TrapError.
   */
  begin(context: BlockContext): void {
    this.requireClosed();
    this.blockMark = this.state.store.mark();
    const position = startOfItem(0n, this.head.hash, this.head.number);
    this.host.input = sequencerReader(() => position, this.options.inputs ?? noInputs);
    this.instance = new ProgramInstance(this.options.module, this.host);
    const code = this.orAbandon(() => this.instance!.begin(encodeContext(context)));
    if (code === 0) return;
    this.abandon();
    throw new EngineError('engine/begin', `the rules refuse the block: error ${code}`);
  }

  /**
   * Applies one entry (docs/spec/transactions.md). `memo` holds answers recorded by a Preparer.
   * Fails: engine/closed; engine/length for an oversized entry (nothing changed); TrapError, after the whole open block was undone.
   */
  apply(entry: Uint8Array, memo?: Memo | Uint8Array): ApplyResult {
    if (memo) this.host.replay.load(memo);
    else this.host.replay.clear();
    return this.applyWith((instance) => instance.apply(entry));
  }

  /** Applies an entry of a batch. Fails: as `apply`. */
  applyPrepared(batch: PreparedBatch, index: number): ApplyResult {
    const { instance } = this;
    if (instance === undefined) throw new EngineError('engine/closed', 'no block is open');
    if (index % WARMED === 0) this.warm(batch, index);
    this.host.replay.loadPart(batch.words, batch.memoStart(index), batch.memoEnd(index));
    try {
      return decodeResult(instance.applyWords(batch.words, batch.entryStart(index) >> 2, batch.entryLength(index)));
    } catch (error) {
      if (error instanceof TrapError) this.abandon();
      throw error;
    }
  }

  /** Closes the block. Fails: engine/closed; engine/end with the rules' number; TrapError. Either undoes the block. */
  end(): SealedBlock {
    const { instance } = this;
    if (instance === undefined) throw new EngineError('engine/closed', 'no block is open');
    const code = this.orAbandon(() => instance.end());
    if (code !== 0) {
      this.abandon();
      throw new EngineError('engine/end', `the rules refuse to end the block: error ${code}`);
    }
    this.instance = undefined;
    return this.seal(this.head.hash);
  }

  /** Undoes the open block. */
  abandon(): void {
    if (this.instance === undefined) return;
    this.state.store.undo(this.blockMark);
    this.instance = undefined;
  }

  /** Message call on the newest state, open block included. Fails: see QueryRunner. */
  query(request: QueryRequest): QueryResult {
    return this.queries.query(request);
  }

  /**
   * Runs one unit of proof (docs/spec/batch.md). Never throws on its inputs: a trap is an outcome like any other. `memo` holds the answers that
   * Preparers recorded for the block's entries, one after another; what it lacks is computed. Fails: engine/open.
   */
  runUnit(position: Position, inputs: UnitInputs, memo?: Memo | Uint8Array): UnitResult {
    this.requireClosed();
    const mark = this.state.store.mark();
    this.host.input = unitReader(position, inputs);
    let outcome: bigint;
    try {
      const instance = new ProgramInstance(this.options.module, this.host);
      if (memo) this.host.replay.load(memo);
      outcome = instance.run();
    } catch (error) {
      if (!(error instanceof TrapError)) throw error;
      this.state.store.undo(mark);
      return { block: undefined, next: positionAfterTrap(position), trapped: true };
    }
    const block = (outcome & MADE) !== 0n ? this.seal(position.parentHash) : undefined;
    const at = block ? { ...position, parentHash: block.hash, parentNumber: block.number } : position;
    const offset = (outcome & ITEM_DONE) !== 0n ? undefined : Number(outcome & OFFSET);
    return { block, next: nextPosition(at, offset), trapped: false };
  }

  /** Undoes whole blocks. Fails: engine/open, OutsideWindowError. */
  revertTo(number: bigint): void {
    this.requireClosed();
    this.state.revertTo(number);
    this.diff = undefined;
  }

  /** Value of a key (zero if absent) and its proof under the newest root. Fails: engine/open. */
  proof(key: Uint8Array): { value: Uint8Array; proof: Uint8Array } {
    this.requireClosed();
    const { store, tree } = this.state;
    this.state.root();
    return { value: store.read(key) ?? new Uint8Array(32), proof: tree.proof(key, (record) => store.valueOf(record)) };
  }

  /** Snapshot of the newest state. Fails: engine/open. */
  snapshot(metadata: Uint8Array = new Uint8Array()): Uint8Array {
    this.requireClosed();
    const head = { chainId: this.options.chainId, head: this.head, root: this.state.root(), metadata };
    return encodeSnapshot(head, this.state.store);
  }

  /** The words of the next senders are most of what is not in the cache. */
  private warm(batch: PreparedBatch, index: number): void {
    const from = batch.senderStart(index);
    const stride = batch.senderStart(1) - batch.senderStart(0);
    this.state.store.warm(batch.words, from, Math.min(WARMED, batch.length - index), stride);
  }

  private requireClosed(): void {
    if (this.instance !== undefined) throw new EngineError('engine/open', 'a block is open');
  }

  private applyWith(call: (instance: ProgramInstance) => number): ApplyResult {
    if (this.instance === undefined) throw new EngineError('engine/closed', 'no block is open');
    try {
      return decodeResult(call(this.instance));
    } catch (error) {
      if (error instanceof TrapError) this.abandon();
      throw error;
    }
  }

  private orAbandon<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  private seal(parentHash: Hex): SealedBlock {
    const start = performance.now();
    const { diff, root } = this.state.seal();
    const rooted = performance.now();
    const logHash = toHex(this.host.log.hash());
    this.timings = { rootMs: rooted - start, logHashMs: performance.now() - rooted };
    this.recordBytes = this.host.log.records();
    this.diff = diff;
    const sealed = sealedBlock(this.recordBytes, parentHash, root, logHash);
    this.state.advance({ number: sealed.number, hash: sealed.hash }, diff);
    return sealed;
  }
}
