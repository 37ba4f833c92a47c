import { Worker } from 'node:worker_threads';

import { type Memo, Preparer, type ProgramModule } from '@metachain/program';

import { CannotDeriveError } from '../errors.js';
import { prepareContent } from './block-memo.js';
import type { PrepareTask } from './prepare-worker.js';

/** A block whose signatures are being recovered. */
export interface PreparedBlock {
  readonly done: boolean;
  /** Memo of the block's transactions, in their order. */
  readonly memo: Promise<Memo>;
}

interface Task extends PrepareTask {
  settle(memo: Memo): void;
  fail(error: Error): void;
}

interface Slot {
  readonly worker: Worker;
  task: Task | undefined;
}

/**
 * Worker threads that recover the signatures of blocks before the rules ask for them. A caller that waits may `help` instead, so that no
 * core is idle.
 */
export class SignaturePool {
  readonly #slots: Slot[];
  readonly #queue: Task[] = [];
  readonly #own: Preparer;
  #next = 0;

  constructor(module: ProgramModule, chainId: number, threads: number) {
    const url = new URL('./prepare-worker.js', import.meta.url);
    this.#own = new Preparer(module, chainId);
    this.#slots = Array.from({ length: threads }, () =>
      this.#open(new Worker(url, { workerData: { module, chainId } })),
    );
  }

  /** Hands a block to the threads; those handed over first are prepared first. */
  prepare(content: Uint8Array, timestamp: bigint): PreparedBlock {
    const state = { done: false };
    const memo = new Promise<Memo>((resolve, reject) => {
      const settle = (result: Memo) => ((state.done = true), resolve(result));
      const fail = (error: Error) => ((state.done = true), reject(error));
      this.#queue.push({ id: this.#next++, content, timestamp, settle, fail });
    });
    memo.catch(() => undefined);
    for (const slot of this.#slots) this.#feed(slot);
    return {
      get done() {
        return state.done;
      },
      memo,
    };
  }

  /** Prepares the next block that no thread has begun, on the caller's thread. False when there is none. */
  help(): boolean {
    const task = this.#queue.shift();
    task?.settle(prepareContent(this.#own, task.content, task.timestamp));
    return task !== undefined;
  }

  /** Stops the threads. Blocks that wait are rejected. */
  async close(): Promise<void> {
    this.#fail(new CannotDeriveError('the signature workers were stopped'));
    await Promise.all(this.#slots.map(({ worker }) => worker.terminate()));
  }

  #open(worker: Worker): Slot {
    const slot: Slot = { worker, task: undefined };
    worker.on('message', ({ memo }: { memo: Memo }) => {
      slot.task?.settle(memo);
      slot.task = undefined;
      worker.unref();
      this.#feed(slot);
    });
    worker.on('error', (error) => this.#fail(error as Error));
    worker.unref();
    return slot;
  }

  #feed(slot: Slot): void {
    if (slot.task !== undefined) return;
    slot.task = this.#queue.shift();
    if (slot.task === undefined) return;
    const { id, content, timestamp } = slot.task;
    slot.worker.ref();
    slot.worker.postMessage({ id, content, timestamp } satisfies PrepareTask);
  }

  #fail(error: Error): void {
    for (const task of this.#queue.splice(0)) task.fail(error);
    for (const slot of this.#slots) slot.task?.fail(error);
  }
}
