import { parentPort, workerData } from 'node:worker_threads';
import { notify, serve } from '../../dist/workers/worker-rpc.js';

/** Thread for the test of the calls. */
serve(parentPort, {
  add: ({ a, b }) => a + b + workerData,
  later: (value) => new Promise((resolve) => setTimeout(() => resolve(value), 20)),
  take: (buffer, transfer) => {
    transfer(buffer);
    return buffer;
  },
  fail: () => {
    throw Object.assign(new RangeError('out of range'), { code: 7, blockNumber: 3n });
  },
  say: (text) => notify(parentPort, { text }),
  die: () => process.exit(3),
});
