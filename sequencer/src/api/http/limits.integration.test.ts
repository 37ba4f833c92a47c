import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { account } from '../../index/testing/blocks.js';
import { type ScriptedNode, startScriptedNode } from '../testing/scripted-node.js';

const alice = account('alice');

let node: ScriptedNode;
afterEach(() => node.stop());

const waitFor = async (check: () => boolean) => {
  while (!check()) await sleep(10);
};

describe('limits', () => {
  it('cut off an answer that is too large', async () => {
    node = await startScriptedNode({ responseBytes: 2_000 });
    node.chain.answer = async () => ({ code: 0, data: `0x${'00'.repeat(600)}`, gasUsed: 1n });
    const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'eth_call', params: [{ to: alice }] });
    const answer = JSON.parse((await node.post(JSON.stringify([1, 2, 3].map(call)))).text) as unknown;
    expect(answer).toMatchObject([
      { id: 1, result: expect.anything() },
      { id: 2, error: { code: -32003 } },
      { id: 3, error: { code: -32003 } },
    ]);
  });

  it('answer 429 in JSON-RPC to a client that asks too often', async () => {
    node = await startScriptedNode({ requestsPerSecond: 5, limitLoopback: true });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () => node.post('{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}')),
    );
    const refused = statuses.filter(({ status }) => status === 429);
    // A slow machine may take more than one second, in each of which five are answered.
    expect(refused.length).toBeGreaterThanOrEqual(5);
    expect(JSON.parse(refused[0]!.text)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32005 } });
  });

  it('have the form of REST errors elsewhere', async () => {
    node = await startScriptedNode({ requestsPerSecond: 2, limitLoopback: true });
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
    node = await startScriptedNode({ requestTimeoutMs: 300 });
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect((await node.call('eth_chainId')).result).toBe('0x1092');
  });

  it.each([
    [false, 3],
    [true, 8],
  ])('let one client hold few connections and others be answered (behind a proxy: %p)', async (trustProxy, left) => {
    node = await startScriptedNode({ connectionsPerClient: 3, limitLoopback: true }, { trustProxy });
    const address = { port: Number(new URL(node.url).port), host: '127.0.0.1', localAddress: '127.0.0.2' };
    const open = new Set<Socket>();
    const greedy = () => {
      const socket = connect(address, () => open.add(socket));
      return socket.on('error', () => undefined).on('close', () => open.delete(socket));
    };
    const sockets = Array.from({ length: 8 }, greedy);
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await waitFor(() => open.size === left);
    expect((await node.call('eth_chainId')).result).toBe('0x1092');
    expect(open.size).toBe(left);
    sockets.forEach((socket) => socket.destroy());
    await waitFor(() => open.size === 0);
    greedy();
    await waitFor(() => open.size === 1);
  });

  it('end what is still open soon after the server is closed, whatever it waits for', async () => {
    node = await startScriptedNode();
    const port = Number(new URL(node.url).port);
    const silent = connect(port, '127.0.0.1');
    const half = connect(port, '127.0.0.1');
    half.write('POST / HTTP/1.1\r\nHost: x\r\n');
    const deaf = await node.socket();
    deaf.pause();
    const ended = Promise.all([silent, half].map((socket) => once(socket.resume(), 'close')));
    const begun = performance.now();
    await node.stop();
    expect(performance.now() - begun).toBeLessThan(5_000);
    await ended;
    deaf.terminate();
    node = await startScriptedNode();
  });

  it('let any origin and any host call, and nobody administrate', async () => {
    node = await startScriptedNode();
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
