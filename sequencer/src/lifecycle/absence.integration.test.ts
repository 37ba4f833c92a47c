import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  http,
  parseEther,
  parseGwei,
  zeroAddress,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import {
  CHAIN_ID,
  developer,
  type Devnet,
  type NodeProcess,
  startDevnet,
  startNode,
  writeConfig,
} from '../testing/devnet.js';

const user = privateKeyToAccount(`0x${'55'.repeat(32)}`);
const DAY = 86_400;
/** The clock of a node a day ago, in each of its threads. */
const yesterday = `
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length === 0 ? super(Real.now() - ${DAY * 1_000}) : super(...given); }
    static now() { return Real.now() - ${DAY * 1_000}; }
  };`;

let devnet: Devnet;
let node: NodeProcess;
/** Passes requests on to L1; while it is shut, logs are not answered, so a node cannot catch up. */
let gate: Server;
let shut = false;
const waiting: (() => void)[] = [];

const openGate = () => {
  shut = false;
  for (const release of waiting.splice(0)) release();
};
const pass = async (body: string) => {
  if (shut && body.includes('eth_getLogs')) await new Promise<void>((resolve) => waiting.push(resolve));
  const headers = { 'content-type': 'application/json' };
  return (await fetch(devnet.anvil.url, { method: 'POST', headers, body })).text();
};

const chain = defineChain({
  id: CHAIN_ID,
  name: 'L2',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [] } },
});
const l2 = () => createPublicClient({ chain, transport: http(node.url, { retryCount: 0 }), cacheTime: 0 });
const send = (nonce: number) =>
  createWalletClient({ account: user, chain, transport: http(node.url, { retryCount: 0 }) }).sendTransaction({
    to: zeroAddress,
    value: 1n,
    maxFeePerGas: parseGwei('1'),
    gas: 100_000n,
    nonce,
  });
const readyz = async () => {
  const answer = await fetch(`${node.url}/readyz`);
  return { code: answer.status, ...((await answer.json()) as { head: string; safe: string }) };
};

beforeAll(async () => {
  gate = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => void pass(body).then((text) => response.end(text)));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => gate.once('listening', resolve));
  const settings = { poster: { intervalSeconds: 3_000, flushOnStop: false }, proposer: { enabled: false } };
  const allocation = { token: 0, account: user.address, amount: parseEther('10').toString() };
  devnet = await startDevnet(settings, [allocation], DAY);
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  openGate();
  gate.closeAllConnections();
  gate.close();
  await devnet?.anvil.stop();
});

it('comes back after a day: refuses users until it is up to date, and loses nothing', async () => {
  node = await startNode(devnet.configFile, yesterday);
  await node.ready();
  const hash = await send(0);
  const old = await node.until('a block', () => l2().getTransactionReceipt({ hash }));
  expect(await readyz()).toMatchObject({ head: '1', safe: '0' });
  expect(await node.stop('SIGTERM')).toBe(0);

  const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
  const deposit = createWalletClient({ account: developer(1), chain: foundry, transport: http(devnet.anvil.url) });
  const deposited = await deposit.writeContract({
    address: devnet.deployment.addresses.portal,
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [developer(1).address, parseEther('2'), 100_000n, false, '0x'],
    value: parseEther('2'),
  });
  expect((await devnet.l1.waitForTransactionReceipt({ hash: deposited })).status).toBe('success');
  await test.mine({ blocks: 64, interval: Math.floor(DAY / 64) });

  shut = true;
  const url = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  const settings = { l1: { urls: [url] }, poster: { intervalSeconds: 1 } };
  node = await startNode(writeConfig(devnet, 'back.json', settings));
  expect((await readyz()).code).toBe(206);
  await expect(send(1)).rejects.toThrow('catching up with L1');
  expect(await l2().getTransactionCount({ address: user.address })).toBe(1);

  openGate();
  await node.ready();
  await node.until('the deposit', async () => {
    return (await l2().getBalance({ address: developer(1).address })) === parseEther('2');
  });
  const next = await send(1);
  const receipt = await node.until('its block', () => l2().getTransactionReceipt({ hash: next }));
  await node.until('everything on L1', async () => BigInt((await readyz()).safe) >= receipt.blockNumber);
  const again = await l2().getTransactionReceipt({ hash });
  expect([old.status, again.status, receipt.status]).toEqual(['success', 'success', 'success']);
  expect(await l2().getTransactionCount({ address: user.address })).toBe(2);
  expect(await l2().getBalance({ address: zeroAddress })).toBe(2n);
}, 300_000);
