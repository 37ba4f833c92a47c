import { parentPort, workerData } from 'node:worker_threads';
import { loadGenesis } from '../engine/genesis.js';
import { packPrepared, unpackWires } from '../engine/packed-batch.js';
import { serve } from '../workers/worker-rpc.js';
import { StampingPreparer } from './preparer.js';

/** Thread that recovers senders: it runs the program's `prepare`, which hashes and recovers exactly what `apply` will ask for. */
const { genesis } = workerData as { genesis: string };
const preparer = new StampingPreparer(loadGenesis(genesis));

serve(parentPort!, {
  prepare: ({ wires, time }: { wires: ArrayBuffer; time: bigint }, transfer) => {
    const prepared = packPrepared(unpackWires(wires), (wire) => preparer.identify(wire, time));
    transfer(prepared);
    return prepared;
  },
});
