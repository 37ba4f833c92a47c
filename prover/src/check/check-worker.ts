import { parentPort } from 'node:worker_threads';
import { loadProgram } from '@metachain/program';
import { lowerProvable } from '../machine/lowering/program.js';
import type { ToWorker } from './check-messages.js';
import { CheckSession } from './check-session.js';

const session = new CheckSession(lowerProvable(loadProgram().wasm));

parentPort?.on('message', (message: ToWorker) => {
  const answer = session.take(message);
  if (answer !== undefined) parentPort?.postMessage(answer);
});
