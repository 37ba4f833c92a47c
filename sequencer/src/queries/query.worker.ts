import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { Engine, type QueryRequest, Replica } from '@metachain/program';
import { toHex } from 'viem';
import { type Genesis, loadGenesis } from '../engine/genesis.js';
import { openEnvelope } from '../engine/state-envelope.js';
import { snapshotState } from '../journal/snapshot-store.js';
import { serve } from '../workers/worker-rpc.js';
import type { QueryBlock, QueryWorkerOptions } from './query.types.js';

/** Thread with its own copy of the state: a query that runs wild can hurt nothing but this thread. */
const options = workerData as QueryWorkerOptions;
const genesis = loadGenesis(options.genesis);
const replica = new Replica(
  { module: genesis.module, chainId: genesis.chainId, window: options.window },
  initialState(genesis),
);

serve(parentPort!, {
  apply: (blocks: readonly QueryBlock[]) => {
    for (const { number, hash, diff } of blocks) replica.apply({ head: { number, hash }, diff });
  },
  revertTo: (number: bigint) => replica.revertTo(number),
  query: ({ request, number }: { request: QueryRequest; number: bigint }) => replica.query(request, number),
  proof: ({ key, number }: { key: Uint8Array; number: bigint }) => {
    const { value, proof, stateRoot } = replica.proof(key, number);
    return { value: toHex(value), proof: toHex(proof), stateRoot };
  },
});

function initialState({ module, chainId, state }: Genesis): Uint8Array {
  if (options.snapshot === undefined) return Engine.fromGenesis({ module, chainId }, state).snapshot();
  return openEnvelope(snapshotState(options.snapshot, readFileSync(options.snapshot))).state;
}
