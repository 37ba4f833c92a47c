import { parentPort, workerData } from 'node:worker_threads';
import { serve } from '../workers/worker-rpc.js';
import { type ProofRequest, type ReplayPlace, replayProofs } from './replay-proofs.js';

/** Thread that lives for one replay: a second state costs memory, and blocks must not wait for it. */
serve(parentPort!, {
  prove: (request: ProofRequest) => replayProofs(workerData as ReplayPlace, request),
});
