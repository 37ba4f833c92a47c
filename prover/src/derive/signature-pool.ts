import { Worker } from 'node:worker_threads';

import type { Memo, ProgramModule } from '@metachain/program';

import { CannotDeriveError } from '../errors.js';
import type { PrepareTask } from './prepare-worker.js';

interface Slot {
  readonly worker: Worker;
  pending: number;
}

interface Waiting {
  readonly resolve: (memo: Memo) => void;
  readonly reject: (error: Error) => void;
}

/** Worker threads that recover the signatures of blocks before the rules ask for them. */
export class SignaturePool {
  readonly #slots: Slot[];
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  constructor(module: ProgramModule, chainId: number, threads: number) {
    const url = new URL('./prepare-worker.js', import.meta.url);
    this.#slots = Array.from({ length: threads }, () =>
      this.#open(new Worker(url, { workerData: { module, chainId } })),
    );
  }

  /** Memo of a block's transactions, in their order. */
  prepare(content: Uint8Array, timestamp: bigint): Promise<Memo> {
    const slot = this.#slots.reduce((a, b) => (b.pending < a.pending ? b : a));
    const id = this.#next++;
    if (slot.pending++ === 0) slot.worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      slot.worker.postMessage({ id, content, timestamp } satisfies PrepareTask);
    });
  }

  /** Stops the threads. Blocks that wait are rejected. */
  async close(): Promise<void> {
    await Promise.all(this.#slots.map(({ worker }) => worker.terminate()));
    this.#fail(new CannotDeriveError('the signature workers were stopped'));
  }

  #open(worker: Worker): Slot {
    const slot: Slot = { worker, pending: 0 };
    worker.on('message', ({ id, memo }: { id: number; memo: Memo }) => {
      if (--slot.pending === 0) slot.worker.unref();
      this.#waiting.get(id)?.resolve(memo);
      this.#waiting.delete(id);
    });
    worker.on('error', (error) => this.#fail(error as Error));
    worker.unref();
    return slot;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
