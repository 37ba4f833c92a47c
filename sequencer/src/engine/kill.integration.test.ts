import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createGenesis, Engine, loadProgram, unframeEthereum } from '@metachain/program';
import { keccak256 } from 'viem';
import { CHAIN_ID, type Death, genesis, Load, oneLife, optionsOf } from '../testing/kill-load.js';
import { EngineHost } from './engine-host.js';
import type { EngineBlock } from './engine.types.js';
import { entriesOf } from './engine-views.js';
import { programFactory } from './program-machine.js';
import { programRules } from './program-rules.js';

const CYCLES = Number(process.env['KILL_CYCLES'] ?? 50);
const UNDO_CYCLES = Math.ceil(CYCLES / 2);

/** The same blocks through a fresh engine that knows no memo and no journal. */
function replayIndependently(blocks: readonly EngineBlock[]): string | undefined {
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId: CHAIN_ID }, createGenesis(genesis));
  let root: string | undefined;
  for (const { block, context, ...rest } of blocks) {
    engine.begin(context);
    for (const wire of entriesOf(rest)) expect(engine.apply(wire).status).toBe('executed');
    const sealed = engine.end();
    expect(sealed.hash).toBe(block.hash);
    root = sealed.stateRoot;
  }
  return root;
}

/** Lives and deaths on one data directory. Returns what was sent and the blocks that are there at the end. */
async function play(cycles: number, death: (cycle: number) => Death) {
  const directory = mkdtempSync(join(tmpdir(), 'kill-'));
  const load = new Load();
  for (let cycle = 0; cycle < cycles; cycle++) await oneLife(optionsOf(directory), load, death(cycle));
  const blocks: EngineBlock[] = [];
  const options = optionsOf(directory, { replayAbove: 0n });
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) => {
    if (event.type === 'block') blocks.push(event.block);
    expect(event.type).not.toBe('dropped');
  });
  await host.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { load, blocks };
}

/** Every acknowledged transaction is there, none twice, and others who replay the blocks come to the same state. */
function requireExactlyOnce(load: Load, blocks: readonly EngineBlock[], atLeast: number): void {
  const hashes = blocks.flatMap((block) => entriesOf(block).map((wire) => keccak256(unframeEthereum(wire)!)));
  expect(new Set(hashes).size).toBe(hashes.length);
  const included = new Set<string>(hashes);
  expect([...load.acknowledged].filter((hash) => !included.has(hash))).toEqual([]);
  expect(load.acknowledged.size).toBeGreaterThan(atLeast);
  expect(replayIndependently(blocks)).toBe(blocks.at(-1)!.block.stateRoot);
}

it(`loses nothing acknowledged and runs nothing twice over ${CYCLES} kills`, async () => {
  // Every third life ends at any moment of the start; the others under load, some time after the first answer.
  const { load, blocks } = await play(CYCLES, (cycle) => (cycle % 3 === 2 ? 'start' : 'load'));
  requireExactlyOnce(load, blocks, CYCLES / 2);
  for (const { block } of blocks) expect(load.blocks.get(String(block.number)) ?? block.hash).toBe(block.hash);
  expect(load.blocks.size).toBeLessThanOrEqual(blocks.length);
}, 900_000);

it(`loses nothing acknowledged and runs nothing twice over ${UNDO_CYCLES} kills while it undoes blocks`, async () => {
  const { load, blocks } = await play(UNDO_CYCLES, () => 'undo');
  requireExactlyOnce(load, blocks, UNDO_CYCLES / 2);
}, 900_000);
