import { Worker } from 'node:worker_threads';

import { type Memo, Preparer, type ProgramModule } from '@metachain/program';

import { CannotDeriveError } from '../errors.js';
import { joinMemos, prepareContent, splitForThreads } from './block-memo.js';
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

/** A thread and the parts it has, in order. */
interface Slot {
  readonly worker: Worker;
  readonly tasks: Task[];
}

/**
 * Parts that a thread has in hand at a time: what it can do while the rules run a large block (0.3 s) and nobody hands it more. The rest stays
 * where the caller can take it over.
 */
const IN_HAND = 24;

/**
 * Worker threads that recover the signatures of blocks before the rules ask for them. A caller that waits may `help` instead, so that no
 * core is idle.
 */
export class SignaturePool {
  #slots: readonly Slot[];
  readonly #queue: Task[] = [];
  readonly #own: Preparer;

  constructor(module: ProgramModule, chainId: number, threads: number) {
    // From the build also where the sources run, as in tests: a thread reads no TypeScript.
    const url = new URL('../../dist/derive/prepare-worker.js', import.meta.url);
    this.#own = new Preparer(module, chainId);
    this.#slots = Array.from({ length: threads }, () =>
      this.#open(new Worker(url, { workerData: { module, chainId } })),
    );
  }

  /** Hands a block to the threads, in parts; blocks handed over first are prepared first. */
  prepare(content: Uint8Array, timestamp: bigint): PreparedBlock {
    const state = { done: false };
    const parts = splitForThreads(content).map((part) => this.#enqueue(part, timestamp));
    const memo = Promise.all(parts).then(joinMemos);
    const end = () => void (state.done = true);
    memo.then(end, end);
    this.#feed();
    return {
      get done() {
        return state.done;
      },
      memo,
    };
  }

  /** Prepares the next part that no thread has begun, on the caller's thread. False when there is none. */
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

  #enqueue(content: Uint8Array, timestamp: bigint): Promise<Memo> {
    return new Promise((settle, fail) => this.#queue.push({ content, timestamp, settle, fail }));
  }

  #open(worker: Worker): Slot {
    const slot: Slot = { worker, tasks: [] };
    worker.on('message', (memo: Memo) => {
      slot.tasks.shift()?.settle(memo);
      if (slot.tasks.length === 0) worker.unref();
      this.#feed();
    });
    worker.on('error', (error) => this.#lose(slot, error as Error));
    worker.unref();
    return slot;
  }

  /** In turn, so that no thread takes what another would do at once. */
  #feed(): void {
    for (let tasks = 1; tasks <= IN_HAND; tasks++)
      for (const slot of this.#slots) if (slot.tasks.length < tasks) this.#give(slot);
  }

  #give({ worker, tasks }: Slot): void {
    const task = this.#queue.shift();
    if (task === undefined) return;
    tasks.push(task);
    worker.ref();
    // Copied, since a message takes all of the buffer that a view stands in.
    worker.postMessage({ content: task.content.slice(), timestamp: task.timestamp } satisfies PrepareTask);
  }

  /** A thread that ended answers nothing: what it had is refused, and it is handed no more. */
  #lose(slot: Slot, error: Error): void {
    this.#slots = this.#slots.filter((other) => other !== slot);
    for (const task of slot.tasks.splice(0)) task.fail(error);
  }

  #fail(error: Error): void {
    for (const task of this.#queue.splice(0)) task.fail(error);
    for (const { tasks } of this.#slots) for (const task of tasks.splice(0)) task.fail(error);
  }
}
