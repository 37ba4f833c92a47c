import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createGenesis, Engine, loadProgram } from '@metachain/program';
import { numberToHex, zeroAddress } from 'viem';

import { type Boundary, genesisBoundary } from './boundary.js';
import { CheckpointStore } from './checkpoint-store.js';

const { module } = loadProgram();
const options = { module, chainId: 7_771 };
const genesis = createGenesis({
  chainId: options.chainId,
  timestamp: 1_800_000_000,
  producer: zeroAddress,
  l1Messenger: zeroAddress,
  l1StandardBridge: zeroAddress,
  tokens: [],
  allocations: [],
});
const engine = Engine.fromGenesis(options, genesis);
const LIMIT = 8;

const boundaryAt = (item: number, fork = 0): Boundary => ({
  ...genesisBoundary(genesis.stateRoot, genesis.hash),
  item: BigInt(item),
  units: BigInt(item),
  itemHash: numberToHex(item * 1_000 + fork, { size: 32 }),
});

let directory: string;
let store: CheckpointStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  store = new CheckpointStore(directory, options, LIMIT);
});
afterEach(() => rm(directory, { recursive: true }));

const items = async () => (await readdir(directory)).sort().map((name) => Number.parseInt(name, 10));
const save = async (from: number, to: number) => {
  for (let item = from; item <= to; item++) await store.save(engine, boundaryAt(item));
};
const restoredAt = async (atMost?: bigint, accept: (boundary: Boundary) => boolean = () => true) => {
  const refused: string[] = [];
  const restored = await store.restore(accept, ({ message }) => refused.push(message), atMost);
  return [restored?.boundary.item, refused.length] as const;
};

describe('checkpoints on disk', () => {
  it('are no more than allowed, and begin at or below the lowest place that is needed, whoever needs it', async () => {
    store.need('assertions', [boundaryAt(15), boundaryAt(22)]);
    store.need('games', [boundaryAt(4)]);
    await save(1, 40);
    const kept = await items();
    expect([kept.length, kept.slice(0, 2), kept.slice(-3)]).toEqual([LIMIT, [4, 15], [38, 39, 40]]);
    store.need('games', []);
    await save(41, 41);
    expect((await items())[0]).toBe(15);
  });

  it('are spread over the whole chain as long as it is not known which assertions need them', async () => {
    store.need('games', [boundaryAt(30)]);
    await save(1, 40);
    const kept = await items();
    expect(kept).toHaveLength(LIMIT);
    const gaps = [0, ...kept].map((item, index) => (kept[index] ?? 40) - item);
    expect(Math.max(...gaps)).toBeLessThanOrEqual((2 * 40) / (LIMIT - 3) + 1);
  });

  it('give the nearest one below an item, without a look at those above it', async () => {
    await save(1, 6);
    expect(await restoredAt()).toEqual([6n, 0]);
    expect(await restoredAt(4n)).toEqual([4n, 0]);
    expect(await restoredAt(0n)).toEqual([undefined, 0]);
    expect(await restoredAt(5n, ({ item }) => item < 4n)).toEqual([3n, 2]);
  });

  it('that L1 took away are removed with the next one, and those above it are not judged', async () => {
    await save(1, 4);
    await store.save(engine, boundaryAt(6));
    const stands = ({ item, itemHash }: Boundary) => item < 3n || itemHash === boundaryAt(Number(item), 1).itemHash;
    await store.save(engine, boundaryAt(5, 1), stands);
    expect(await items()).toEqual([1, 2, 5, 6]);
  });

  it('that are damaged are passed over, and removed where even their beginning is', async () => {
    await save(1, 3);
    const names = (await readdir(directory)).sort();
    await writeFile(join(directory, names[2]!), engine.snapshot(new TextEncoder().encode('{}')));
    await writeFile(join(directory, names[1]!), 'MetaChain state\n');
    expect(await restoredAt()).toEqual([1n, 2]);
    await save(4, 4);
    expect(await items()).toEqual([1, 4]);
  });
});
