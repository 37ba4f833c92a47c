import type { QueryRequest, QueryResult } from '@metachain/program';
import type { Hex } from 'viem';
import { OutsideHistoryWindow } from '../chain/chain.types.js';
import type { EngineBlock } from '../engine/engine.types.js';
import { WorkerCallError } from '../workers/worker.errors.js';
import { WorkerClient } from '../workers/worker-rpc.js';
import { QueryLimitError } from './query.errors.js';
import type { QueryBlock, QueryWorkerOptions } from './query.types.js';

/** Bounds of the query threads. */
export interface QueryPoolOptions {
  readonly threads: number;
  readonly genesis: string;
  readonly window: number;
  readonly milliseconds: number;
  /** Queries that wait or run at the same time. */
  readonly waiting: number;
  readonly onCrash: (error: Error) => void;
}

/** Threads that answer message calls and proofs. One that ends, or runs for too long, is replaced and catches up. */
export class QueryPool {
  private workers: WorkerClient[] = [];
  /** Blocks since the snapshot: what a new thread must learn. */
  private blocks: QueryBlock[] = [];
  private load = 0;

  constructor(
    private readonly options: QueryPoolOptions,
    private snapshot: string | undefined,
    private base: bigint,
  ) {
    this.startAll();
  }

  /** Feeds a block to every thread. Resolves when each has it. */
  async apply({ block, diff }: EngineBlock): Promise<void> {
    if (!diff || block.number <= this.newest) return;
    const { number, hash, timestamp } = block;
    const learned = { number, hash, timestamp, diff };
    this.blocks.push(learned);
    await Promise.allSettled(this.workers.map((worker) => worker.call('apply', [learned])));
  }

  /** A newer snapshot is on disk: later threads start there. */
  rebase(number: bigint, snapshot: string): void {
    this.snapshot = snapshot;
    this.base = number;
    const oldest = this.newest - BigInt(this.options.window);
    // Times of the blocks in the window are still asked for.
    this.blocks = this.blocks.filter((block) => block.number > number || block.number >= oldest);
  }

  /**
   * Blocks above `number` were undone. The threads take them back; where that is further than they can go, they start again from the snapshot
   * of block `base`, and the blocks since then follow.
   */
  async undo(number: bigint, snapshot: string | undefined, base: bigint): Promise<void> {
    if (this.base > number) return this.restart(snapshot, base);
    this.blocks = this.blocks.filter((block) => block.number <= number);
    await Promise.all(this.workers.map((worker) => this.takeBack(worker, number)));
  }

  /** Message call after a block. `timestamp` undefined = the block's. Rejects with OutsideHistoryWindow, QueryLimitError. */
  query(request: Omit<QueryRequest, 'timestamp'>, number: bigint, timestamp: bigint | undefined): Promise<QueryResult> {
    const time = timestamp ?? this.blocks.find((block) => block.number === number)?.timestamp ?? 0n;
    return this.ask('query', { request: { ...request, timestamp: time }, number });
  }

  /** A word and its proof after a block. Rejects with OutsideHistoryWindow, QueryLimitError. */
  proof(key: Hex, number: bigint): Promise<{ value: Hex; proof: Hex; stateRoot: Hex }> {
    return this.ask('proof', { key: Buffer.from(key.slice(2), 'hex'), number });
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  /** Queries that wait or run. */
  get waiting(): number {
    return this.load;
  }

  private get newest(): bigint {
    return this.blocks.at(-1)?.number ?? this.base;
  }

  private async ask<T>(method: string, argument: unknown): Promise<T> {
    if (this.load >= this.options.waiting)
      throw new QueryLimitError('limit exceeded: too many queries wait, try again later');
    this.load += 1;
    const worker = this.workers.reduce((least, next) => (next.load < least.load ? next : least));
    try {
      return await this.timed(worker, worker.call<T>(method, argument));
    } catch (error) {
      throw translate(error);
    } finally {
      this.load -= 1;
    }
  }

  /** A thread that does not answer in time is stuck in a query; the others that wait for it fail with it. */
  private async timed<T>(worker: WorkerClient, answer: Promise<T>): Promise<T> {
    const { milliseconds } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new QueryLimitError(`execution aborted (timeout = ${milliseconds} ms)`)),
        milliseconds,
      );
    });
    try {
      return await Promise.race([answer, timeout]);
    } catch (error) {
      if (error instanceof QueryLimitError) this.replace(worker);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A thread that cannot go back is replaced by one that never went there. */
  private async takeBack(worker: WorkerClient, number: bigint): Promise<void> {
    await worker.call('revertTo', number).catch(() => this.replace(worker));
  }

  private async restart(snapshot: string | undefined, base: bigint): Promise<void> {
    this.snapshot = snapshot;
    this.base = base;
    this.blocks = [];
    const old = this.workers;
    this.startAll();
    await Promise.all(old.map((worker) => worker.terminate()));
  }

  private startAll(): void {
    this.workers = Array.from({ length: this.options.threads }, () => this.start());
  }

  private start(): WorkerClient {
    const { genesis, window, onCrash } = this.options;
    const data: QueryWorkerOptions = { genesis, window, snapshot: this.snapshot };
    const url = new URL('./query.worker.js', import.meta.url);
    const worker: WorkerClient = new WorkerClient('query', url, data, undefined, (error) => {
      onCrash(error);
      this.replace(worker);
    });
    const missed = this.blocks.filter((block) => block.number > this.base);
    if (missed.length > 0) worker.call('apply', missed).catch(() => undefined);
    return worker;
  }

  private replace(worker: WorkerClient): void {
    const place = this.workers.indexOf(worker);
    if (place < 0) return;
    this.workers[place] = this.start();
    void worker.terminate();
  }
}

/** Errors of the thread in the words of the Chain interface. */
function translate(error: unknown): unknown {
  if (!(error instanceof WorkerCallError) || error.remoteName !== 'OutsideWindowError') return error;
  const { blockNumber, oldest, latest } = error.details as Record<string, bigint>;
  return new OutsideHistoryWindow(blockNumber!, oldest!, latest!);
}
