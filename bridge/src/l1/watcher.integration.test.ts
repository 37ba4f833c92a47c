import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { inboxAbi, optimismPortalAbi } from '@metachain/contracts';
import { blobsToWords, payloadToWords, wordsToPayload } from '@metachain/program';
import { bytesToHex, encodeFunctionData, numberToHex, zeroHash, type Hash, type Hex } from 'viem';
import { getL2TransactionHashes } from 'viem/op-stack';

import { AccumulatorMismatchError, DeepReorgError } from '../errors.js';
import { anvilClient, startL1, testAccount, type DeployedL1 } from '../testing/index.js';
import { BlobFetcher } from './blob-fetcher.js';
import { anvilBlobSource } from './blob-sources.js';
import { bundlePayload, signBlobTransaction } from './blob-transaction.js';
import { fetchL1Cost } from './cost.js';
import { KeptMessage } from './kept-message.js';
import { MetachainInbox } from './metachain-inbox.js';
import { L1Source } from './source.js';
import type { L1Event } from './types.js';
import { L1Watcher, type L1WatcherOptions } from './watcher.js';

let l1: DeployedL1;
let client: ReturnType<typeof anvilClient>;
let source: L1Source;
let base: Hex;
const user = testAccount(1);

beforeAll(async () => {
  l1 = await startL1();
  client = anvilClient(l1.anvil.url);
  source = new L1Source({ urls: [l1.anvil.url], retries: 0 });
  base = await client.snapshot();
}, 60_000);
afterAll(() => l1.anvil.stop());
beforeEach(async () => {
  await client.revert({ id: base });
  base = await client.snapshot();
});

const watch = (options: Partial<L1WatcherOptions> = {}) =>
  new L1Watcher({
    source,
    contract: new MetachainInbox(source, l1.deployment.addresses),
    fromBlock: l1.deployment.l1BlockNumber,
    ...options,
  });

const drain = async (watcher: L1Watcher) => {
  const events: L1Event[] = [];
  for await (const event of watcher.sync()) if (event.type !== 'block') events.push(event);
  return events;
};

const write = async (to: Hex, data: Hex, value = 0n) => {
  const hash = await client.sendTransaction({ account: user, chain: null, to, data, value, gas: 5_000_000n });
  return client.waitForTransactionReceipt({ hash });
};

const deposit = (value: bigint, data: Hex = '0x') =>
  write(
    l1.deployment.addresses.portal,
    encodeFunctionData({
      abi: optimismPortalAbi,
      functionName: 'depositTransaction',
      args: [user.address, value, 200_000n, false, data],
    }),
    value,
  );

const appendEmpty = () =>
  write(l1.deployment.addresses.inbox, encodeFunctionData({ abi: inboxAbi, functionName: 'appendEmpty' }));

const wordsOf = async ({ items }: L1Watcher) => {
  const { payload } = items[0]!;
  return payload.kind === 'calldata' ? payload.words() : undefined;
};

const batchCall = async (words: Hex) => {
  const block = await client.getBlock();
  return encodeFunctionData({
    abi: inboxAbi,
    functionName: 'appendBatch',
    args: [block.number!, block.hash!, 0n, zeroHash, words],
  });
};

describe('items and messages', () => {
  it('come in the order of L1 with words that hash to what L1 stores', async () => {
    const receipt = await deposit(5n, '0xabcdef');
    await appendEmpty();
    await deposit(7n);
    const watcher = watch();
    const events = await drain(watcher);
    expect(events.map((event) => event.type)).toEqual(['message', 'item', 'message']);
    expect(watcher.messages[0]).toMatchObject({ index: 0n, mint: 5n, value: 5n, data: '0xabcdef', gasLimit: 200_000n });
    expect(watcher.messages[0]!.words).toHaveLength(10 * 32);
    expect(watcher.messages[0]).toBeInstanceOf(KeptMessage);
    expect(watcher.messages[0]!.alias).toBe(getL2TransactionHashes(receipt)[0]);
    expect(watcher.items[0]).toMatchObject({
      index: 0n,
      delayedCount: 1n,
      payload: { kind: 'none' },
      poster: user.address,
    });
    expect(watcher.items[0]!.words).toHaveLength(11 * 32);
  });

  it('are read only under enough confirmations', async () => {
    await deposit(5n);
    const watcher = watch({ confirmations: 2 });
    expect(await drain(watcher)).toEqual([]);
    await client.mine({ blocks: 2 });
    expect(await drain(watcher)).toHaveLength(1);
  });

  it('carry the words of a calldata batch', async () => {
    const words = payloadToWords(new Uint8Array(100).fill(9));
    await write(l1.deployment.addresses.inbox, await batchCall(bytesToHex(words)));
    const watcher = watch();
    await drain(watcher);
    expect(await wordsOf(watcher)).toEqual(words);
    expect(watcher.items[0]!.payloadWords).toBe(4);
  });

  it('are read as L1 reads them, however the call is encoded', async () => {
    const words = payloadToWords(new Uint8Array(40).fill(3));
    const plain = await batchCall(bytesToHex(words));
    const head = 10 + 4 * 64;
    // The words stand 64 bytes later than an encoder would put them, with other bytes before and after.
    const odd = [
      plain.slice(0, head),
      numberToHex(7 * 32, { size: 32 }).slice(2),
      'ab'.repeat(64),
      plain.slice(head + 64),
      'cd',
    ];
    await write(l1.deployment.addresses.inbox, odd.join('') as Hex);
    const watcher = watch();
    await drain(watcher);
    expect(await wordsOf(watcher)).toEqual(words);
  });

  it('are not taken from contracts and delegating accounts, whose words only a trace would show', async () => {
    const wrapper = testAccount(8).address;
    // calldatacopy(0, 0, calldatasize()); sstore(0, call(gas(), inbox, 0, 0, calldatasize(), 0, 0))
    const bytecode: Hex = `0x36600060003760006000366000600073${l1.deployment.addresses.inbox.slice(2)}5af1600055`;
    await client.setCode({ address: wrapper, bytecode });
    const call = await batchCall(bytesToHex(payloadToWords(new Uint8Array(40).fill(3))));
    await write(wrapper, call);
    // An EIP-7702 account that calls itself is its own origin.
    await client.setCode({ address: user.address, bytecode: `0xef0100${wrapper.slice(2)}` });
    await write(user.address, call);
    await expect(write(l1.deployment.addresses.inbox, call)).resolves.toMatchObject({ status: 'reverted' });
    const watcher = watch();
    await drain(watcher);
    expect(watcher.items).toEqual([]);
  });

  it('name the blobs of a batch, which can then be fetched', async () => {
    const payload = new TextEncoder().encode('blocks');
    const bundle = bundlePayload(payload, 'blob');
    const { raw } = await signBlobTransaction(
      user,
      {
        chainId: 31337,
        nonce: await client.getTransactionCount({ address: user.address }),
        to: l1.deployment.addresses.inbox,
        data: await batchCall('0x'),
        gas: 500_000n,
        maxFeePerGas: 10n ** 10n,
        maxPriorityFeePerGas: 1n,
        maxFeePerBlobGas: 10n ** 9n,
      },
      bundle,
    );
    const hash = await client.sendRawTransaction({ serializedTransaction: raw });
    const receipt = await client.waitForTransactionReceipt({ hash });
    const watcher = watch();
    await drain(watcher);
    const item = watcher.items[0]!;
    expect(item).toMatchObject({
      payloadWords: 4096,
      payload: { kind: 'blobs', versionedHashes: bundle.versionedHashes },
    });
    const blobs = await new BlobFetcher({ sources: [anvilBlobSource(source)] }).fetch({
      transactionHash: item.l1.transactionHash,
      blockNumber: item.l1.blockNumber,
      blockTimestamp: item.timestamp,
      versionedHashes: bundle.versionedHashes,
    });
    expect(wordsToPayload(blobsToWords(blobs)).subarray(0, payload.length)).toEqual(payload);
    const cost = await fetchL1Cost(source, hash);
    expect(cost.executionWei).toBe(receipt.gasUsed * receipt.effectiveGasPrice);
    expect(cost.blobWei).toBe(131_072n * receipt.blobGasPrice!);
  }, 60_000);
});

describe('a reorg', () => {
  const reorg = (depth: number, transactions: readonly [Hex, number][] = []) =>
    client.request({ method: 'anvil_reorg', params: [depth, transactions] } as never);

  it('that drops a deposit is reported, and the deposit is gone', async () => {
    await client.mine({ blocks: 3 });
    const watcher = watch();
    await drain(watcher);
    const kept = await deposit(1n);
    await deposit(2n);
    expect(await drain(watcher)).toHaveLength(2);
    await reorg(1);
    const events = await drain(watcher);
    expect(events).toEqual([
      { type: 'reorg', reorg: { fromBlock: kept.blockNumber + 1n, depth: 1n, firstItem: 0n, firstMessage: 1n } },
    ]);
    expect(watcher.messages.map((message) => message.value)).toEqual([1n]);
  });

  it('that moves a deposit to another block credits it once, under its new place', async () => {
    await client.mine({ blocks: 3 });
    const receipt = await deposit(4n);
    await client.mine({ blocks: 1 });
    const watcher = watch();
    await drain(watcher);
    const before = watcher.messages[0]!;
    const raw = await signedDeposit(receipt.transactionHash);
    await reorg(2, [[raw, 1]]);
    const events = await drain(watcher);
    expect(events.map((event) => event.type)).toEqual(['reorg', 'message']);
    expect(watcher.messages).toHaveLength(1);
    expect(watcher.messages[0]!.l1.blockNumber).toBe(before.l1.blockNumber + 1n);
    expect(watcher.messages[0]!.sourceHash).toBe(before.sourceHash);
    expect(watcher.messages[0]!.alias).not.toBe(before.alias);
  });

  const signedDeposit = async (hash: Hash) => {
    const transaction = await client.getTransaction({ hash });
    return user.signTransaction({
      chainId: 31337,
      type: 'eip1559',
      nonce: transaction.nonce,
      to: transaction.to,
      data: transaction.input,
      value: transaction.value,
      gas: transaction.gas,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
    });
  };

  /** An L1 whose answers can be changed on the way. */
  const through = (change: (method: string, params: unknown, answer: () => Promise<unknown>) => Promise<unknown>) => {
    const changed = new L1Source({ urls: [l1.anvil.url], retries: 0 });
    const honest = changed.request.bind(changed);
    changed.request = ((method: string, params?: unknown) =>
      change(method, params, () => honest(method, params))) as typeof changed.request;
    const agreed = changed.agreed.bind(changed);
    changed.agreed = ((method: string, params: unknown, read: (answer: unknown) => unknown) =>
      change(method, params, () => agreed(method, params, read))) as typeof changed.agreed;
    return changed;
  };

  // https://github.com/ethereum-optimism/optimism/pull/18233
  it('that is over before all have seen it leaves everything as it was', async () => {
    await client.mine({ blocks: 3 });
    const { blockNumber } = await deposit(1n);
    const watcher = watch();
    let away = false;
    const honest = source.agreedBlock.bind(source);
    const flickering = jest.spyOn(source, 'agreedBlock').mockImplementation(async (number) => {
      const block = await honest(number);
      return away && block !== undefined && number >= blockNumber ? { ...block, hash: `0x${'ee'.repeat(32)}` } : block;
    });
    await drain(watcher);
    const before = [...watcher.messages];
    away = true;
    expect(await watcher.holds()).toBe(false);
    away = false;
    expect(await watcher.holds()).toBe(true);
    expect(await drain(watcher)).toEqual([]);
    away = true;
    expect(await watcher.step()).toMatchObject([{ type: 'reorg', reorg: { depth: 1n, firstMessage: 0n } }]);
    away = false;
    expect((await drain(watcher)).map(({ type }) => type)).toEqual(['message']);
    expect(watcher.messages).toEqual(before);
    flickering.mockRestore();
  });

  // https://github.com/ethereum-optimism/optimism/pull/3185
  it.each(['eth_getLogs', 'eth_call'])(
    'between the questions of one look, before %s, is noticed: answers of two branches are never mixed',
    async (method) => {
      await client.mine({ blocks: 3 });
      const { blockNumber, blockHash } = await deposit(1n);
      const about = method === 'eth_getLogs' ? numberToHex(blockNumber) : blockHash;
      let reorgs = 0;
      const moving = through(async (asked, params, answer) => {
        if (asked === method && JSON.stringify(params).includes(`"${about}"`) && reorgs++ === 0) await reorg(1);
        return answer();
      });
      const errors: unknown[] = [];
      const watcher = watch({
        source: moving,
        contract: new MetachainInbox(moving, l1.deployment.addresses),
        pollIntervalMs: 1,
        onError: (error) => errors.push(error),
      });
      const seen: L1Event['type'][] = [];
      const end = new AbortController();
      for await (const { type } of watcher.events(AbortSignal.any([end.signal, AbortSignal.timeout(20_000)]))) {
        if (type !== 'block') seen.push(type);
        if (watcher.messages.length > 0) end.abort();
        else if (reorgs > 0) await deposit(2n);
      }
      expect(seen).toEqual(['message']);
      expect(watcher.messages).toMatchObject([{ value: 2n }]);
      expect(errors).toHaveLength(1);
      expect(reorgs).toBeGreaterThan(0);
    },
  );

  it('deeper than the finality assumption is fatal', async () => {
    const watcher = watch({ maxReorgDepth: 3 });
    await client.mine({ blocks: 10 });
    await drain(watcher);
    await reorg(6);
    await expect(drain(watcher)).rejects.toThrow(DeepReorgError);
    await expect(watcher.events().next()).rejects.toThrow(DeepReorgError);
  });
});

describe('an endpoint that lies', () => {
  const lie = (change: (method: string, answer: unknown) => unknown): L1Source => {
    const liar = new L1Source({ urls: [l1.anvil.url], retries: 0 });
    const honest = liar.request.bind(liar);
    liar.request = (async (method: string, params?: unknown) =>
      change(method, await honest(method, params))) as typeof liar.request;
    return liar;
  };
  const through = (liar: L1Source) =>
    watch({ source: liar, contract: new MetachainInbox(liar, l1.deployment.addresses) });

  it.each<[string, (logs: { data: Hex }[]) => unknown]>([
    ['leaves the last log out', (logs) => logs.slice(0, -2)],
    ['leaves all logs out', () => []],
    [
      'alters an amount',
      (logs) =>
        logs.map((log) => ({
          ...log,
          data: log.data.replace(numberToHex(5, { size: 32 }).slice(2), numberToHex(6, { size: 32 }).slice(2)),
        })),
    ],
  ])('and %s is noticed', async (_name, change) => {
    await deposit(5n);
    const liar = lie((method, answer) =>
      method === 'eth_getLogs' && (answer as []).length > 0 ? change(answer as { data: Hex }[]) : answer,
    );
    await expect(drain(through(liar))).rejects.toThrow(AccumulatorMismatchError);
  });

  it('with null for logs is an error, not "no deposits"', async () => {
    await deposit(5n);
    await expect(
      drain(through(lie((method, answer) => (method === 'eth_getLogs' ? null : answer)))),
    ).rejects.toMatchObject({ code: 303 });
  });

  it('is asked again by the daemon loop, which tells the operator', async () => {
    await deposit(5n);
    let lies = 1;
    const errors: unknown[] = [];
    const liar = lie((method, answer) =>
      method === 'eth_getLogs' && (answer as []).length > 0 && lies-- > 0 ? [] : answer,
    );
    const watcher = watch({
      source: liar,
      contract: new MetachainInbox(liar, l1.deployment.addresses),
      pollIntervalMs: 1,
      onError: (error) => errors.push(error),
    });
    for await (const event of watcher.events(AbortSignal.timeout(10_000))) if (event.type === 'message') break;
    expect(errors).toHaveLength(1);
    expect(watcher.messages).toHaveLength(1);
  });
});
