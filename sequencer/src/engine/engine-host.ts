import type { Hex } from 'viem';
import { RejectedTransaction } from '../chain/chain.types.js';
import type { JournalEntry } from '../journal/entry.js';
import type { JournalWriter } from '../journal/journal-writer.js';
import { SnapshotStore } from '../journal/snapshot-store.js';
import { BlockBuilder, type BuiltBlock } from './block-builder.js';
import { EngineCore, type Outcome } from './engine-core.js';
import type {
  DerivationRequest,
  EngineBlock,
  EngineEvent,
  EngineL1Update,
  EngineOptions,
  EngineReady,
  EngineStatus,
  MadeBlock,
} from './engine.types.js';
import { EngineHaltedError, WrongParentError } from './engine.errors.js';
import { describeStart, madeBlock, toEngineBlock } from './engine-views.js';
import { InputStore } from './input-store.js';
import { ItemPayload } from './item-payload.js';
import type { ItemPlace, Machine, MachineFactory } from './machine.port.js';
import { Mempool } from './mempool.js';
import { RecentHashes } from './recent-hashes.js';
import { fromStamped, type PreparedTransaction, stampedHash } from './prepared.js';
import { type RecoveredBase, recoverBase, type RecoveryPlace, replayBlock } from './recovery.js';
import { REJECTION } from './rejections.js';
import type { RuleBook } from './rule-book.js';
import { Snapshotter } from './snapshotter.js';

const RECENT_GENERATION = 65_536;
/** L1 items that stay readable below the newest. */
const KEEP_ITEMS = 16n;

/**
 * The engine thread without the thread: core, journal, snapshots, replay, undo. Nothing is announced or acknowledged
 * before it is durable, and after the first failed write nothing is.
 */
export class EngineHost {
  private readonly inputs = new InputStore();
  private readonly snapshots: SnapshotStore;
  private readonly snapshotter: Snapshotter;
  private journal!: JournalWriter;
  private machine!: Machine;
  private core!: EngineCore;
  private mempool!: Mempool;
  private halted: string | undefined;
  private l1Time = 0n;
  private sealSequence = 0n;
  /** While blocks are undone nothing else touches the machine. */
  private exclusive: Promise<void> | undefined;

  private constructor(
    private readonly options: EngineOptions,
    private readonly factory: MachineFactory,
    private readonly rules: RuleBook,
    private readonly emit: (event: EngineEvent) => void,
    private readonly wallClock: () => number,
  ) {
    this.snapshots = new SnapshotStore(options.directory, factory.genesis.hash, factory.programHash);
    const {
      snapshotEveryBlocks: everyBlocks,
      snapshotEveryTransactions: everyTransactions,
      archive,
      directory,
      provenBlock,
    } = options;
    const policy = { everyBlocks, everyTransactions, archive, directory, provenBlock };
    this.snapshotter = new Snapshotter(this.snapshots, policy);
  }

  /**
   * Recovers the state of a data directory and takes over from there. `emit` gets the replayed blocks first.
   * Fails: JournalCorruptError, ForeignJournalError, IncompleteJournalError, ReplayMismatchError, JournalWriteError.
   */
  static async start(
    options: EngineOptions,
    factory: MachineFactory,
    rules: RuleBook,
    emit: (event: EngineEvent) => void,
    wallClock: () => number = Date.now,
  ): Promise<{ host: EngineHost; ready: EngineReady }> {
    const host = new EngineHost(options, factory, rules, emit, wallClock);
    const base = await recoverBase(host.place(options.replayAbove), host.snapshots);
    await host.restore(base, (block) => emit({ type: 'block', block }));
    await host.journal.durable();
    return { host, ready: describeStart(base, factory, host.machine.head(), host.snapshotPath(base)) };
  }

  /** Executes a batch and resolves once it is durable. Refusals stand in their place. */
  async submit(batch: readonly PreparedTransaction[]): Promise<Outcome[]> {
    await this.exclusive?.catch(() => undefined);
    if (this.halted) return batch.map(() => this.unavailable());
    const core = this.core;
    try {
      const outcomes = batch.map((transaction) => core.submit(transaction));
      await this.journal.durable();
      return outcomes;
    } catch (error) {
      this.halt(error);
      return batch.map(() => this.unavailable());
    }
  }

  /** End of a slot. */
  async tick(): Promise<void> {
    if (this.halted || this.exclusive) return;
    await this.guarded(async () => {
      this.core.tick();
      await this.journal.durable();
    });
  }

  /** Takes confirmed L1 inputs. They enter the chain with the next block. */
  addL1(update: EngineL1Update): void {
    for (const message of update.messages) this.inputs.addMessage(message);
    for (const item of update.items) this.inputs.addItem(item);
    if (update.time > this.l1Time) this.l1Time = update.time;
  }

  /** Forgets L1 inputs from these on; no block used them. */
  dropL1(firstItem: bigint, firstMessage: bigint): void {
    this.inputs.dropFrom(firstItem, firstMessage);
  }

  /** The index has committed a block: snapshots up to it may be kept. */
  async indexed(number: bigint): Promise<void> {
    await this.guarded(async () => {
      const written = await this.snapshotter.indexed(number);
      if (written !== undefined) this.emit({ type: 'snapshot', number: written, path: this.snapshots.path(written) });
    });
  }

  /** Blocks up to this one are on L1. */
  setSafe(number: bigint): void {
    this.snapshotter.setSafe(number);
  }

  /** Proofs are kept of this asserted block: states before it need not be rebuilt any more. */
  setProven(number: bigint): void {
    this.snapshotter.setProven(number);
  }

  /**
   * Undoes the blocks above `number`, forgets L1 inputs from the given ones on, and executes the transactions of the undone
   * blocks again where the rules still allow it.
   */
  undo(number: bigint, firstItem: bigint, firstMessage: bigint): Promise<void> {
    return this.rebuild(number, () => this.inputs.dropFrom(firstItem, firstMessage));
  }

  /**
   * Makes the blocks that an L1 item holds from a place of it on, after block `parent`, in place of what stood there; transactions of
   * undone blocks follow them. Fails: WrongParentError, MissingInputError.
   */
  async derive(request: DerivationRequest): Promise<readonly MadeBlock[]> {
    const made: MadeBlock[] = [];
    const { number } = request.parent;
    const change = () => this.runUnits(request, made);
    if (this.machine.head().number === number && !this.core.builder.open) await this.append(change);
    else await this.rebuild(number, change);
    return made;
  }

  /** Next nonce including accepted transactions. */
  nonce(account: Hex): bigint {
    return this.core.nonce(account);
  }

  status(): EngineStatus {
    return {
      head: this.machine.head().number,
      queued: this.mempool.size,
      openTransactions: this.core.builder.open?.wires.length ?? 0,
      halted: this.halted,
      journalSequence: this.journal.nextSequence,
    };
  }

  /** Seals what is open and closes the journal. */
  async stop(): Promise<void> {
    await this.exclusive?.catch(() => undefined);
    if (!this.halted && !this.core.builder.abandonEmpty()) this.core.seal();
    await this.journal.close().catch((error: unknown) => this.halt(error));
  }

  /** Goes back to block `number`, lets `change` act on the chain there, and executes again what was undone. Nothing else runs meanwhile. */
  private rebuild(number: bigint, change: () => void): Promise<void> {
    this.exclusive = this.guarded(async () => {
      await this.journal.close();
      const base = await recoverBase(this.place(number), this.snapshots);
      base.journal.writer.add({ kind: 'undo', number });
      await base.journal.writer.durable();
      await this.snapshotter.undone(number);
      const kept = base.history.blocks.filter((block) => block.number <= number);
      const undone = base.history.blocks.filter((block) => block.number > number);
      this.emit({ type: 'undone', number, base: base.snapshot?.blockNumber ?? 0n, snapshot: this.snapshotPath(base) });
      await this.restore({ ...base, history: { blocks: kept, queued: [] } }, (block) =>
        this.emit({ type: 'block', block }),
      );
      // Blocks forget what they consumed; L1 does not send it again while it stands there.
      for (const message of undone.flatMap(({ begin }) => begin.messages)) this.inputs.addMessage(message);
      change();
      const again = [...undone.flatMap((block) => block.transactions), ...base.history.queued];
      for (const { wire, memo } of again) this.core.submit(fromStamped(wire, memo));
      await this.journal.durable();
    }).finally(() => (this.exclusive = undefined));
    return this.exclusive;
  }

  /** Lets `change` act on the chain's end. Nothing else runs meanwhile. */
  private append(change: () => void): Promise<void> {
    this.exclusive = this.guarded(async () => {
      change();
      await this.journal.durable();
    }).finally(() => (this.exclusive = undefined));
    return this.exclusive;
  }

  /** Runs the units of an item. */
  private runUnits({ parent, item, start, words, messages, items }: DerivationRequest, made: MadeBlock[]): void {
    const { number, hash } = this.machine.head();
    if (hash !== parent.hash) throw new WrongParentError(number, parent.hash, hash);
    const source = { item, payload: new ItemPayload({ first: 0, words }), messages, items };
    for (let next: ItemPlace | undefined = start; next !== undefined;) {
      const unit = this.core.builder.derive(source, next);
      if (unit.entry) this.record(unit.entry);
      if (unit.built) this.announce(unit.built);
      if (unit.built) made.push(madeBlock(unit.built));
      next = unit.next;
    }
  }

  private place(replayAbove: bigint): RecoveryPlace {
    const { directory, segmentBytes } = this.options;
    return { directory, segmentBytes, genesisHash: this.factory.genesis.hash, replayAbove };
  }

  /** Loads the base, applies its blocks and submits what waited. The open block at the end of the journal stays open. */
  private async restore(base: RecoveredBase, announce: (block: EngineBlock) => void): Promise<void> {
    this.journal = base.journal.writer;
    this.machine = await this.factory.load(base.snapshot?.state, this.inputs);
    const builder = this.makeBuilder();
    const recent = new RecentHashes(RECENT_GENERATION);
    for (const recorded of base.history.blocks) {
      const built = replayBlock(recorded, this.machine, builder, this.inputs);
      for (const { memo } of recorded.transactions) recent.add(stampedHash(memo));
      if (built) announce(toEngineBlock(built, false));
    }
    this.core = this.makeCore(builder, recent);
    for (const { wire, memo } of base.history.queued) this.core.submit(fromStamped(wire, memo));
  }

  private makeBuilder(): BlockBuilder {
    const { producer, maxDelayed, maxContentBytes } = this.options;
    return new BlockBuilder(this.machine, this.inputs, { producer, maxDelayed, maxContentBytes });
  }

  private makeCore(builder: BlockBuilder, recent: RecentHashes): EngineCore {
    const { queuePerAccount: perAccount, queueTotal: total, priceBumpPercent } = this.options;
    this.mempool = new Mempool({ perAccount, total, priceBumpPercent });
    const sink = {
      record: (entry: JournalEntry) => this.record(entry),
      sealed: (built: BuiltBlock) => this.sealed(built),
    };
    return new EngineCore(this.machine, builder, this.mempool, recent, this.rules, () => this.now(), sink);
  }

  private record(entry: JournalEntry): void {
    if (entry.kind === 'seal') this.sealSequence = this.journal.nextSequence;
    this.journal.add(entry);
  }

  private sealed(built: BuiltBlock): void {
    if (this.snapshotter.sealed(built, this.sealSequence, this.machine)) {
      for (const { wire, memo } of this.mempool.all()) this.journal.add({ kind: 'queued', wire, memo });
    }
    this.inputs.forget(built.block.delayedConsumed, KEEP_ITEMS);
    this.announce(built);
  }

  /** Tells of a block once it is durable. */
  private announce(built: BuiltBlock): void {
    this.journal.durable().then(
      () => this.emit({ type: 'block', block: toEngineBlock(built, true) }),
      (error: unknown) => this.halt(error),
    );
  }

  /** Seconds; follows L1 when that is ahead, so that no block is older than its item allows. */
  private now(): bigint {
    const wall = BigInt(Math.floor(this.wallClock() / 1000));
    return wall > this.l1Time ? wall : this.l1Time;
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    if (this.halted) throw new EngineHaltedError(this.halted);
    try {
      await work();
    } catch (error) {
      this.halt(error);
      throw error;
    }
  }

  private halt(error: unknown): void {
    if (this.halted) return;
    this.halted = error instanceof Error ? error.message : String(error);
    this.emit({ type: 'halted', message: this.halted });
  }

  private unavailable(): RejectedTransaction {
    return new RejectedTransaction(REJECTION.unavailable, `the node does not accept transactions: ${this.halted}`);
  }

  private snapshotPath(base: RecoveredBase): string | undefined {
    return base.snapshot && this.snapshots.path(base.snapshot.blockNumber);
  }
}
