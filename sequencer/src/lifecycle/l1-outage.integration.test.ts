import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, http } from 'viem';
import { foundry } from 'viem/chains';
import { type Devnet, type NodeProcess, startDevnet, startNode, writeConfig } from '../testing/devnet.js';
import { allocation, send as sendWei } from '../testing/l2-user.js';

const headers = { 'content-type': 'application/json' };
/** Longest time that a load balancer should wait for an answer about readiness. */
const PROMPT_MILLISECONDS = 3_000;

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}
type Fault = (request: Request, response: ServerResponse) => unknown;

let devnet: Devnet;
let node: NodeProcess;
let gate: Server;
/** Answers in place of L1; undefined: L1 answers. */
let fault: Fault | undefined;
const held: ServerResponse[] = [];

const serve = async (request: IncomingMessage, response: ServerResponse) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  if (fault?.(JSON.parse(body) as Request, response) !== undefined) return;
  // Anvil closes idle connections as it likes; the node asks again, as it would ask any L1.
  const passed = await fetch(devnet.anvil.url, { method: 'POST', headers, body }).catch(() => undefined);
  if (passed === undefined) return void response.destroy();
  response.writeHead(200, headers).end(await passed.text());
};

interface Health {
  readonly status: string;
  readonly dependencies: { readonly l1: { readonly ok: boolean; readonly detail: string } };
}
const health = async () => (await (await fetch(`${node.url}/readyz`)).json()) as Health;
const metrics = async () => (await fetch(`${node.url}/metrics`)).text();
const send = () => sendWei(node);

beforeAll(async () => {
  devnet = await startDevnet({}, [allocation]);
  gate = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => gate.once('listening', resolve));
  const urls = [`http://127.0.0.1:${(gate.address() as AddressInfo).port}`];
  const l1 = { urls, timeoutMilliseconds: 500, silenceSeconds: 3 };
  node = await startNode(writeConfig(devnet, 'gated.json', { l1 }));
  await node.ready();
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  gate?.closeAllConnections();
  gate?.close();
  await devnet?.anvil.stop();
});

describe('while L1 does not answer', () => {
  it.each<[string, string, Fault]>([
    ['429', 'http_429', (_, response) => response.writeHead(429).end('slow down')],
    ['500', 'http_500', (_, response) => response.writeHead(500).end()],
    ['nothing', 'timeout', (_, response) => held.push(response)],
  ])(
    'but %s, the node is not ready, goes on acknowledging, and is ready again afterwards',
    async (_name, error, given) => {
      fault = given;
      await node.until('the outage', async () => (await health()).status === 'unavailable', 30);
      const asked = Date.now();
      expect((await health()).dependencies.l1).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/last answer \d+ s ago/),
      });
      expect(Date.now() - asked).toBeLessThan(PROMPT_MILLISECONDS);
      await send();
      const text = await metrics();
      expect(Number(/^metachain_sequencer_l1_silence_seconds (\S+)/m.exec(text)?.[1])).toBeGreaterThan(3);
      expect(text).toMatch(new RegExp(`rpc_client_responses_total{[^}]*error="${error}"} [1-9]`));
      fault = undefined;
      for (const response of held.splice(0)) response.destroy();
      await node.ready();
    },
    120_000,
  );
});

describe('where safe and finalized of L1', () => {
  const askedFor = (tag: string, answer: (id: number) => object): Fault => {
    return ({ id, method, params }, response) =>
      method === 'eth_getBlockByNumber' && params[0] === tag
        ? response.writeHead(200, headers).end(JSON.stringify({ jsonrpc: '2.0', id, ...answer(id) }))
        : undefined;
  };

  it('go backwards or vanish, the node keeps them, says so, and stops saying so', async () => {
    const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
    await test.mine({ blocks: 200 });
    const finalized = async () => Number(/refs_number{layer="l1",type="finalized"} (\d+)/.exec(await metrics())?.[1]);
    await node.until('a finalized block', async () => (await finalized()) > 10);
    const held = await finalized();
    const first = await devnet.l1.request({ method: 'eth_getBlockByNumber', params: ['0x1', false] });
    fault = askedFor('finalized', () => ({ result: first }));
    await node.until('the doubt', async () => /l1_head_doubtful{tag="finalized"} 1/.test(await metrics()));
    const { status, dependencies } = await health();
    expect(status).toBe('ready');
    expect(dependencies.l1.detail).toContain('finalized is backwards (held at the last good value)');
    expect(await node.event('l1_head_regression')).toMatchObject({ tag: 'finalized', from: `${held}`, to: '1' });
    expect(await metrics()).toMatch(/l1_head_regressions_total{tag="finalized"} 1$/m);
    fault = askedFor('finalized', () => ({ error: { code: -39001, message: 'unknown block' } }));
    await node.until('the gap', async () => (await health()).dependencies.l1.detail.includes('finalized is missing'));
    await sleep(1_500);
    expect(await finalized()).toBe(held);
    fault = undefined;
    await node.until('the end of it', async () => /l1_head_doubtful{tag="finalized"} 0/.test(await metrics()));
    expect((await health()).dependencies.l1.detail).not.toContain('finalized');
  }, 120_000);
});
