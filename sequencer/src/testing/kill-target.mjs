/*
 * A process to be killed: the engine on a data directory, fed over IPC. It answers a batch only when the batch is durable, says each
 * sealed block, and commits nothing else anywhere. Asked to, it undoes blocks. Runs from the build, so that a start takes no compilation.
 */
import { setImmediate, setInterval } from 'node:timers';
import { EngineHost } from '../../dist/engine/engine-host.js';
import { loadGenesis } from '../../dist/engine/genesis.js';
import { programFactory } from '../../dist/engine/program-machine.js';
import { programRules } from '../../dist/engine/program-rules.js';
import { fromStamped } from '../../dist/engine/prepared.js';
import { StampingPreparer } from '../../dist/signatures/preparer.js';

const SLOT_MILLISECONDS = 60;
const options = JSON.parse(process.argv[2], (name, value) => (name === 'replayAbove' ? BigInt(value) : value));
const preparer = new StampingPreparer(loadGenesis(options.genesis));

const NOTHING_VOID = 1n << 60n;
const undo = async (depth) => {
  const number = running.host.status().head - BigInt(depth);
  await running.host.undo(number > 0n ? number : 0n, NOTHING_VOID, NOTHING_VOID);
};

const announce = (event) => {
  if (event.type === 'halted') process.send({ halted: event.message });
  if (event.type !== 'block') return;
  process.send({ block: String(event.block.block.number), hash: event.block.block.hash, fresh: event.block.fresh });
  setImmediate(() => running.host?.indexed(event.block.block.number).catch(() => undefined));
};

const running = {};
const { host } = await EngineHost.start(options, programFactory(options), programRules, announce);
running.host = host;
process.on('message', async ({ wires, undo: asked, depth }) => {
  if (asked) return undo(depth).then(() => process.send({ undone: true }));
  const time = BigInt(Math.floor(Date.now() / 1000));
  const batch = wires
    .map((text) => Buffer.from(text, 'hex'))
    .map((wire) => fromStamped(wire, preparer.prepare(wire, time)));
  const outcomes = await host.submit(batch);
  process.send({
    outcomes: outcomes.map((outcome) => ({ status: outcome.status ?? 'rejected', message: outcome.message ?? '' })),
  });
});
setInterval(() => void host.tick(), SLOT_MILLISECONDS);
process.send({ ready: true });
