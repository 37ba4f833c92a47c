import { connect } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import WebSocket from 'ws';
import { RejectedTransaction } from '../../chain/chain.types.js';
import { IndexReader } from '../../index/index-reader.js';
import { bloomMayContain } from '../../index/logs-bloom.js';
import {
  account,
  accountTopic,
  poolAddress,
  SYNC_TOPIC,
  sync,
  tokenAddress,
  transferTransaction,
  word,
} from '../../index/testing/blocks.js';
import type { ApiLimits } from '../api.options.js';
import { ScriptedChain } from '../testing/scripted-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';

const [alice, bob] = ['alice', 'bob'].map(account) as [Hex, Hex];
const LEGACY = '0xf86c808504a817c80082520894707970c51812dc3a010c7d01b50e0d17dc79c8';

let node: TestNode;
let chain: ScriptedChain;

async function start(limits: Partial<ApiLimits> = {}): Promise<void> {
  chain = new ScriptedChain();
  node = await startTestNode(chain, limits);
}
afterEach(() => node.stop());

const logs = (...parts: string[]) => transferTransaction(parts.join(), tokenAddress(0), alice, bob);
const open = (): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(node.url.replace('http', 'ws'));
    socket.once('open', () => resolve(socket)).once('error', reject);
  });
const next = (socket: WebSocket): Promise<Record<string, unknown>> =>
  new Promise((resolve) =>
    socket.once('message', (text) => resolve(JSON.parse(String(text)) as Record<string, unknown>)),
  );
const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));

describe('eth_getLogs', () => {
  it('refuses what is too much before it asks the database', async () => {
    await start({ logBlocks: 3 });
    for (let count = 0; count < 6; count++) await chain.seal([logs(String(count))]);
    const ask = jest.spyOn(node.app.get(IndexReader), 'logs');
    const list = (length: number, bytes: number) =>
      Array.from({ length }, (_, index) => `0x${index.toString(16).padStart(2 * bytes, '0')}`);
    const refused: [Record<string, unknown>, number, RegExp][] = [
      [
        { fromBlock: 'earliest', toBlock: 'latest' },
        -32005,
        /at most 3 blocks\. Try with this block range \[0x0, 0x2\]/,
      ],
      [{ address: list(10_000, 20) }, -32602, /1000 addresses/],
      [{ topics: [list(10_000, 32)] }, -32602, /1000 topics/],
      [{ topics: [null, null, null, null, null] }, -32602, /max topics/],
      [{ fromBlock: '0x3', toBlock: '0x2' }, -32602, /above toBlock/],
      [{ fromBlock: '0x1', toBlock: '0x99' }, -32602, /beyond current head/],
      [{ fromBlock: '0x99' }, -32602, /beyond current head/],
      [{ blockHash: word('x'), fromBlock: '0x1' }, -32602, /cannot specify both/],
      [{ blockHash: word('x') }, -32000, /unknown block/],
      [{ topics: 'all' }, -32602, /topics/],
      [{ address: [['0x']] }, -32602, /address/],
    ];
    for (const [filter, code, message] of refused) {
      expect((await node.call('eth_getLogs', filter)).error).toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    }
    expect(ask).not.toHaveBeenCalled();
    expect((await node.call('eth_getLogs', { fromBlock: '0x1', toBlock: '0x3' })).result).toHaveLength(3);
  });

  it('names a range that fits when there are too many results', async () => {
    await start({ logResults: 4 });
    for (let count = 0; count < 6; count++) await chain.seal([logs(String(count))]);
    const { error } = await node.call('eth_getLogs', { fromBlock: '0x1', toBlock: '0x6' });
    const [, from, to] = /Try with this block range \[(0x\w+), (0x\w+)\]/.exec(error!.message)!;
    expect((await node.call('eth_getLogs', { fromBlock: from, toBlock: to })).result).toHaveLength(4);
  });

  it('finds only what the bloom announces, with hashes of the block', async () => {
    await start();
    const { block } = await chain.seal([logs('a')]);
    const [log] = (await node.call('eth_getLogs', { blockHash: block.hash })).result as {
      address: Hex;
      topics: Hex[];
      transactionHash: Hex;
    }[];
    const { result } = await node.call('eth_getBlockByNumber', '0x1', false);
    const { logsBloom, transactions } = result as { logsBloom: Hex; transactions: Hex[] };
    for (const value of [log!.address, ...log!.topics]) expect(bloomMayContain(logsBloom, value)).toBe(true);
    expect(transactions).toContain(log!.transactionHash);
    expect(log!.topics[1]).toBe(accountTopic(alice));
  });
});

describe('filters', () => {
  it('are unknown, expire, and are few for a client', async () => {
    await start({ filtersPerClient: 2, filterLifetimeMs: 80 });
    expect((await node.call('eth_getFilterChanges', '0x1')).error).toEqual({
      code: -32000,
      message: 'filter not found',
    });
    const { result: id } = await node.call('eth_newBlockFilter');
    await node.call('eth_newPendingTransactionFilter');
    expect((await node.call('eth_newFilter', {})).error).toMatchObject({ code: -32005 });
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect((await node.call('eth_getFilterChanges', id)).error?.message).toBe('filter not found');
    expect((await node.call('eth_newFilter', {})).result).toMatch(/^0x/);
  });

  it('report each block and log once', async () => {
    await start();
    const [blocks, transfers] = [
      (await node.call('eth_newBlockFilter')).result,
      (await node.call('eth_newFilter', { address: tokenAddress(0) })).result,
    ];
    const { block } = await chain.seal([logs('a')]);
    expect((await node.call('eth_getFilterChanges', blocks)).result).toEqual([block.hash]);
    expect((await node.call('eth_getFilterChanges', blocks)).result).toEqual([]);
    expect((await node.call('eth_getFilterChanges', transfers)).result).toHaveLength(1);
    expect((await node.call('eth_getFilterChanges', transfers)).result).toEqual([]);
    expect((await node.call('eth_getFilterLogs', transfers)).result).toHaveLength(1);
    expect((await node.call('eth_uninstallFilter', transfers)).result).toBe(true);
    expect((await node.call('eth_uninstallFilter', transfers)).result).toBe(false);
  });
});

describe('after a reorg', () => {
  it('nothing of the undone block is answered, and subscribers are told', async () => {
    await start();
    await chain.seal([logs('kept')]);
    const socket = await open();
    socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{}]}');
    expect(await next(socket)).toMatchObject({ id: 1, result: expect.stringMatching(/^0x/) });
    const pushed = next(socket);
    const filter = (await node.call('eth_newBlockFilter')).result;
    const undone = await chain.seal([logs('undone')], 'first');
    expect(await pushed).toMatchObject({
      method: 'eth_subscription',
      params: { result: { removed: false, blockHash: undone.block.hash } },
    });
    const hash = undone.transactions[0]!.receipt.hash;
    expect((await node.call('eth_getTransactionReceipt', hash)).result).toMatchObject({ blockHash: undone.block.hash });
    const retracted = next(socket);
    await chain.reorg(1n);
    expect(await retracted).toMatchObject({ params: { result: { removed: true, transactionHash: hash } } });
    expect((await node.call('eth_getTransactionReceipt', hash)).result).toBeNull();
    expect((await node.call('eth_getTransactionByHash', hash)).result).toBeNull();
    expect((await node.call('eth_getBlockByHash', undone.block.hash, false)).result).toBeNull();
    const { block } = await chain.seal([logs('undone'), logs('more')], 'second');
    expect((await node.call('eth_getTransactionReceipt', hash)).result).toMatchObject({ blockHash: block.hash });
    const found = (await node.call('eth_getLogs', { fromBlock: '0x1', toBlock: '0x2' })).result as { blockHash: Hex }[];
    expect(found.map(({ blockHash }) => blockHash)).not.toContain(undone.block.hash);
    expect((await node.call('eth_getFilterChanges', filter)).result).toEqual([block.hash]);
    socket.close();
  });
});

describe('transactions', () => {
  it('travel to the chain together, whatever stands between them', async () => {
    await start();
    const refusals = new Map([
      [1, new RejectedTransaction(2001, 'nonce too low')],
      [3, new RejectedTransaction(-32_005, 'limit exceeded')],
    ]);
    let seen = 0;
    chain.refuse = () => refusals.get(seen++);
    const send = (id: number, raw: unknown) => ({
      jsonrpc: '2.0',
      id,
      method: 'metachain_sendTransaction',
      params: [raw],
    });
    const packed = (byte: string) => `0xa0${byte.repeat(80)}`;
    const body = [
      send(1, packed('01')),
      send(2, packed('02')),
      send(3, 'nonsense'),
      send(4, packed('03')),
      send(5, packed('04')),
      { jsonrpc: '2.0', method: 'metachain_sendTransaction', params: [packed('05')] },
    ];
    const answer = JSON.parse((await node.post(JSON.stringify(body))).text) as unknown;
    expect(answer).toMatchObject([
      { id: 1, result: { status: 'executed', blockNumber: '0x1' } },
      { id: 2, error: { code: -32000, message: 'nonce too low', data: { code: 2001 } } },
      { id: 3, error: { code: -32602 } },
      { id: 4, result: { status: 'executed' } },
      { id: 5, error: { code: -32005 } },
    ]);
    expect([chain.hops, chain.submitted.length]).toEqual([1, 3]);
  });

  it("of a wrong kind are refused in geth's words", async () => {
    await start();
    const unsupported = ['0x03', '0x04', '0x7e', '0x7f', '0x00'].map((type) => [
      `${type}${'00'.repeat(100)}`,
      'transaction type not supported',
    ]);
    const refused = [
      ...unsupported,
      [`0xa0${'00'.repeat(80)}`, 'rlp: expected input list for types.LegacyTx'],
      [LEGACY, 'rlp: expected input list for types.LegacyTx'],
      ['0x02', 'typed transaction too short'],
      [`0x02${'00'.repeat(131_072)}`, 'oversized data: transaction size 131073, limit 16384'],
    ];
    for (const [raw, message] of refused) {
      expect((await node.call('eth_sendRawTransaction', raw)).error).toEqual({ code: -32000, message });
    }
    expect(chain.submitted).toEqual([]);
  });

  it('are refused before memory grows', async () => {
    await start({ pendingSubmissions: 2 });
    const body = Array.from({ length: 3 }, (_, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'metachain_sendTransaction',
      params: [`0xa0${'01'.repeat(80)}`],
    }));
    expect(JSON.parse((await node.post(JSON.stringify(body))).text)).toMatchObject(
      body.map(({ id }) => ({ id, error: { code: -32005 } })),
    );
    expect((await node.call('metachain_sendTransaction', `0xa0${'01'.repeat(80)}`)).result).toMatchObject({
      status: 'executed',
    });
  });

  it('time out in eth_sendRawTransactionSync with the hash', async () => {
    await start({ syncTimeoutMs: 50 });
    const user = privateKeyToAccount(word('key'));
    const raw = await user.signTransaction({
      to: alice,
      value: 1n,
      gas: 21_000n,
      maxFeePerGas: 1n,
      chainId: chain.chainId,
      nonce: 0,
    });
    const { error } = await node.call('eth_sendRawTransactionSync', raw);
    expect(error).toMatchObject({ code: 4, data: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
  });
});

describe('calls', () => {
  it('show why they reverted', async () => {
    await start();
    const reason = `0x08c379a0${'20'.padStart(64, '0')}${'5'.padStart(64, '0')}${Buffer.from('K low').toString('hex').padEnd(64, '0')}`;
    chain.answer = async () => ({ code: 5001, data: reason as Hex, gasUsed: 1n });
    for (const method of ['eth_call', 'eth_estimateGas']) {
      expect((await node.call(method, { to: alice })).error).toEqual({
        code: 3,
        message: 'execution reverted: K low',
        data: reason,
      });
    }
  });

  it('end after a time', async () => {
    await start({ callTimeoutMs: 30 });
    chain.answer = () => new Promise(() => undefined);
    expect((await node.call('eth_call', { to: alice })).error).toEqual({
      code: -32000,
      message: 'execution aborted (timeout = 30ms)',
    });
  });

  it('refuse what the chain cannot do', async () => {
    await start();
    const refused: [unknown[], number][] = [
      [[{ data: '0x6000' }], -32000],
      [[{ to: alice, data: '0x01', input: '0x02' }], -32602],
      [[{ to: alice }, 'latest', { [alice]: { balance: '0x1' } }], -32602],
      [[{ to: alice }, '0x99'], -32000],
      [[{ to: alice }, { blockHash: word('none') }], -32000],
      [['0x'], -32602],
      [[{ to: alice, data: `0x${'00'.repeat(16_385)}` }], -32000],
    ];
    for (const [params, code] of refused) expect((await node.call('eth_call', ...params)).error?.code).toBe(code);
    expect((await node.call('eth_call', { to: alice }, { blockHash: chain.genesis.hash }, {})).result).toBe('0x');
  });

  it('hide what went wrong inside', async () => {
    await start();
    chain.answer = () => Promise.reject(new TypeError('secret path /x'));
    expect((await node.call('eth_call', { to: alice })).error).toEqual({ code: -32603, message: 'internal error' });
  });
});

describe('limits', () => {
  it('cut off an answer that is too large', async () => {
    await start({ responseBytes: 2_000 });
    chain.answer = async () => ({ code: 0, data: `0x${'00'.repeat(600)}`, gasUsed: 1n });
    const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'eth_call', params: [{ to: alice }] });
    const answer = JSON.parse((await node.post(JSON.stringify([1, 2, 3].map(call)))).text) as unknown;
    expect(answer).toMatchObject([
      { id: 1, result: expect.anything() },
      { id: 2, error: { code: -32003 } },
      { id: 3, error: { code: -32003 } },
    ]);
  });

  it('answer 429 in JSON-RPC to a client that asks too often', async () => {
    await start({ requestsPerSecond: 5, limitLoopback: true });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () => node.post('{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')),
    );
    const refused = statuses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(14);
    expect(JSON.parse(refused[0]!.text)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32005 } });
  });

  it('have the form of REST errors elsewhere', async () => {
    await start({ requestsPerSecond: 2, limitLoopback: true });
    const answers = await Promise.all(Array.from({ length: 6 }, () => fetch(`${node.url}/v1/status`)));
    expect(answers.map(({ status }) => status)).toContain(429);
    const refused = answers.find(({ status }) => status === 429);
    const form = { error: expect.any(String), message: expect.any(String) };
    expect(await refused!.json()).toMatchObject({ ...form, code: 'limit/requests', details: null });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const nowhere = await fetch(`${node.url}/v1/nowhere`);
    expect([nowhere.status, await nowhere.json()]).toEqual([
      404,
      expect.objectContaining({ ...form, code: 'request/not-found' }),
    ]);
  });

  it('end requests that never come to an end', async () => {
    await start({ requestTimeoutMs: 300 });
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect((await node.call('eth_chainId')).result).toBe('0x1092');
  });

  it('let any origin and any host call, and nobody administrate', async () => {
    await start();
    const response = await fetch(node.url, {
      method: 'POST',
      headers: { origin: 'https://evil.example', host: 'evil.example', 'content-type': 'text/plain' },
      body: '{"jsonrpc":"2.0","id":1,"method":"admin_startSequencer","params":[]}',
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(await response.json()).toMatchObject({ error: { code: -32601 } });
    expect(
      (
        await fetch(node.url, {
          method: 'OPTIONS',
          headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
        })
      ).status,
    ).toBe(204);
    expect((await fetch(node.url)).status).toBe(426);
  });
});

describe('WebSocket', () => {
  it('answers calls and batches, and refuses what is no JSON', async () => {
    await start();
    const socket = await open();
    for (const [body, answer] of [
      ['{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}', { id: 1, result: '0x1092' }],
      ['[{"jsonrpc":"2.0","id":2,"method":"eth_chainId"}]', [{ id: 2 }]],
      ['{', { id: null, error: { code: -32700 } }],
      ['{"jsonrpc":"2.0","id":3,"method":"eth_subscribe","params":["syncing"]}', { error: { code: -32602 } }],
      ['{"jsonrpc":"2.0","id":4,"method":"eth_unsubscribe","params":["0x1"]}', { result: false }],
    ] as const) {
      const answered = next(socket);
      socket.send(body);
      expect(await answered).toMatchObject(answer);
    }
    expect((await node.call('eth_subscribe', 'newHeads')).error?.code).toBe(-32601);
    socket.close();
  });

  it('pushes only what was subscribed, until it is ended', async () => {
    await start();
    const socket = await open();
    socket.send(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'eth_subscribe',
        params: ['logs', { address: poolAddress(1), topics: [SYNC_TOPIC] }],
      }),
    );
    const { result: id } = await next(socket);
    const events = [sync(poolAddress(1), 1n, 2n), sync(poolAddress(2), 1n, 2n)];
    const pushed = next(socket);
    await chain.seal([transferTransaction('one', tokenAddress(0), alice, bob, { events })]);
    expect(await pushed).toMatchObject({
      params: { subscription: id, result: { address: poolAddress(1), logIndex: '0x0' } },
    });
    const ended = next(socket);
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'eth_unsubscribe', params: [id] }));
    expect(await ended).toMatchObject({ result: true });
    const quiet = next(socket);
    await chain.seal([transferTransaction('two', tokenAddress(0), alice, bob, { events })]);
    socket.send('{"jsonrpc":"2.0","id":3,"method":"eth_chainId"}');
    expect(await quiet).toMatchObject({ id: 3 });
    socket.close();
  });

  it('cuts off a subscriber that does not read', async () => {
    await start({ socketBacklogBytes: 100_000 });
    const socket = await open();
    socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{}]}');
    await next(socket);
    socket.pause();
    const gone = new Promise<void>((resolve) => {
      const watch = setInterval(() => {
        if (node.app.getHttpAdapter().getInstance().websocketServer.clients.size === 0) {
          clearInterval(watch);
          resolve();
        }
      }, 20);
    });
    const heavy = [{ address: tokenAddress(0), topics: [], data: `0x${'ab'.repeat(100_000)}` as Hex }];
    for (let block = 0; block < 20; block++) {
      await chain.seal(
        Array.from({ length: 5 }, (_, index) =>
          transferTransaction(`${block} ${index}`, tokenAddress(0), alice, bob, { events: heavy }),
        ),
      );
    }
    await gone;
    socket.terminate();
    expect((await node.call('eth_chainId')).result).toBe('0x1092');
  });

  it('bounds connections, subscriptions and messages of a client', async () => {
    await start({ socketsPerClient: 1, subscriptionsPerSocket: 1, requestsPerSecond: 3, limitLoopback: true });
    const socket = await open();
    const second = new WebSocket(node.url.replace('http', 'ws'));
    expect(await closed(second)).toBe(1013);
    const answers: unknown[] = [];
    socket.on('message', (text) => answers.push(JSON.parse(String(text))));
    for (let id = 0; id < 5; id++)
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_subscribe', params: ['newHeads'] }));
    while (answers.length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(answers).toMatchObject(
      [
        { id: null },
        { id: null },
        { id: 0 },
        { id: 1, error: { code: -32005 } },
        { id: 2, error: { code: -32005 } },
      ].sort(),
    );
    socket.close();
  });
});
