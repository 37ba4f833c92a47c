import { parentPort, workerData } from 'node:worker_threads';

import { Preparer, type ProgramModule } from '@metachain/program';

import { prepareContent } from './block-memo.js';

/** What a worker starts with. */
export interface PrepareWorkerData {
  readonly module: ProgramModule;
  readonly chainId: number;
}

/** Entries of a block to prepare. */
export interface PrepareTask {
  readonly content: Uint8Array;
  readonly timestamp: bigint;
}

const { module, chainId } = workerData as PrepareWorkerData;
const preparer = new Preparer(module, chainId);

parentPort?.on('message', ({ content, timestamp }: PrepareTask) => {
  const memo = prepareContent(preparer, content, timestamp);
  parentPort?.postMessage(memo, [memo.buffer as ArrayBuffer]);
});
