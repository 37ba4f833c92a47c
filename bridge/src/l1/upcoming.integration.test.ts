import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { inboxAbi } from '@metachain/contracts';
import { encodeFunctionData } from 'viem';

import { anvilClient, startL1, testAccount, type DeployedL1 } from '../testing/index.js';
import { MetachainInbox } from './metachain-inbox.js';
import { L1Source } from './source.js';
import { L1Watcher, type L1WatcherOptions } from './watcher.js';

let l1: DeployedL1;
let client: ReturnType<typeof anvilClient>;
let source: L1Source;

beforeAll(async () => {
  l1 = await startL1();
  client = anvilClient(l1.anvil.url);
  source = new L1Source({ urls: [l1.anvil.url], retries: 0 });
}, 60_000);
afterAll(() => l1.anvil.stop());
beforeEach(async () => {
  for (let count = 0; count < 3; count++) await appendEmpty();
});

const appendEmpty = async () => {
  const data = encodeFunctionData({ abi: inboxAbi, functionName: 'appendEmpty' });
  const to = l1.deployment.addresses.inbox;
  const hash = await client.sendTransaction({ account: testAccount(1), chain: null, to, data, gas: 1_000_000n });
  await client.waitForTransactionReceipt({ hash });
};

/** A watcher that has reported the first item. */
const watch = async (options: Partial<L1WatcherOptions> = {}) => {
  const contract = new MetachainInbox(source, l1.deployment.addresses);
  const watcher = new L1Watcher({ source, contract, fromBlock: l1.deployment.l1BlockNumber, ...options });
  while (watcher.items.length === 0) await watcher.step();
  expect(watcher.items).toHaveLength(1);
  return watcher;
};

const readAll = async (watcher: L1Watcher) => {
  while ((await watcher.step()).length > 0);
  return watcher.items;
};

it('items are told ahead where blocks are read one by one, without being reported, and asked for once', async () => {
  const watcher = await watch();
  const ahead = await watcher.upcoming();
  expect(ahead.map(({ index }) => index)).toEqual([1n, 2n]);
  const request = jest.spyOn(source, 'request');
  expect(await watcher.upcoming()).toBe(ahead);
  expect(request).not.toHaveBeenCalled();
  request.mockRestore();
  expect(watcher.items).toHaveLength(1);
  expect((await readAll(watcher)).slice(1)).toEqual(ahead);
  await client.request({ method: 'anvil_reorg', params: [2, []] } as never);
  expect(await readAll(watcher)).toHaveLength(1);
  expect(await watcher.upcoming()).toEqual([]);
});

it('items are not told ahead where they are final, since they are read in stretches there', async () => {
  await client.mine({ blocks: 100 });
  const watcher = await watch({ maxRange: 1 });
  expect(watcher.heads.finalized).toBeGreaterThan(0n);
  expect(await watcher.upcoming()).toEqual([]);
});
