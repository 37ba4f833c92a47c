import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { reorganise } from '@metachain/bridge/testing';
import type { Hex } from 'viem';
import { JsonRpc } from '../baseline/json-rpc.js';
import { BenchNode } from '../bench/bench-node.js';
import { type Clients, clientsOf } from '../devnet/clients.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { wireHex } from '../load/packed-user.js';
import { generator } from '../load/swap-mix.js';
import { waitUntil } from '../process/child.js';
import { Depositor } from './depositor.js';
import { faultsOf, makersOf, settledBlocks } from './chain-history.js';
import { Sender } from './senders.js';

const KILLS = Number(process.env['NODE_KILLS'] ?? 10);
const SEED = Number(process.env['NODE_KILL_SEED'] ?? 1);
const USERS = 8;
/** Milliseconds: a life that ends while the node starts, and one that ends under load. */
const LONGEST_START = 3_000;
const LONGEST_LOAD = 1_000;
const DEEPEST_REORG = 3;
const prover = fileURLToPath(new URL('../../../prover/dist/cli/main.js', import.meta.url));

jest.setTimeout(120_000 + KILLS * 20_000);

/** Small blocks, segments and snapshots, so that every life passes many of their ends. */
const overrides = {
  block: { slotMilliseconds: 200, maxContentBytes: 4_096 },
  journal: { segmentBytes: 16_384, snapshotEveryBlocks: 10 },
  poster: { intervalSeconds: 2, clockMarginSeconds: 3, resubmitSeconds: 5 },
  proposer: { enabled: false },
  workers: { signatures: 1 },
};

const random = generator(SEED);
const over = new AbortController();
let node: BenchNode;
let clients: Clients;
let rpc: JsonRpc;

beforeAll(async () => {
  node = await BenchNode.start(USERS, overrides);
  clients = clientsOf(node.devnet, developmentAccount(roles.firstUser).privateKey);
  rpc = new JsonRpc(node.devnet.rpcUrl);
  await rpc.batch('metachain_sendTransaction', node.load.signPools().map(wireHex));
});

afterAll(async () => {
  over.abort();
  await rpc?.close();
  await node?.stop();
});

/** Now and then L1 takes back its newest blocks, with the batches and deposits in them. */
async function takeBack(): Promise<void> {
  const depth = 1 + Math.floor(random() * DEEPEST_REORG);
  await reorganise(clients.l1, (await clients.l1.getBlockNumber({ cacheTime: 0 })) - BigInt(depth) + 1n);
}

/** The node runs, and took something of every sender in this life: how soon it does depends on the machine. */
async function underLoad(senders: readonly Sender[]): Promise<void> {
  await node.ready();
  const before = senders.map(({ acknowledged }) => acknowledged.length);
  const isTaken = async () => senders.every(({ acknowledged }, index) => acknowledged.length > before[index]!);
  await waitUntil('A transaction of each sender', isTaken, node.sequencer);
}

/** Lives and deaths: every other one ends while the node starts, replay included. */
async function killAgainAndAgain(senders: readonly Sender[]): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    if (kill % 2 === 0) await underLoad(senders);
    if (kill % 4 === 2) await takeBack();
    await sleep(random() * (kill % 2 === 0 ? LONGEST_LOAD : LONGEST_START));
    await node.kill();
    node.restart();
  }
  await underLoad(senders);
}

async function requireDeposits(depositor: Depositor): Promise<void> {
  for (const deposit of depositor.deposits) {
    const credited = deposit.amount * BigInt(await depositor.onL1(deposit));
    const arrived = async () => (await clients.l2.getBalance({ address: deposit.to })) === credited;
    await waitUntil(`The deposit to ${deposit.to}`, arrived, node.sequencer);
  }
}

/** What anybody makes of L1 alone. */
async function verify(): Promise<{
  result: string;
  boundary: { blockNumber: string; stateRoot: Hex; headerHash: Hex };
}> {
  const options = ['verify', '--config', node.writeProverConfig(), '--log-level', 'error'];
  const { stdout } = await promisify(execFile)(process.execPath, [prover, ...options], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout.slice(stdout.indexOf('{\n'))) as Awaited<ReturnType<typeof verify>>;
}

it(`has every acknowledged transaction in the chain once after ${KILLS} kills (seed ${SEED}), as the prover derives it from L1`, async () => {
  const senders = makersOf(node).map((make) => new Sender(node.devnet.rpcUrl, make, over.signal));
  const depositor = new Depositor(clients, node.devnet.addresses.portal, over.signal);
  await killAgainAndAgain(senders);
  await Promise.all(senders.map((sender) => sender.stop()));
  await depositor.stop();
  await requireDeposits(depositor);

  const blocks = await settledBlocks(rpc, node);
  const acknowledged = senders.map((sender) => sender.acknowledged);
  for (const hashes of acknowledged) expect(hashes.length).toBeGreaterThan(KILLS / 2);
  expect(await faultsOf(rpc, blocks, acknowledged.flat())).toEqual({ missing: [], twice: [], withoutReceipt: [] });

  const { result, boundary } = await verify();
  const { number, hash, stateRoot } = blocks.at(-1)!;
  expect([result, BigInt(boundary.blockNumber), boundary.headerHash, boundary.stateRoot]).toEqual([
    'match',
    BigInt(number),
    hash,
    stateRoot,
  ]);
});
