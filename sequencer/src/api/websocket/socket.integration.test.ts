import { afterEach, describe, expect, it } from '@jest/globals';
import type { Hex } from 'viem';
import WebSocket from 'ws';
import {
  account,
  poolAddress,
  SYNC_TOPIC,
  sync,
  tokenAddress,
  transferTransaction,
} from '../../index/testing/blocks.js';
import { nextMessage, type ScriptedNode, startScriptedNode } from '../testing/scripted-node.js';

const [alice, bob] = ['alice', 'bob'].map(account) as [Hex, Hex];
const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));

let node: ScriptedNode;
afterEach(() => node.stop());

describe('WebSocket', () => {
  it('answers calls and batches, and refuses what is no JSON', async () => {
    node = await startScriptedNode();
    const socket = await node.socket();
    for (const [body, answer] of [
      ['{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}', { id: 1, result: '0x1092' }],
      ['[{"jsonrpc":"2.0","id":2,"method":"eth_chainId"}]', [{ id: 2 }]],
      ['{', { id: null, error: { code: -32700 } }],
      ['{"jsonrpc":"2.0","id":3,"method":"eth_subscribe","params":["syncing"]}', { error: { code: -32602 } }],
      ['{"jsonrpc":"2.0","id":4,"method":"eth_unsubscribe","params":["0x1"]}', { result: false }],
    ] as const) {
      const answered = nextMessage(socket);
      socket.send(body);
      expect(await answered).toMatchObject(answer);
    }
    expect((await node.call('eth_subscribe', 'newHeads')).error?.code).toBe(-32601);
    socket.close();
  });

  it('pushes only what was subscribed, until it is ended', async () => {
    node = await startScriptedNode();
    const socket = await node.socket();
    socket.send(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'eth_subscribe',
        params: ['logs', { address: poolAddress(1), topics: [SYNC_TOPIC] }],
      }),
    );
    const { result: id } = await nextMessage(socket);
    const events = [sync(poolAddress(1), 1n, 2n), sync(poolAddress(2), 1n, 2n)];
    const pushed = nextMessage(socket);
    await node.chain.seal([transferTransaction('one', tokenAddress(0), alice, bob, { events })]);
    expect(await pushed).toMatchObject({
      params: { subscription: id, result: { address: poolAddress(1), logIndex: '0x0' } },
    });
    const ended = nextMessage(socket);
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'eth_unsubscribe', params: [id] }));
    expect(await ended).toMatchObject({ result: true });
    const quiet = nextMessage(socket);
    await node.chain.seal([transferTransaction('two', tokenAddress(0), alice, bob, { events })]);
    socket.send('{"jsonrpc":"2.0","id":3,"method":"eth_chainId"}');
    expect(await quiet).toMatchObject({ id: 3 });
    socket.close();
  });

  it('cuts off a subscriber that does not read', async () => {
    node = await startScriptedNode({ socketBacklogBytes: 100_000 });
    const socket = await node.socket();
    socket.send('{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{}]}');
    await nextMessage(socket);
    socket.pause();
    const gone = new Promise<void>((resolve) => {
      const watch = setInterval(() => {
        if (node.app.getHttpAdapter().getInstance().websocketServer.clients.size === 0) {
          clearInterval(watch);
          resolve();
        }
      }, 20);
    });
    const event = { address: tokenAddress(0), topics: [], data: `0x${'ab'.repeat(50_000)}` as Hex };
    const heavy = [event, event];
    for (let block = 0; block < 20; block++) {
      await node.chain.seal(
        Array.from({ length: 5 }, (_, index) =>
          transferTransaction(`${block} ${index}`, tokenAddress(0), alice, bob, { events: heavy }),
        ),
      );
    }
    await gone;
    socket.terminate();
    expect((await node.call('eth_chainId')).result).toBe('0x1092');
  });

  it('lets go of a client that does not answer pings', async () => {
    node = await startScriptedNode({ socketPingMs: 100 });
    const [silent, alive] = [new WebSocket(node.url.replace('http', 'ws'), { autoPong: false }), await node.socket()];
    expect(await closed(silent)).toBe(1006);
    const answered = nextMessage(alive);
    alive.send('{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}');
    expect(await answered).toMatchObject({ result: '0x1092' });
    alive.close();
  });

  it('bounds connections, subscriptions and messages of a client', async () => {
    node = await startScriptedNode({
      socketsPerClient: 1,
      subscriptionsPerSocket: 1,
      requestsPerSecond: 3,
      limitLoopback: true,
    });
    const socket = await node.socket();
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
