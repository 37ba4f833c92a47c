import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import { encodeFunctionData, numberToHex, type Hex } from 'viem';

import { anvilClient, startL1, testAccount, type DeployedL1 } from '../testing/index.js';
import { failureKind } from './failure-kind.js';
import { MetachainInbox } from './metachain-inbox.js';
import { L1Source } from './source.js';
import type { L1Event } from './types.js';
import { L1Watcher } from './watcher.js';

const user = testAccount(1);

const drain = async (watcher: L1Watcher) => {
  const events: L1Event[] = [];
  for await (const event of watcher.sync()) if (event.type !== 'block') events.push(event);
  return events;
};

describe('one of three endpoints that serves another L1, but the block hashes of this one', () => {
  const AMOUNT = 5n;
  const FORGED = 6n;
  let l1: DeployedL1;
  let client: ReturnType<typeof anvilClient>;
  /** The same contracts at the same addresses, with another deposit: its logs and accumulators fit each other. */
  let forgery: DeployedL1;
  let liar: Server;
  let asked: string[];
  let snapshots: Hex[];

  const forward = async (url: string, body: string) =>
    (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();

  /** Block hashes are true; logs and what the contracts store are of the forgery's block with the same number. */
  const answer = async (body: string) => {
    const request = JSON.parse(body) as { method: string; params: unknown[] };
    asked.push(request.method);
    if (request.method === 'eth_getLogs') return forward(forgery.anvil.url, body);
    if (request.method !== 'eth_call') return forward(l1.anvil.url, body);
    const [call, { blockHash }] = request.params as [object, { blockHash: Hex }];
    const { number } = await client.getBlock({ blockHash });
    const params = [call, numberToHex(number!)];
    return forward(forgery.anvil.url, JSON.stringify({ ...request, params }));
  };

  beforeAll(async () => {
    [l1, forgery] = [await startL1(), await startL1()];
    client = anvilClient(l1.anvil.url);
    expect(forgery.deployment.addresses).toEqual(l1.deployment.addresses);
    liar = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.end(await answer(body));
    }).listen(0, '127.0.0.1');
    await once(liar, 'listening');
  }, 60_000);
  afterAll(async () => {
    liar.closeAllConnections();
    liar.close();
    await Promise.all([l1.anvil.stop(), forgery.anvil.stop()]);
  });

  const depositOn = async (on: DeployedL1, value: bigint) => {
    const its = anvilClient(on.anvil.url);
    const args = [user.address, value, 200_000n, false, '0x'] as const;
    const data = encodeFunctionData({ abi: optimismPortalAbi, functionName: 'depositTransaction', args });
    const to = on.deployment.addresses.portal;
    const hash = await its.sendTransaction({ account: user, chain: null, to, data, value, gas: 5_000_000n });
    return (await its.waitForTransactionReceipt({ hash })).blockNumber;
  };

  const open = (honest: number) => {
    const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
    const blamed: string[] = [];
    const three = new L1Source({
      urls: [url, ...Array.from({ length: honest }, () => l1.anvil.url)],
      retries: 0,
      onEndpointFailure: (endpoint, method, cause) => blamed.push(`${endpoint} ${method} ${failureKind(cause)}`),
    });
    const contract = new MetachainInbox(three, l1.deployment.addresses);
    const watcher = new L1Watcher({ source: three, contract, fromBlock: l1.deployment.l1BlockNumber });
    return { watcher, blamed, name: `0:127.0.0.1:${new URL(url).port}` };
  };

  beforeEach(async () => {
    asked = [];
    snapshots = await Promise.all([l1, forgery].map(({ anvil }) => anvilClient(anvil.url).snapshot()));
    expect(await depositOn(l1, AMOUNT)).toBe(await depositOn(forgery, FORGED));
  });
  afterEach(async () => {
    for (const [place, { anvil }] of [l1, forgery].entries())
      await anvilClient(anvil.url).revert({ id: snapshots[place]! });
  });

  it('would be believed if it were alone', async () => {
    const { watcher } = open(0);
    await drain(watcher);
    expect(watcher.messages).toMatchObject([{ value: FORGED }]);
  });

  it('is asked first, contradicted by the accumulators of the others, and named', async () => {
    const { watcher, blamed, name } = open(2);
    const events = await drain(watcher);
    expect(events).toMatchObject([{ type: 'message', message: { value: AMOUNT, mint: AMOUNT } }]);
    expect(asked).toContain('eth_getLogs');
    expect(blamed).toEqual([`${name} eth_getLogs contradiction`]);
  });

  it('stops a node with only one honest endpoint beside it: nobody knows who lies', async () => {
    const { watcher } = open(1);
    await expect(drain(watcher)).rejects.toMatchObject({ code: 102 });
    expect(watcher.messages).toEqual([]);
  });
});
