import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createWalletClient, defineChain, http, parseEther, parseGwei, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CHAIN_ID, type Devnet, type NodeProcess, startDevnet, startNode, writeConfig } from '../testing/devnet.js';

const user = privateKeyToAccount(`0x${'54'.repeat(32)}`);
const SLOT = 2_000;
const BLOCKED = 6_000;
/** A signal makes the main thread busy, as a long computation would. */
const blockOnSignal = `
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) process.on('SIGUSR2', () => { for (const end = performance.now() + ${BLOCKED}; performance.now() < end;); });`;

let devnet: Devnet;
let node: NodeProcess;
let other: NodeProcess | undefined;

interface Health {
  readonly status: string;
  readonly dependencies: Record<'process' | 'journal', { readonly ok: boolean; readonly detail: string }>;
}
const health = async (of = node) => (await (await fetch(`${of.url}/readyz`)).json()) as Health;
const chain = defineChain({
  id: CHAIN_ID,
  name: 'L2',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [] } },
});
const send = (of = node) =>
  createWalletClient({ account: user, chain, transport: http(of.url, { retryCount: 0 }) }).sendTransaction({
    to: zeroAddress,
    value: 1n,
    maxFeePerGas: parseGwei('1'),
    gas: 100_000n,
  });
const journalBytes = () => {
  const directory = join(devnet.directory, 'data', 'journal');
  const logs = readdirSync(directory).filter((name) => name.endsWith('.log'));
  return logs.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
};
const answers = () =>
  fetch(`${node.url}/healthz`, { signal: AbortSignal.timeout(500) }).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  const settings = { block: { slotMilliseconds: SLOT }, proposer: { enabled: false } };
  devnet = await startDevnet(settings, [{ token: 0, account: user.address, amount: parseEther('10').toString() }]);
  node = await startNode(devnet.configFile, blockOnSignal);
  await node.ready();
}, 300_000);
afterAll(async () => {
  await other?.stop('SIGKILL');
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

it('seals blocks while its main thread is blocked, and tells load balancers afterwards', async () => {
  await send();
  // The next transaction has a whole slot before it, so its block is not sealed before the main thread is blocked.
  const acknowledged = journalBytes();
  await node.until('a sealed block', async () => journalBytes() > acknowledged);
  await send();
  node.child.kill('SIGUSR2');
  await sleep(100);
  const before = journalBytes();
  expect(await answers()).toBe(false);
  await sleep(SLOT + 1_000);
  expect(await answers()).toBe(false);
  expect(journalBytes()).toBeGreaterThan(before);
  await node.until('an answer', answers);
  expect(await health()).toMatchObject({
    status: 'unavailable',
    dependencies: { process: { ok: false, detail: expect.stringMatching(/blocked for at most [3-9]\d{3} ms/) } },
  });
  const metrics = await (await fetch(`${node.url}/metrics`)).text();
  expect(Number(/^metachain_sequencer_nodejs_eventloop_lag_max_seconds (\S+)/m.exec(metrics)?.[1])).toBeGreaterThan(
    BLOCKED / 2_000,
  );
  await node.ready();
}, 120_000);

it('stops a second node with the same keys once the first goes on', async () => {
  const safe = async (of = node) => (await health(of)) as unknown as { safe: string };
  await node.until('both batches on L1', async () => (await safe()).safe === '2');
  const directory = join(devnet.directory, 'elsewhere');
  other = await startNode(writeConfig(devnet, 'elsewhere.json', { dataDirectory: directory }));
  // What was posted before it started may be its own of a directory that was lost.
  await other.ready();
  expect((await safe(other)).safe).toBe('2');
  await send();
  const { reason } = await other.event('key_used_elsewhere');
  expect(reason).toContain('another node runs with the same keys');
  await other.until('refusal', async () => (await health(other)).status === 'unavailable');
  expect((await health(other)).dependencies.journal).toEqual({ ok: false, detail: reason });
  await expect(send(other)).rejects.toThrow('the node does not accept transactions');
  expect(await other.stop()).toBe(0);
  expect((await health()).status).toBe('ready');
  await send();
  await node.until('the next batch', async () => (await safe()).safe === '4');
}, 180_000);
