import type { Hex } from 'viem';
import type { RejectedTransaction, WaitingTransaction } from '../chain/chain.types.js';
import type { JournalEntry } from '../journal/entry.js';
import type { JournalWriter } from '../journal/journal-writer.js';
import { SnapshotStore } from '../journal/snapshot-store.js';
import { BlockBuilder, type BuiltBlock } from './block-builder.js';
import { EngineClock } from './engine-clock.js';
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
import { HaltSwitch } from './halt-switch.js';
import { describeStart, madeBlock, toEngineBlock, undoneEvents } from './engine-views.js';
import { undoAbove } from './history.js';
import { WrongParentError } from './engine.errors.js';
import { InputStore } from './input-store.js';
import { ItemPayload } from './item-payload.js';
import type { ItemPlace, Machine, MachineFactory } from './machine.port.js';
import { Mempool } from './mempool.js';
import type { RecentHashes } from './recent-hashes.js';
import { type PreparedTransaction, stampedHash } from './prepared.js';
import { type RecoveredBase, recoverBase, recoverStart, type RecoveryPlace, replayAll } from './recovery.js';
import type { RuleBook } from './rule-book.js';
import { Snapshotter } from './snapshotter.js';
import { Turns } from '../workers/turns.js';

/**
 * The engine thread without the thread: core, journal, snapshots, replay, undo. Nothing is announced or acknowledged
 * before it is durable, and after the first failed write nothing is.
 */
export class EngineHost {
  private readonly inputs = new InputStore();
  private readonly faults: HaltSwitch;
  private readonly snapshots: SnapshotStore;
  private readonly snapshotter: Snapshotter;
  private readonly clock: EngineClock;
  private journal!: JournalWriter;
  private machine!: Machine;
  private core!: EngineCore;
  private mempool!: Mempool;
  private sealSequence = 0n;
  /** While blocks are undone nothing else touches machine and journal, another undo included. */
  private readonly undoing = new Turns();
  private readonly snapshotting = new Turns();

  private constructor(
    private readonly options: EngineOptions,
    private readonly factory: MachineFactory,
    private readonly rules: RuleBook,
    private readonly emit: (event: EngineEvent) => void,
    wallClock: () => number,
  ) {
    this.faults = new HaltSwitch((message) => emit({ type: 'halted', message }));
    this.snapshots = new SnapshotStore(options.directory, factory.genesis.hash, factory.programHash);
    this.snapshotter = new Snapshotter(this.snapshots, options);
    this.clock = new EngineClock(wallClock);
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
    const { replayAbove, indexedBlock = replayAbove } = options;
    const base = await recoverStart(host.place(replayAbove), indexedBlock, host.snapshots);
    await host.restore(base, (block) => emit({ type: 'block', block }));
    host.core.resume(base.history.queued);
    await host.journal.durable();
    return { host, ready: describeStart(base, factory, host.machine.head(), host.snapshotPath(base)) };
  }

  /** Executes a batch and resolves once it is durable. Refusals stand in their place. */
  async submit(batch: readonly PreparedTransaction[]): Promise<Outcome[]> {
    await this.undoing.idle();
    if (this.faults.reason) return batch.map(() => this.faults.refusal());
    const core = this.core;
    try {
      const outcomes = batch.map((transaction) => core.submit(transaction));
      await this.journal.durable();
      return outcomes;
    } catch (error) {
      this.faults.halt(error);
      return batch.map(() => this.faults.refusal());
    }
  }

  /** End of a slot. */
  async tick(): Promise<void> {
    if (this.faults.reason || this.undoing.busy) return;
    await this.faults.guard(async () => {
      this.core.tick();
      await this.journal.durable();
    });
  }

  /** Takes confirmed L1 inputs. They enter the chain with the next block. */
  addL1(update: EngineL1Update): void {
    for (const message of update.messages) this.inputs.addMessage(message);
    for (const item of update.items) this.inputs.addItem(item);
    this.clock.reach(update.time);
  }

  /** Forgets L1 inputs from these on; no block used them. */
  dropL1(firstItem: bigint, firstMessage: bigint): void {
    this.inputs.dropFrom(firstItem, firstMessage);
  }

  /** The index has committed a block: snapshots up to it may be kept. During an undo none is written; a later block has it written. */
  async indexed(number: bigint): Promise<void> {
    if (this.undoing.busy) return;
    await this.snapshotting.run(() =>
      this.faults.guard(async () => {
        const written = await this.snapshotter.indexed(number);
        if (written !== undefined) this.emit({ type: 'snapshot', number: written, path: this.snapshots.path(written) });
      }),
    );
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
    return this.alone(() => this.rebuild(number, () => this.inputs.dropFrom(firstItem, firstMessage)));
  }

  /**
   * Makes the blocks that an L1 item holds from a place of it on, after block `parent`, in place of what stood there; transactions of
   * undone blocks follow them. Fails: WrongParentError, MissingInputError.
   */
  async derive(request: DerivationRequest): Promise<readonly MadeBlock[]> {
    const made: MadeBlock[] = [];
    const { parent } = request;
    // Their frames may end anywhere: after a crash the item is looked at again, and what is missing is derived.
    const derive = () => this.runUnits(request, made);
    await this.alone(async () => {
      const follows = this.machine.head().number === parent.number && !this.core.builder.open;
      if (!follows) return this.rebuild(parent.number, () => this.requireParent(parent), derive);
      this.requireParent(parent);
      derive();
      await this.journal.durable();
    });
    return made;
  }

  /** A transaction that waits for an earlier nonce. */
  waiting(hash: Hex): WaitingTransaction | undefined {
    return this.core.waiting(hash);
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
      halted: this.faults.reason,
      journalSequence: this.journal.nextSequence,
    };
  }

  /** Seals what is open and closes the journal. */
  async stop(): Promise<void> {
    await this.undoing.idle();
    if (!this.faults.reason && !this.core.builder.abandonEmpty()) this.core.seal();
    await this.journal.close().catch(this.faults.halt);
  }

  /** Nothing else runs meanwhile, and before it everything of its kind ends. */
  private alone(work: () => Promise<void>): Promise<void> {
    return this.undoing.run(() => this.faults.guard(work));
  }

  /**
   * Goes back to block `number` and executes again what was undone. Where `check` fails, nothing is journalled. `change` acts on the chain
   * before any transaction. Read from the journal, an undo says itself that what it undid is to be executed again (history.ts), so wherever a
   * crash cuts its frames off, nothing is lost.
   */
  private async rebuild(number: bigint, check: () => void, change?: () => void): Promise<void> {
    await this.snapshotting.idle();
    await this.journal.close();
    const base = await recoverBase(this.place(number), this.snapshots);
    const { undone, queued, blocks } = undoAbove(base.history, number);
    const kept: EngineBlock[] = [];
    await this.restore({ ...base, history: { blocks, queued } }, (block) => kept.push(block));
    // From here to the commit nothing waits: the journal and those who follow the chain see one change.
    // Blocks forget what they consumed; L1 does not send it again while it stands there.
    for (const message of undone.flatMap(({ begin }) => begin.messages)) this.inputs.addMessage(message);
    check();
    this.snapshotter.undone(number);
    this.journal.add({ kind: 'undo', number });
    this.onceDurable(...undoneEvents(number, base, this.snapshotPath(base), kept));
    change?.();
    this.core.resume(queued);
    await this.journal.durable();
    await this.snapshotter.deleteUndone(number);
  }

  private requireParent({ number, hash }: DerivationRequest['parent']): void {
    const head = this.machine.head();
    if (head.hash !== hash) throw new WrongParentError(number, hash, head.hash);
  }

  /** Runs the units of an item. */
  private runUnits({ item, start, words, messages, items }: DerivationRequest, made: MadeBlock[]): void {
    const source = { item, payload: new ItemPayload({ first: 0, words }), messages, items };
    for (let next: ItemPlace | undefined = start; next !== undefined;) {
      const { entry, built, next: after } = this.core.builder.derive(source, next);
      if (entry) this.record(entry);
      for (const { memo } of entry?.transactions ?? []) this.core.included(stampedHash(memo));
      if (built) this.announce(built);
      if (built) made.push(madeBlock(built));
      next = after;
    }
  }

  private place(replayAbove: bigint): RecoveryPlace {
    return { ...this.options, genesisHash: this.factory.genesis.hash, replayAbove };
  }

  /** Loads the base and applies its blocks; what waits does so still. The open block at the end of the journal stays open. */
  private async restore(base: RecoveredBase, announce: (block: EngineBlock) => void): Promise<void> {
    this.journal = base.journal.writer;
    this.machine = await this.factory.load(base.snapshot?.state, this.inputs);
    const builder = new BlockBuilder(this.machine, this.inputs, this.options);
    const recent = replayAll(base.history, this.machine, builder, this.inputs, (built) =>
      announce(toEngineBlock(built, false)),
    );
    this.core = this.makeCore(builder, recent);
  }

  private makeCore(builder: BlockBuilder, recent: RecentHashes): EngineCore {
    this.mempool = new Mempool(this.options);
    const sink = {
      record: (entry: JournalEntry) => this.record(entry),
      sealed: (built: BuiltBlock) => this.sealed(built),
      dropped: ({ hash }: PreparedTransaction, { message: reason }: RejectedTransaction) =>
        this.onceDurable({ type: 'dropped', hash, reason }),
    };
    return new EngineCore(this.machine, builder, this.mempool, recent, this.rules, this.clock.now, sink);
  }

  private record(entry: JournalEntry): void {
    if (entry.kind === 'seal') this.sealSequence = this.journal.nextSequence;
    this.journal.add(entry);
  }

  private sealed(built: BuiltBlock): void {
    if (this.snapshotter.sealed(built, this.sealSequence, this.machine))
      for (const { wire, memo } of this.mempool.all()) this.journal.add({ kind: 'queued', wire, memo });
    this.inputs.forget(built.block.delayedConsumed);
    this.announce(built);
  }

  private announce(built: BuiltBlock): void {
    this.onceDurable({ type: 'block', block: toEngineBlock(built, true) });
  }

  /** Tells of what was journalled last, once it is durable. Whoever has halted tells nothing: it may not be so after the restart. */
  private onceDurable(...events: readonly EngineEvent[]): void {
    this.journal
      .durable()
      .then(() => this.faults.reason === undefined && events.forEach((event) => this.emit(event)), this.faults.halt);
  }

  private snapshotPath(base: RecoveredBase): string | undefined {
    return base.snapshot && this.snapshots.path(base.snapshot.blockNumber);
  }
}
