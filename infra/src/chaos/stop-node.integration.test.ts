import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Hex } from 'viem';
import { JsonRpc } from '../baseline/json-rpc.js';
import { BenchNode } from '../bench/bench-node.js';
import { wireHex } from '../load/packed-user.js';
import { waitUntil } from '../process/child.js';
import { faultsOf, makersOf, settledBlocks } from './chain-history.js';
import { Sender } from './senders.js';

jest.setTimeout(180_000);

const USERS = 24;
const STOPS = 4;
/** Milliseconds under load before each signal. */
const LOAD = 1_500;
/** Milliseconds: `drainSeconds`. A drain that takes longer ends with 1. */
const LONGEST_STOP = 30_000;

const overrides = {
  block: { slotMilliseconds: 200, maxContentBytes: 4_096 },
  journal: { segmentBytes: 16_384, snapshotEveryBlocks: 10 },
  poster: { intervalSeconds: 2, clockMarginSeconds: 3 },
  proposer: { enabled: false },
  workers: { signatures: 1 },
};

const receipt = (hash: Hex) => rpc.call('eth_getTransactionReceipt', [hash]);

const over = new AbortController();
setMaxListeners(USERS + 1, over.signal);
let node: BenchNode;
let rpc: JsonRpc;

beforeAll(async () => {
  node = await BenchNode.start(USERS, overrides);
  rpc = new JsonRpc(node.devnet.rpcUrl);
  await rpc.batch('metachain_sendTransaction', node.load.signPools().map(wireHex));
});
afterAll(async () => {
  over.abort();
  await rpc?.close();
  await node?.stop();
});

/** A life of the node that took transactions; times are `performance.now()`. */
interface Life {
  readonly ready: number;
  readonly signal: number;
  readonly end: number;
  readonly code: number;
}

/** A life that ends by SIGTERM in the middle of load. The journal alone tells the next one what was acknowledged. */
async function live(): Promise<Life> {
  await node.ready();
  const ready = performance.now();
  await sleep(LOAD);
  const signal = performance.now();
  const code = await node.sequencer.stop('SIGTERM', 2 * LONGEST_STOP);
  const end = performance.now();
  rmSync(join(node.directory.file('sequencer'), 'index.db'), { force: true });
  node.restart();
  return { ready, signal, end, code };
}

const between = (moments: readonly number[], from: number, to: number) =>
  moments.filter((moment) => moment > from && moment < to).length;

it(`answers what is on its way when SIGTERM comes, exits 0, and has everything acknowledged in the chain once, ${STOPS} times`, async () => {
  const senders = makersOf(node).map((make) => new Sender(node.devnet.rpcUrl, make, over.signal));
  const lives: Life[] = [];
  while (lives.length < STOPS) lives.push(await live());
  await node.ready();
  await Promise.all(senders.map((sender) => sender.stop()));

  const [unanswered, refused] = [senders.flatMap((of) => of.unanswered), senders.flatMap((of) => of.refused)];
  for (const { ready, signal, end, code } of lives) {
    expect(code).toBe(0);
    expect(end - signal).toBeLessThan(LONGEST_STOP);
    expect(between(unanswered, ready, signal)).toBe(0);
    expect(between(refused, signal, end)).toBeGreaterThan(0);
  }
  const acknowledged = senders.map((sender) => sender.acknowledged);
  for (const hashes of acknowledged) expect(hashes.length).toBeGreaterThan(STOPS);
  for (const hashes of acknowledged)
    await waitUntil('The last block', async () => (await receipt(hashes.at(-1)!)) !== null, node.sequencer);
  const blocks = await settledBlocks(rpc, node);
  expect(await faultsOf(rpc, blocks, acknowledged.flat())).toEqual({ missing: [], twice: [], withoutReceipt: [] });
});
