import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inboxAbi } from '@metachain/contracts';
import { parseEther, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CHAIN_ID, type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';

const user = privateKeyToAccount(`0x${'52'.repeat(32)}`);
/** A batch is on L1 for a while before the node may know of it. */
const CONFIRMATIONS = 3;
let devnet: Devnet;
let node: NodeProcess;
let nonce = 0;

const l1 = (method: string, ...params: unknown[]) => devnet.l1.request({ method, params } as never) as Promise<unknown>;
const mine = (blocks: number) => l1('anvil_mine', `0x${blocks.toString(16)}`);
const batches = async () => {
  const { inbox: address } = devnet.deployment.addresses;
  return Number(await devnet.l1.readContract({ address, abi: inboxAbi, functionName: 'itemCount' }));
};
const sentBatches = () =>
  node.log.filter(({ event, what }) => event === 'l1_transaction_sent' && String(what).startsWith('batch'));
const heads = async () => (await (await fetch(`${node.url}/readyz`)).json()) as { head: string; safe: string };
const sealed = async (above: bigint) => {
  const head = await node.until('a block', async () => BigInt((await heads()).head) > above && (await heads()).head);
  return BigInt(head as string);
};

/** A transfer whose block is sealed. Returns the number of the newest block. */
async function transfer(): Promise<bigint> {
  const before = BigInt((await heads()).head);
  const raw = await user.signTransaction({
    type: 'eip1559',
    chainId: CHAIN_ID,
    nonce: nonce++,
    to: user.address,
    value: 1n,
    gas: 200_000n,
    maxFeePerGas: parseGwei('1'),
    maxPriorityFeePerGas: 0n,
  });
  await node.call('eth_sendRawTransaction', raw);
  return sealed(before);
}

/** L1 makes blocks until it shows this one as posted. */
async function untilSafe(block: bigint): Promise<void> {
  await node.until('the batch', async () => {
    await mine(1);
    return BigInt((await heads()).safe) >= block;
  });
}

/** The node dies as soon as it has handed a batch to L1. */
async function dieAfterSending(): Promise<bigint> {
  const before = sentBatches().length;
  const block = await transfer();
  await node.until('a batch on its way', async () => sentBatches().length > before);
  await node.stop('SIGKILL');
  return block;
}

const again = async () => {
  node = await startNode(devnet.configFile);
  await node.ready();
};

beforeAll(async () => {
  const rich = [{ token: 0, account: user.address, amount: parseEther('10').toString() }];
  devnet = await startDevnet(
    { l1: { confirmations: CONFIRMATIONS }, proposer: { enabled: false }, poster: { data: 'calldata' } },
    rich,
  );
  node = await startNode(devnet.configFile);
  await mine(CONFIRMATIONS + 1);
  await node.ready();
  await l1('evm_setAutomine', false);
}, 300_000);

afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

it('waits for a batch that landed while the node was dead, and posts none of its blocks again', async () => {
  const block = await dieAfterSending();
  await mine(1);
  expect(await batches()).toBe(1);
  await again();
  // Long enough for some batches: the interval is a second, and calldata needs no preparation.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(sentBatches()).toEqual([]);
  await untilSafe(block);
  expect(await batches()).toBe(1);
}, 300_000);

it('lets only one of two land when the batch was still on its way, and goes on', async () => {
  const block = await dieAfterSending();
  await again();
  const later = await transfer();
  await untilSafe(later);
  const landed = await batches();
  expect(later).toBeGreaterThan(block);
  await untilSafe(await transfer());
  expect(await batches()).toBe(landed + 1);
  const { safe, head } = await heads();
  expect(safe).toBe(head);
  const pool = (await l1('txpool_status')) as { pending: string };
  expect(Number(pool.pending)).toBe(0);
}, 300_000);
