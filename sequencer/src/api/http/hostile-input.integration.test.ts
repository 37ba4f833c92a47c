import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { RpcDispatcher } from '../json-rpc/dispatcher.js';
import { type MarketNode, startMarket, trader } from '../testing/market-node.js';

/** The Big List of Naughty Strings, and what JSON and JavaScript themselves make of text. */
const naughty: readonly string[] = [
  ...(createRequire(import.meta.url)('big-list-of-naughty-strings') as string[]),
  ...['\u0000', 'a\u0000b', '\ud800', '\udc00\ud800', '0x\ud800', '__proto__', 'constructor', 'prototype', 'toString'],
  ...['hasOwnProperty', '0x', '0x0', '-0', '1e999', '9'.repeat(10_000), 'a'.repeat(10_000), `0x${'f'.repeat(10_000)}`],
];
/** Every code the surface may answer; -32603 would be a fault of ours. */
const known = [-32_700, -32_600, -32_601, -32_602, -32_000, -32_003, -32_005, 3, 4];
const errorBody = {
  code: expect.stringMatching(/^[a-z]+\/[a-z-]+$/),
  error: expect.any(String),
  message: expect.any(String),
};

let node: MarketNode;
let server: FastifyInstance;
beforeAll(async () => {
  node = await startMarket();
  server = node.app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
}, 60_000);
afterAll(() => node.stop());

type Request = { readonly method: 'GET' | 'POST'; readonly url: string; readonly payload?: string };

/** Sends without a socket. Whatever came in, the answer is short JSON, and an error says what is wrong without telling about the inside. */
async function expectPolite(request: Request): Promise<number> {
  const answer = await server.inject({ ...request, headers: { 'content-type': 'application/json' } });
  const context = `${request.url} ${request.payload?.slice(0, 200)} -> ${answer.statusCode} ${answer.body.slice(0, 300)}`;
  expect([answer.statusCode < 500, context]).toEqual([true, context]);
  expect([answer.body.length < 64_000, context]).toEqual([true, context]);
  expect([/node_modules|\bat .*:\d+:\d+/.test(answer.body), context]).toEqual([false, context]);
  if (answer.statusCode >= 400) expect(answer.json()).toMatchObject(errorBody);
  return answer.statusCode;
}

const withQuery = (path: string, name: string, value: string): Request => ({
  method: 'GET',
  url: `${path}?${name}=${encode(value)}`,
});
/** Lone surrogates have no UTF-8: they arrive as the replacement character, as from a browser. */
const encode = (value: string) => encodeURIComponent(Buffer.from(value).toString());

const transfer = { type: 'Transfer', token: trader, to: trader, amount: '1' };
const packed = { lane: 0, sequence: '0', deadline: 1, feeToken: 'ETH', maxFee: '0', operations: [transfer] };
const signature = `0x${'11'.repeat(65)}`;
const submit = (body: unknown): Request => ({
  method: 'POST',
  url: '/v1/transactions',
  payload: typeof body === 'string' ? body : JSON.stringify(body),
});

/** Each place of the REST interface where a client writes text. */
const places: readonly [string, (text: string) => Request][] = [
  ['the path', (text) => ({ method: 'GET', url: `/${encode(text)}` })],
  ['a version', (text) => ({ method: 'GET', url: `/v1/${encode(text)}` })],
  ['a pool', (text) => ({ method: 'GET', url: `/v1/pools/${encode(text)}` })],
  ['a hash', (text) => ({ method: 'GET', url: `/v1/receipts/${encode(text)}` })],
  ['an account', (text) => ({ method: 'GET', url: `/v1/accounts/${encode(text)}` })],
  ['the account of an activity', (text) => ({ method: 'GET', url: `/v1/accounts/${encode(text)}/activity` })],
  ['a cursor', (text) => withQuery(`/v1/accounts/${trader}/activity`, 'cursor', text)],
  ...['limit', 'after', 'x'].map((name) => query('/v1/pools', name)),
  ...['limit', 'after'].map((name) => query('/v1/tokens', name)),
  ...['limit', 'before'].map((name) => query('/v1/blocks', name)),
  ...['limit', 'before'].map((name) => query('/v1/batches', name)),
  ...['tokenIn', 'tokenOut', 'amountIn', 'amountOut', 'slippageBps'].map((name) => query('/v1/quote', name)),
  ['the name of a query', (text) => ({ method: 'GET', url: `/v1/blocks?${encode(text)}=1` })],
  ['the whole body', (text) => submit(JSON.stringify(text))],
  ['a body that is not JSON', (text) => submit(text)],
  ['the name of a field', (text) => submit({ wire: '0xa0', [text]: 1 })],
  ['wire', (text) => submit({ wire: text })],
  ['signature', (text) => submit({ transaction: packed, signature: text })],
  ['transaction', (text) => submit({ transaction: text, signature })],
  ...['sequence', 'deadline', 'feeToken', 'maxFee', 'operations', 'lane'].map(field),
  ['the name of a field inside', (text) => submit({ transaction: { ...packed, [text]: 1 }, signature })],
  ...['type', 'token', 'to', 'amount'].map(operationField),
  [
    'the name of an operation field',
    (text) => submit({ transaction: { ...packed, operations: [{ ...transfer, [text]: 1 }] }, signature }),
  ],
];

function query(path: string, name: string): [string, (text: string) => Request] {
  return [`${path} ${name}`, (text) => withQuery(path, name, text)];
}

function field(name: string): [string, (text: string) => Request] {
  return [name, (text) => submit({ transaction: { ...packed, [name]: text }, signature })];
}

function operationField(name: string): [string, (text: string) => Request] {
  const operations = (text: string) => [{ ...transfer, [name]: text }];
  return [
    `operation ${name}`,
    (text) => submit({ transaction: { ...packed, operations: operations(text) }, signature }),
  ];
}

const nothingPolluted = () => {
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
};

describe('naughty strings', () => {
  it.each(places)('are answered politely as %s', async (_place, request) => {
    for (const text of naughty) await expectPolite(request(text));
  });

  it('are answered politely by every method of JSON-RPC, at every place', async () => {
    const dispatcher = node.app.get(RpcDispatcher);
    const positions = (text: string): unknown[][] => [
      [text],
      [trader, text],
      [{ [text]: text, to: text, data: text, address: text, topics: [text], fromBlock: text }],
    ];
    for (const method of dispatcher.methodNames.filter((name) => name !== 'eth_sendRawTransactionSync')) {
      for (const text of naughty) {
        const calls = positions(text).map((params) => ({ jsonrpc: '2.0', id: text, method, params }));
        const answer = await dispatcher.answer(Buffer.from(JSON.stringify(calls)), { client: '127.0.0.1' });
        for (const { error, result } of JSON.parse(answer!) as { error?: { code: number }; result?: unknown }[])
          expect(error ? known.includes(error.code) : result !== undefined).toBe(true);
      }
    }
    nothingPolluted();
  }, 240_000);
});

const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(',');
const inOperation = (text: string) =>
  `{"transaction":{"sequence":"0","deadline":1,"feeToken":"ETH","maxFee":"0","operations":[{"type":"Transfer","x":${text}}]},"signature":"${signature}"}`;

describe('hostile JSON in a body of the REST interface', () => {
  it.each([
    ['100,000 open lists', '['.repeat(100_000), 400],
    ['60,000 lists', '['.repeat(60_000) + ']'.repeat(60_000), 400],
    ['100,000 lists', '['.repeat(100_000) + ']'.repeat(100_000), 413],
    ['20,000 objects', '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000), 400],
    ['100,000 objects', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000), 413],
    ['60,000 lists inside an operation', inOperation('['.repeat(60_000) + ']'.repeat(60_000)), 400],
    ['20,000 objects inside an operation', inOperation('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)), 400],
    ['a million keys', `{${repeat(1_000_000, (index) => `"${index}":0`)}}`, 413],
    ['as many keys as fit', `{${repeat(8_000, (index) => `"${index}":0`)}}`, 400],
    ['a million keys inside an operation', inOperation(`{${repeat(1_000_000, (index) => `"${index}":0`)}}`), 413],
    ['as many operations as fit', `{"transaction":{"operations":[${repeat(30_000, () => '{}')}]}}`, 400],
    ['__proto__', '{"__proto__":{"polluted":1}}', 400],
    ['an escaped __proto__', '{"\\u005f_proto__":{"polluted":1}}', 400],
    ['__proto__ inside', inOperation('{"__proto__":{"polluted":1}}'), 400],
    ['constructor.prototype', '{"constructor":{"prototype":{"polluted":1}}}', 400],
    ['constructor.prototype inside', inOperation('{"constructor":{"prototype":{"polluted":1}}}'), 400],
    ['lone surrogates', '{"wire":"\\ud800"}', 400],
    ['NUL', '{"wire":"\\u0000"}', 400],
    ['a bare NUL', '{"wire":"0x\u0000"}', 400],
  ])('is refused at once: %s', async (_what, payload, status) => {
    const begun = performance.now();
    expect(await expectPolite(submit(payload))).toBe(status);
    expect(performance.now() - begun).toBeLessThan(5_000);
    nothingPolluted();
  });
});
