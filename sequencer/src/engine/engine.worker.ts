import { parentPort, workerData } from 'node:worker_threads';
import type { Hex } from 'viem';
import { notify, serve } from '../workers/worker-rpc.js';
import { EngineHost } from './engine-host.js';
import type { DerivationRequest, EngineEvent, EngineL1Update, EngineOptions } from './engine.types.js';
import { packOutcomes, unpackPrepared } from './packed-batch.js';
import { programFactory } from './program-machine.js';
import { programRules } from './program-rules.js';
import { SlotTimer } from './slot-timer.js';

/** Thread that owns program, state and journal. Everything else talks to it through these calls. */
const port = parentPort!;
const options = workerData as EngineOptions;
const emit = (event: EngineEvent) => notify(port, event);
const starting = Promise.resolve().then(() => EngineHost.start(options, programFactory(options), programRules, emit));
// The caller of `ready` hears of a failure; without this line Node would end the thread first.
starting.catch(() => undefined);
let timer: SlotTimer | undefined;

serve(port, {
  ready: async () => (await starting).ready,
  run: async () => {
    const { host } = await starting;
    timer = new SlotTimer(options.slotMilliseconds, () => host.tick());
  },
  submit: async (batch: ArrayBuffer, transfer) => {
    const { host } = await starting;
    const outcomes = packOutcomes(await host.submit(unpackPrepared(batch)));
    transfer(outcomes);
    return outcomes;
  },
  addL1: async (update: EngineL1Update) => (await starting).host.addL1(update),
  dropL1: async ({ firstItem, firstMessage }: { firstItem: bigint; firstMessage: bigint }) =>
    (await starting).host.dropL1(firstItem, firstMessage),
  indexed: async (number: bigint) => (await starting).host.indexed(number),
  setSafe: async (number: bigint) => (await starting).host.setSafe(number),
  setProven: async (number: bigint) => (await starting).host.setProven(number),
  undo: async ({ number, firstItem, firstMessage }: { number: bigint; firstItem: bigint; firstMessage: bigint }) =>
    (await starting).host.undo(number, firstItem, firstMessage),
  derive: async (request: DerivationRequest) => (await starting).host.derive(request),
  waiting: async (hash: Hex) => (await starting).host.waiting(hash),
  nonce: async (account: Hex) => (await starting).host.nonce(account),
  status: async () => (await starting).host.status(),
  stop: async () => {
    timer?.stop();
    await (await starting).host.stop();
  },
});
