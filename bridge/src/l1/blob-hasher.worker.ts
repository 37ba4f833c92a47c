import { parentPort } from 'node:worker_threads';

import type { Hash } from 'viem';

import { MalformedBlobError } from '../errors.js';
import { versionedHashOf } from './kzg.js';

/** One blob to hash. */
export interface HashTask {
  readonly id: number;
  readonly blob: Uint8Array;
}

/** Its versioned hash; undefined when it is no blob. */
export interface HashAnswer {
  readonly id: number;
  readonly hash: Hash | undefined;
}

const hashOrUndefined = (blob: Uint8Array): Hash | undefined => {
  try {
    return versionedHashOf(blob);
  } catch (error) {
    if (error instanceof MalformedBlobError) return undefined;
    throw error;
  }
};

parentPort?.on('message', ({ id, blob }: HashTask) => {
  parentPort?.postMessage({ id, hash: hashOrUndefined(blob) } satisfies HashAnswer);
});
