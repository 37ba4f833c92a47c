import { Worker } from 'node:worker_threads';

import type { Hash } from 'viem';

import { MalformedBlobError } from '../errors.js';
import type { HashAnswer, HashTask } from './blob-hasher.worker.js';
import { versionedHashOf } from './kzg.js';

/** Recomputes the versioned hash of a blob; undefined when it is no blob. */
export type HashBlob = (blob: Uint8Array) => Promise<Hash | undefined>;

/** On the caller's thread: 30 to 75 ms a blob, and seconds the first time. */
export const hashBlobHere: HashBlob = async (blob) => {
  try {
    return versionedHashOf(blob);
  } catch (error) {
    if (error instanceof MalformedBlobError) return undefined;
    throw error;
  }
};

interface Waiting {
  readonly resolve: (hash: Hash | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that recomputes KZG commitments, so that neither they nor the loading of the set-up hold up an event loop. */
export class BlobHasher {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 0;

  readonly hash: HashBlob = (blob) => {
    const worker = (this.#worker ??= this.#open());
    const id = this.#next++;
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, blob } satisfies HashTask);
    });
  };

  /** Stops the thread; what waits is rejected. */
  async close(): Promise<void> {
    this.#fail(new MalformedBlobError('the blob thread was stopped'));
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #open(): Worker {
    const worker = new Worker(new URL('./blob-hasher.worker.js', import.meta.url));
    worker.on('message', ({ id, hash }: HashAnswer) => {
      this.#waiting.get(id)?.resolve(hash);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on('error', (error) => {
      this.#worker = undefined;
      this.#fail(error as Error);
    });
    return worker;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
