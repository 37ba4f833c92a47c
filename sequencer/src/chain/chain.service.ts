import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Address, Hex } from 'viem';
import type { EngineClient } from '../engine/engine-client.js';
import type { EngineBlock, EngineEvent, EngineReady } from '../engine/engine.types.js';
import type { QueryPool } from '../queries/query-pool.js';
import type { SignaturePool } from '../signatures/signature-pool.js';
import { BlockFeed } from './block-feed.js';
import { CHAIN_PARTS } from './chain.tokens.js';
import type { ProofArchive } from '../proofs/proof-archive.js';
import type { ConservationWatch } from './conservation.js';
import {
  type Acknowledgement,
  type BatchReference,
  type Chain,
  type ChainBlock,
  type Heads,
  OutsideHistoryWindow,
  RejectedTransaction,
  type WaitingTransaction,
} from './chain.types.js';
import { HeadTracker } from './heads.js';
import { Intake, type IntakeLimits } from './intake.js';

/** What the chain is put together from. */
export interface ChainParts {
  readonly chainId: number;
  readonly ready: EngineReady;
  readonly engine: EngineClient;
  readonly signatures: SignaturePool;
  readonly queries: QueryPool;
  readonly limits: IntakeLimits;
  /** Proofs at asserted blocks that the query threads have forgotten. */
  readonly kept: Pick<ProofArchive, 'find'>;
  /** Sums over the state at the block from which blocks are replayed. */
  readonly conservation: ConservationWatch;
  /** Events of the engine so far, and from now on. */
  readonly subscribe: (listener: (event: EngineEvent) => void) => void;
}

/** Sealed blocks that may wait for the index before users are asked to come back later. */
const MAX_INDEX_BACKLOG = 30;

type HeadsListener = Parameters<Chain['onHeads']>[0];

/** The chain as the rest of the node sees it: moves bytes between the edge, the signature workers, the engine and the listeners. */
@Injectable()
export class ChainService implements Chain {
  readonly chainId: number;
  readonly genesis: Chain['genesis'];
  private readonly intake: Intake;
  private readonly feed: BlockFeed;
  private readonly tracker = new HeadTracker();
  private readonly headsListeners: HeadsListener[] = [];
  private readonly droppedListeners: ((hash: Hex) => void)[] = [];
  private readonly pressures: (() => boolean)[] = [];
  private newest: ChainBlock | undefined;
  private stopReason: string | undefined;
  private unsoundReason: string | undefined;
  private readonly logger = new Logger('Chain');

  constructor(@Inject(CHAIN_PARTS) private readonly parts: ChainParts) {
    this.chainId = parts.chainId;
    this.genesis = parts.ready.genesis;
    this.tracker.setSoft(parts.ready.base);
    this.intake = new Intake(
      {
        prepare: (wires) => parts.signatures.prepare(wires, this.time()),
        execute: (batch) => parts.engine.submit(batch),
      },
      parts.limits,
      () => this.feed.backlog > MAX_INDEX_BACKLOG || this.pressures.some((pressure) => pressure()),
    );
    this.feed = new BlockFeed({
      replicate: (block) => {
        this.checkValue(block);
        return parts.queries.apply(block);
      },
      visible: (block) => this.makeVisible(block),
      failed: (error) => this.halt(`a block could not be indexed: ${error.message}`),
    });
  }

  /** Once everybody has registered: replayed blocks go out. Slots and transactions wait for `open`. */
  async start(): Promise<void> {
    this.intake.hold('it is catching up with L1');
    for (const [token, delta] of this.valueDeltas())
      if (delta !== 0n) this.distrust(`the state at block ${this.parts.ready.base}`, token, delta);
    this.parts.subscribe((event) => this.take(event));
    this.feed.open();
    await this.feed.drained();
  }

  /** L1 has been read up to its head: slots begin and transactions are taken. Earlier a block could only name stale prices. */
  async open(): Promise<void> {
    await this.parts.engine.run();
    this.intake.release();
  }

  async submit(entry: Uint8Array): Promise<Acknowledgement> {
    const outcome = await this.intake.submit(entry);
    if (outcome instanceof RejectedTransaction) throw outcome;
    return outcome;
  }

  async submitBatch(entries: readonly Uint8Array[]): Promise<readonly (Acknowledgement | RejectedTransaction)[]> {
    return this.intake.submitAll(entries);
  }

  heads(): Heads {
    return this.tracker.heads;
  }

  prices(): { basePrice: bigint; l1BytePrice: bigint } {
    const { basePrice, l1BytePrice } = this.newest?.block ?? this.parts.ready;
    return { basePrice, l1BytePrice };
  }

  query: Chain['query'] = (request, blockNumber) => {
    const number = blockNumber === 'pending' ? this.tracker.heads.soft : blockNumber;
    const timestamp = blockNumber === 'pending' ? this.time() : undefined;
    return this.parts.queries.query(request, number, timestamp);
  };

  proof: Chain['proof'] = async (key, blockNumber) => {
    try {
      return await this.parts.queries.proof(key, blockNumber);
    } catch (error) {
      const kept = error instanceof OutsideHistoryWindow && (await this.parts.kept.find(key, blockNumber));
      if (!kept) throw error;
      return kept;
    }
  };

  waiting(hash: Hex): Promise<WaitingTransaction | undefined> {
    return this.parts.engine.find(hash);
  }

  pendingNonce(account: Address): Promise<bigint> {
    return this.parts.engine.nonce(account);
  }

  onBlock(listener: (block: ChainBlock) => Promise<void>): void {
    this.feed.onBlock(listener);
  }

  onHeads(listener: HeadsListener): void {
    this.headsListeners.push(listener);
  }

  onReorg(listener: (blockNumber: bigint) => Promise<void>): void {
    this.feed.onReorg(listener);
  }

  /** Called for each acknowledged transaction that the rules refused when its turn came again. */
  onDropped(listener: (hash: Hex) => void): void {
    this.droppedListeners.push(listener);
  }

  /** Blocks `first..last` are on L1. Called by the poster. */
  async markSafe(first: bigint, last: bigint, reference: BatchReference): Promise<void> {
    this.tracker.setSafe(last);
    await this.parts.engine.setSafe(last);
    await this.announceHeads({ first, last, reference });
  }

  /** The safe head moved without a new batch: back after an L1 reorg, or to what a restart found. */
  async setSafe(number: bigint): Promise<void> {
    if (!this.tracker.setSafe(number)) return;
    await this.parts.engine.setSafe(number);
    await this.announceHeads();
  }

  /** Blocks up to this one can no longer be disputed. Called by the proposer. */
  async markFinal(number: bigint): Promise<void> {
    if (this.tracker.setFinal(number)) await this.announceHeads();
  }

  /** While `pressure` answers true users are asked to come back later. It is asked for every submission. */
  addPressure(pressure: () => boolean): void {
    this.pressures.push(pressure);
  }

  /** Why no transactions are taken, if so. */
  get halted(): string | undefined {
    return this.stopReason;
  }

  /** Why nothing of this chain may go to L1: the rules made or lost value. */
  get unsound(): string | undefined {
    return this.unsoundReason;
  }

  /** Held minus supplied, by token reference; anything but 0 is a fault of the rules. */
  valueDeltas(): ReadonlyMap<bigint, bigint> {
    return this.parts.conservation.deltas();
  }

  /** Transactions on their way, and blocks that wait for the index. */
  load(): { transactions: number; blocks: number } {
    return { transactions: this.intake.load, blocks: this.feed.backlog };
  }

  /** Calls that wait for threads or run there, by kind of thread. */
  queues(): Readonly<Record<'engine' | 'signatures' | 'query', number>> {
    const { engine, signatures, queries } = this.parts;
    return { engine: engine.waiting, signatures: signatures.waiting, query: queries.waiting };
  }

  /** Refuses new transactions and resolves when the admitted ones are answered. */
  async closeIntake(reason: string): Promise<void> {
    this.intake.close(reason);
    await this.intake.drained();
  }

  /** Resolves when every block so far was taken by the listeners. */
  drained(): Promise<void> {
    return this.feed.drained();
  }

  /** Takes no more transactions until a restart. */
  halt(reason: string): void {
    this.stopReason ??= reason;
    this.intake.close(reason);
  }

  private take(event: EngineEvent): void {
    if (event.type === 'halted') return this.halt(event.message);
    if (event.type === 'block') return this.feed.block(event.block);
    if (event.type === 'snapshot') return this.parts.queries.rebase(event.number, event.path);
    if (event.type === 'dropped') return this.takeDropped(event);
    this.feed.reorg(event.number, async () => {
      this.tracker.undo(event.number);
      this.parts.conservation.undo(event.number);
      this.newest = undefined;
      await this.parts.queries.undo(event.number, event.snapshot, event.base);
    });
  }

  private takeDropped({ hash, reason }: Extract<EngineEvent, { type: 'dropped' }>): void {
    this.logger.warn({ event: 'transaction_dropped', hash, reason });
    for (const listener of this.droppedListeners) listener(hash);
  }

  /** Before a block is visible or posted: value that the rules made or lost stops the chain here. */
  private checkValue({ block, diff }: EngineBlock): void {
    if (diff === undefined) return;
    for (const { token, delta } of this.parts.conservation.take(block.number, diff))
      this.distrust(`block ${block.number}`, token, delta);
  }

  private distrust(where: string, token: bigint, delta: bigint): void {
    const reason = `${where} breaks: balances + pool reserves + fee buckets - supply = 0; for token ${token} it is ${delta}`;
    this.logger.fatal({ event: 'value_conservation_broken', reason });
    this.unsoundReason ??= reason;
    this.halt(reason);
  }

  private makeVisible(block: ChainBlock): void {
    if (block.block.number >= this.tracker.heads.soft) this.newest = block;
    if (block.block.number > this.tracker.heads.soft) this.tracker.setSoft(block.block.number);
    this.parts.engine.indexed(block.block.number).catch((error: unknown) => this.halt(String(error)));
  }

  private async announceHeads(batch?: Parameters<HeadsListener>[1]): Promise<void> {
    for (const listener of this.headsListeners) await listener(this.tracker.heads, batch);
  }

  private time(): bigint {
    return BigInt(Math.floor(Date.now() / 1000));
  }
}
