import type { InboxItem, L1Event, L1Heads, L1Watcher } from '@metachain/bridge';
import type { Engine } from '@metachain/program';
import type { Hash } from 'viem';

import type { CrossCheck } from '../check/cross-check.js';
import type { LookAhead } from '../derive/look-ahead.js';
import type { PayloadLoader } from '../derive/payload-loader.js';
import type { ProverMetrics } from '../metrics/metrics.js';
import type { BoundaryLog } from '../replay/boundary-log.js';
import type { Boundary } from '../replay/boundary.js';
import type { CheckpointStore } from '../replay/checkpoint-store.js';
import type { Disk } from '../replay/disk.js';
import type { ItemReplay, Replayer } from '../replay/replayer.js';
import { AssertionJudge } from './assertion-judge.js';
import type { AssertionReader } from './assertions.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { conservationDelta, etherSupply, pendingWithdrawals } from './conservation.js';
import type { CrossCheckStatus } from '../check/check-messages.js';
import type { JudgedAssertion } from './judged.js';
import type { ProverLog } from './prover-log.js';
import type { ProverStatus } from './status.js';

/** What the prover is made of. */
export interface ProverParts {
  readonly watcher: Pick<L1Watcher, 'items' | 'messages' | 'heads'>;
  readonly assertions: AssertionReader;
  readonly replayer: Replayer;
  readonly payloads: PayloadLoader;
  readonly lookAhead: LookAhead;
  readonly boundaries: BoundaryLog;
  readonly checkpoints: CheckpointStore | undefined;
  readonly disk: Disk;
  /** Resolves when the cryptography is loaded, which takes seconds once. */
  readonly ready: Promise<void>;
  /** The stepper beside the replay. */
  readonly crossCheck: CrossCheck | undefined;
  /** Wei that the portal holds after an L1 block. */
  readonly portalBalance: (l1Block: Hash) => Promise<bigint>;
  readonly genesis: { readonly boundary: Boundary; readonly engine: () => Engine };
  readonly programHash: Hash;
  readonly metrics: ProverMetrics;
  readonly log: ProverLog;
  readonly fromBlock: bigint;
  readonly confirmations: number;
  readonly checkpointSeconds: number;
  readonly keepGoing: boolean;
}

/**
 * Turns L1 events into a verdict: replays every item, compares every assertion, undoes what L1 reorganised. `handle` may be called
 * again with the same event after it threw.
 */
export class Prover {
  #nextL1Block: bigint;
  readonly #judge: AssertionJudge;
  readonly #checkpoints: CheckpointKeeper;
  #readTo = 0n;
  #genesisSupply: bigint;
  #caughtUp = false;
  /** Since the start; the wait for payloads and signatures is counted, that for L1 to go on is not. */
  #replayed = { transactions: 0, seconds: 0 };
  #lastError: string | undefined;

  constructor(private readonly parts: ProverParts) {
    this.#nextL1Block = parts.fromBlock;
    this.#judge = new AssertionJudge({
      ...parts,
      reader: parts.assertions,
      boundaryAt: (item) => this.#boundaryAt(item),
    });
    this.#checkpoints = new CheckpointKeeper({
      ...parts,
      judged: () => this.judged,
      fits: (boundary) => this.#fits(boundary),
    });
    const engine = parts.genesis.engine();
    this.#genesisSupply = etherSupply(engine);
    parts.crossCheck?.start(parts.genesis.boundary, engine);
  }

  /** Takes the next event of the watcher. Throws AssertionMismatchError unless told to keep going; CannotDeriveError; BridgeError. */
  async handle(event: L1Event): Promise<void> {
    try {
      if (event.type === 'reorg') await this.#undo(event.reorg.fromBlock, event.reorg.firstItem, event.reorg.depth);
      if (event.type === 'block') await this.#advance(event.block.number, event.block.hash, event.heads);
      this.#lastError = undefined;
    } catch (error) {
      this.#lastError = error instanceof Error ? error.message : String(error);
      this.#caughtUp = false;
      throw error;
    }
  }

  /** Begins from the newest checkpoint, if there is one. Whether it fits L1 is judged when L1 has been read that far. */
  async resume(): Promise<void> {
    const restored = await this.parts.checkpoints?.restore(
      (boundary) => this.#passed(boundary),
      (error) => this.parts.log.warn({ event: 'checkpoint_refused', code: error.code }, error.message),
    );
    if (restored === undefined) return;
    this.#restart(restored.engine, restored.boundary);
    this.parts.log.info(
      { event: 'resumed', item: restored.boundary.item, blockNumber: restored.boundary.blockNumber },
      'resumed from a checkpoint',
    );
  }

  /** Writes a checkpoint now. */
  async checkpoint(): Promise<void> {
    await this.#checkpoints.write();
  }

  /** All assertions that were compared, by number. */
  get judged(): readonly JudgedAssertion[] {
    return this.#judge.judged;
  }

  /** A wrong assertion was rejected on L1: it stands in nobody's way any more. */
  dismissWrong(id: bigint): void {
    this.#judge.dismiss(id);
  }

  /** What is known now. */
  status(): ProverStatus {
    const { watcher, replayer, assertions } = this.parts;
    const crossCheck = this.parts.crossCheck?.status;
    const reason = this.#lastError ?? this.#standing(crossCheck);
    return {
      ready: reason === '',
      reason,
      l1: { ...watcher.heads, read: this.#readTo },
      items: watcher.items.length,
      messages: watcher.messages.length,
      boundary: replayer.boundary,
      assertions: { seen: assertions.assertions.length, compared: this.judged.length, wrong: this.#judge.wrong },
      crossCheck,
      transactionsPerSecond: this.#replayed.transactions / Math.max(this.#replayed.seconds, 1e-9),
      lastError: this.#lastError,
    };
  }

  #standing(crossCheck: CrossCheckStatus | undefined): string {
    if (this.#judge.wrong.length > 0) return 'a wrong assertion stands on L1';
    if (crossCheck?.mismatch !== undefined) return 'V8 and the stepper disagree';
    if (crossCheck?.stopped !== undefined) return crossCheck.stopped;
    return this.#caughtUp ? '' : 'catching up with L1';
  }

  /** Whether the stepper passed everything below a boundary, as far as it is asked to. */
  #passed(boundary: Boundary): boolean {
    return this.parts.crossCheck?.covers(boundary) ?? true;
  }

  /** Goes on from another state, and the stepper with it. */
  #restart(engine: Engine, boundary: Boundary): void {
    this.parts.replayer.restart(engine, boundary);
    this.parts.crossCheck?.start(boundary, engine);
  }

  async #advance(number: bigint, hash: Hash, heads: L1Heads): Promise<void> {
    const atHead = number + BigInt(this.parts.confirmations) >= heads.latest;
    if (!(await this.#requireBase(atHead))) return;
    await this.#replayItems();
    if (this.#nextL1Block <= number) {
      await this.parts.assertions.read(this.#nextL1Block, number, hash);
      this.#nextL1Block = number + 1n;
    }
    await this.#judge.judgeAll();
    this.#readTo = number;
    this.#caughtUp = atHead;
    if (atHead) await this.#checkpoints.writeAtHead(hash);
    if (atHead) await this.#checkEscrow(hash);
    this.#publish(heads);
  }

  /** Whether replay stands on items that L1 still has; goes back where it does not. False while L1 has not been read that far. */
  async #requireBase(atHead: boolean): Promise<boolean> {
    const { item } = this.parts.replayer.boundary;
    if (item > BigInt(this.parts.watcher.items.length) && !atHead) return false;
    if (!this.#fits(this.parts.replayer.boundary)) await this.#rebase();
    return true;
  }

  #fits({ item, itemHash }: Boundary): boolean {
    return item === 0n || this.parts.watcher.items[Number(item) - 1]?.accumulator === itemHash;
  }

  /** Starts again from the newest checkpoint that fits, else from genesis. */
  async #rebase(): Promise<void> {
    const { checkpoints, replayer, genesis, boundaries, metrics, log } = this.parts;
    metrics.resets.inc();
    const restored = await checkpoints?.restore(
      (boundary) => this.#fits(boundary) && this.#passed(boundary),
      (error) => log.warn({ event: 'checkpoint_refused', code: error.code }, error.message),
    );
    if (restored === undefined) this.#restart(genesis.engine(), genesis.boundary);
    else this.#restart(restored.engine, restored.boundary);
    await boundaries.cutAfter(replayer.boundary.item);
    log.warn({ event: 'pipeline_reset', item: replayer.boundary.item }, 'replay goes back');
  }

  async #replayItems(): Promise<void> {
    const { replayer, payloads, boundaries, crossCheck, ready } = this.parts;
    await ready;
    for (let next = this.#nextItem(); next !== undefined; next = this.#nextItem()) {
      const started = performance.now();
      const words = await payloads.load(next);
      const replay = await replayer.replay(next, words);
      this.#measure(next, replay, (performance.now() - started) / 1_000);
      await boundaries.append(replay.boundary);
      await crossCheck?.add(next.index, words, replay);
      await this.#checkpoints.writeWhenDue();
    }
  }

  /** The item whose turn it is, if L1 has it; the work for it and for those behind it has begun. */
  #nextItem(): InboxItem | undefined {
    const { watcher, replayer, lookAhead } = this.parts;
    const next = Number(replayer.boundary.item);
    lookAhead.begin(next);
    return watcher.items[next];
  }

  #measure(item: InboxItem, { units, blocks, transactions, trapped, boundary }: ItemReplay, seconds: number): void {
    const { metrics, log } = this.parts;
    metrics.blocks.inc(blocks);
    metrics.transactions.inc(transactions);
    metrics.replaySeconds.inc(seconds);
    this.#replayed = {
      transactions: this.#replayed.transactions + transactions,
      seconds: this.#replayed.seconds + seconds,
    };
    const fields = {
      event: 'item_replayed',
      item: item.index,
      units,
      blocks,
      transactions,
      trapped,
      blockNumber: boundary.blockNumber,
      stateRoot: boundary.stateRoot,
    };
    log.info(fields, trapped ? 'item replayed; the rules trapped on it' : 'item replayed');
  }

  /** A boundary from the log; where the log was lost, everything is replayed from genesis. */
  async #boundaryAt(item: bigint): Promise<Boundary> {
    const { boundaries, genesis } = this.parts;
    if (item === 0n) return genesis.boundary;
    const known = boundaries.at(item);
    if (known !== undefined && this.#fits(known)) return known;
    this.#restart(genesis.engine(), genesis.boundary);
    await boundaries.cutAfter(0n);
    await this.#replayItems();
    return boundaries.at(item)!;
  }

  async #undo(fromBlock: bigint, firstItem: bigint, depth: bigint): Promise<void> {
    const { assertions, replayer, boundaries, metrics, log, genesis } = this.parts;
    metrics.reorgDepth.observe(Number(depth));
    log.warn({ event: 'l1_reorg', fromBlock, depth, firstItem }, 'L1 was reorganised');
    assertions.dropFrom(fromBlock);
    this.#nextL1Block = this.#nextL1Block < fromBlock ? this.#nextL1Block : fromBlock;
    this.#judge.forgetUndone();
    if (replayer.boundary.item <= firstItem) return;
    const target = firstItem === 0n ? genesis.boundary : boundaries.at(firstItem);
    if (target === undefined || !this.#fits(target) || !replayer.revertTo(target)) return this.#rebase();
    this.parts.crossCheck?.revert(target, replayer.engine);
    metrics.resets.inc();
    await boundaries.cutAfter(firstItem);
  }

  /** What the portal paid out must have been withdrawn on the chain. */
  async #checkEscrow(l1Block: Hash): Promise<void> {
    const { portalBalance, watcher, replayer, metrics, log } = this.parts;
    const minted = watcher.messages.reduce((sum, { mint }) => sum + mint, 0n);
    const pending = pendingWithdrawals(await portalBalance(l1Block), minted, replayer.boundary);
    metrics.pendingWithdrawals.set(Number(pending));
    if (pending < 0n)
      log.fatal({ event: 'escrow_broken', pending }, 'ALARM: the portal paid out more than was withdrawn');
  }

  #publish(heads: L1Heads): void {
    const { metrics, replayer, watcher } = this.parts;
    const { boundary, engine } = replayer;
    for (const type of ['latest', 'safe', 'finalized'] as const)
      metrics.refs.set({ layer: 'l1', type }, Number(heads[type]));
    metrics.refs.set({ layer: 'l1', type: 'read' }, Number(this.#readTo));
    metrics.refs.set({ layer: 'l2', type: 'derived' }, Number(boundary.blockNumber));
    metrics.refs.set({ layer: 'l2', type: 'item' }, Number(boundary.item));
    const delta = conservationDelta(etherSupply(engine), this.#genesisSupply, boundary);
    metrics.conservation.set(Number(delta));
    if (delta !== 0n)
      this.parts.log.fatal({ event: 'value_conservation_broken', delta }, 'ALARM: ether was made or lost');
    const oldest = watcher.messages[Number(boundary.delayedConsumed)];
    metrics.forcedOldest.set(oldest === undefined ? 0 : Math.max(0, Date.now() / 1_000 - Number(oldest.timestamp)));
    metrics.ready.set(this.status().ready ? 1 : 0);
  }
}
