import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inboxAbi, optimismPortalAbi } from '@metachain/contracts';
import { payloadToWords } from '@metachain/program';
import { bytesToHex, encodeFunctionData, numberToHex, zeroHash, type Hash, type Hex } from 'viem';
import { getL2TransactionHashes } from 'viem/op-stack';

import {
  type Relay,
  type Alteration,
  anvilClient,
  type DeployedL1,
  startAlteringEndpoint,
  startL1,
  testAccount,
} from '../testing/index.js';
import { failureKind } from './failure-kind.js';
import { MetachainInbox } from './metachain-inbox.js';
import { L1Source } from './source.js';
import { L1Watcher } from './watcher.js';

const user = testAccount(1);
const WORDS = payloadToWords(new Uint8Array(100).fill(9));
const OTHER: Hash = `0x${'77'.repeat(32)}`;

let l1: DeployedL1;
let client: ReturnType<typeof anvilClient>;
let liar: Relay;
let alter: Alteration;
let base: Hex;

beforeAll(async () => {
  l1 = await startL1();
  client = anvilClient(l1.anvil.url);
  liar = await startAlteringEndpoint(l1.anvil.url, (method, result) => alter(method, result));
}, 60_000);
afterAll(async () => {
  await liar.stop();
  await l1.anvil.stop();
});
beforeEach(async () => {
  alter = (_, result) => result;
  base = await client.snapshot();
});
afterEach(() => client.revert({ id: base }));

const write = async (to: Hex, data: Hex, value = 0n) => {
  const hash = await client.sendTransaction({ account: user, chain: null, to, data, value, gas: 5_000_000n });
  return client.waitForTransactionReceipt({ hash });
};

const post = async () => {
  const { number, hash } = await client.getBlock();
  const args = [number!, hash!, 0n, zeroHash, bytesToHex(WORDS)] as const;
  return write(l1.deployment.addresses.inbox, encodeFunctionData({ abi: inboxAbi, functionName: 'appendBatch', args }));
};

const deposit = () => {
  const args = [user.address, 5n, 200_000n, false, '0x'] as const;
  const data = encodeFunctionData({ abi: optimismPortalAbi, functionName: 'depositTransaction', args });
  return write(l1.deployment.addresses.portal, data, 5n);
};

/** A watcher that asks the liar first, and two honest endpoints beside it. */
const read = async () => {
  const blamed: string[] = [];
  const source = new L1Source({
    urls: [liar.url, l1.anvil.url, l1.anvil.url],
    retries: 0,
    onEndpointFailure: (endpoint, method, cause) => blamed.push(`${endpoint[0]} ${method} ${failureKind(cause)}`),
  });
  const contract = new MetachainInbox(source, l1.deployment.addresses);
  const watcher = new L1Watcher({ source, contract, fromBlock: l1.deployment.l1BlockNumber });
  for await (const { type } of watcher.sync()) expect(type).not.toBe('reorg');
  return { watcher, blamed };
};

const wordsOf = ({ items }: L1Watcher) => {
  const { payload } = items[0]!;
  return payload.kind === 'calldata' ? payload.words() : undefined;
};

const change = (wanted: string, make: (result: never) => unknown): Alteration => {
  return (method, result) => (method === wanted ? make(result as never) : result);
};

describe('one of three endpoints that is asked first', () => {
  it.each([
    ['none of the transaction that brought an item', () => null],
    [
      'another payload than the item commits to',
      (found: { input: Hex }) => ({ ...found, input: `${found.input.slice(0, -1)}a` }),
    ],
    ['a call of somebody else', (found: object) => ({ ...found, to: user.address })],
  ] as const)('and serves %s is passed over and named', async (_name, make) => {
    await post();
    alter = change('eth_getTransactionByHash', make as (result: never) => unknown);
    const { watcher, blamed } = await read();
    expect(await wordsOf(watcher)).toEqual(WORDS);
    expect(blamed).toEqual(['0 eth_getTransactionByHash contradiction']);
  });

  it('and names other transactions for the logs leads nobody to a payload or a hash that is not there', async () => {
    const [deposited, posted] = [await deposit(), await post()];
    alter = change('eth_getLogs', (logs: object[]) => logs.map((log) => ({ ...log, transactionHash: OTHER })));
    const { watcher, blamed } = await read();
    expect(watcher.items[0]!.l1.transactionHash).toBe(posted.transactionHash);
    expect(await wordsOf(watcher)).toEqual(WORDS);
    expect(watcher.messages[0]!.alias).toBe(getL2TransactionHashes(deposited)[0]);
    expect(new Set(blamed)).toEqual(new Set(['0 eth_getLogs contradiction']));
  });
});

describe('an endpoint alone', () => {
  const followAlone = async () => {
    const source = new L1Source({ urls: [liar.url], retries: 0 });
    const contract = new MetachainInbox(source, l1.deployment.addresses);
    const watcher = new L1Watcher({ source, contract, fromBlock: l1.deployment.l1BlockNumber });
    for await (const { type } of watcher.sync()) expect(type).not.toBe('reorg');
    return watcher;
  };

  // anvil answers so between the execution of a block and its announcement.
  it('that answers once from the state after the next block is asked again', async () => {
    await deposit();
    await post();
    let early = 0;
    alter = change('eth_call', (count: Hex) => (early++ === 0 ? numberToHex(BigInt(count) + 1n, { size: 32 }) : count));
    const { items, messages } = await followAlone();
    expect([items.length, messages.length]).toEqual([1, 1]);
    expect(early).toBeGreaterThan(4);
  });

  it('that goes on so is not believed', async () => {
    await deposit();
    alter = change('eth_call', (count: Hex) => numberToHex(BigInt(count) + 1n, { size: 32 }));
    await expect(followAlone()).rejects.toThrow();
  });
});

describe('a payload', () => {
  it('that no endpoint serves is an error', async () => {
    await post();
    const { watcher } = await read();
    await client.revert({ id: base });
    base = await client.snapshot();
    await expect(wordsOf(watcher)).rejects.toThrow('missing or malformed');
  });
});
