import { parentPort, workerData } from 'node:worker_threads';

import { Preparer, type ProgramModule } from '@metachain/program';

import { prepareContent } from './block-memo.js';

/** What a worker starts with. */
export interface PrepareWorkerData {
  readonly module: ProgramModule;
  readonly chainId: number;
}

/** One block to prepare. */
export interface PrepareTask {
  readonly id: number;
  readonly content: Uint8Array;
  readonly timestamp: bigint;
}

const { module, chainId } = workerData as PrepareWorkerData;
const preparer = new Preparer(module, chainId);

parentPort?.on('message', ({ id, content, timestamp }: PrepareTask) => {
  const memo = prepareContent(preparer, content, timestamp);
  parentPort?.postMessage({ id, memo }, [memo.buffer as ArrayBuffer]);
});
