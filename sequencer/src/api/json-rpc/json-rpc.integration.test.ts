import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScriptedChain } from '../testing/scripted-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';

let node: TestNode;
let chain: ScriptedChain;

beforeAll(async () => {
  chain = new ScriptedChain();
  node = await startTestNode(chain);
  await chain.seal();
});
afterAll(() => node.stop());

const send = async (body: unknown, path?: string) => {
  const { text } = await node.post(typeof body === 'string' ? body : JSON.stringify(body), path);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
};
const chainIdCall = (id: unknown) => ({ jsonrpc: '2.0', id, method: 'eth_chainId' });

describe('the protocol', () => {
  it('answers on / and /rpc', async () => {
    for (const path of ['/', '/rpc'])
      expect(await send(chainIdCall(1), path)).toEqual({ jsonrpc: '2.0', id: 1, result: '0x1092' });
  });

  it.each([1, 'text', null, 0, -5, true, 1.5])('echoes the id %p', async (id) => {
    expect(await send(chainIdCall(id))).toMatchObject({ id, result: '0x1092' });
  });

  it.each([
    ['an object', '{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}'],
    ['a list', '{"jsonrpc":"2.0","id":[1],"method":"eth_chainId"}'],
    ['infinite', '{"jsonrpc":"2.0","id":1e999,"method":"eth_chainId"}'],
  ])('refuses an id that is %s', async (_what, body) => {
    expect(await send(body)).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it.each([
    ['no jsonrpc', { id: 1, method: 'eth_chainId' }, -32600],
    ['jsonrpc 1.0', { jsonrpc: '1.0', id: 1, method: 'eth_chainId' }, -32600],
    ['no method', { jsonrpc: '2.0', id: 1 }, -32600],
    ['a method that is no text', { jsonrpc: '2.0', id: 1, method: 5 }, -32600],
    ['params as text', { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: 'x' }, -32602],
    ['params by name', { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: { a: 1 } }, -32602],
    ['too many params', { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [1] }, -32602],
    ['an unknown method', { jsonrpc: '2.0', id: 1, method: 'eth_fillTransaction', params: [{}] }, -32601],
    ['debug_*', { jsonrpc: '2.0', id: 1, method: 'debug_traceTransaction', params: [] }, -32601],
    ['admin_*', { jsonrpc: '2.0', id: 1, method: 'admin_stopSequencer', params: [] }, -32601],
    ['a name of the prototype', { jsonrpc: '2.0', id: 1, method: 'constructor' }, -32601],
    ['__proto__', { jsonrpc: '2.0', id: 1, method: '__proto__' }, -32601],
  ])('answers %s with its code', async (_what, body, code) => {
    expect(await send(body)).toMatchObject({ jsonrpc: '2.0', error: { code } });
  });

  it('does not answer notifications, whatever becomes of them', async () => {
    for (const method of ['eth_chainId', 'no_such']) {
      expect(await node.post(JSON.stringify({ jsonrpc: '2.0', method }))).toEqual({ status: 204, text: '' });
    }
    expect(await send([{ jsonrpc: '2.0', method: 'eth_chainId' }])).toBeUndefined();
  });

  it('answers batches in order, duplicate ids and broken members included', async () => {
    const batch = [
      chainIdCall(1),
      1,
      { jsonrpc: '2.0', method: 'eth_chainId' },
      [chainIdCall(2)],
      chainIdCall(1),
      { jsonrpc: '2.0', id: 3, method: 'nope' },
    ];
    expect(await send(batch)).toMatchObject([
      { id: 1, result: '0x1092' },
      { id: null, error: { code: -32600 } },
      { id: null, error: { code: -32600 } },
      { id: 1, result: '0x1092' },
      { id: 3, error: { code: -32601 } },
    ]);
  });

  it('refuses an empty batch and one above the cap', async () => {
    expect(await send([])).toMatchObject({ id: null, error: { code: -32600, message: 'empty batch' } });
    expect(await send(Array.from({ length: 1_001 }, (_, id) => chainIdCall(id)))).toMatchObject([
      { error: { code: -32600 } },
    ]);
    expect(await send(Array.from({ length: 1_000 }, (_, id) => chainIdCall(id)))).toHaveLength(1_000);
  });

  it('refuses a body above the cap without reading on', async () => {
    const { status } = await node.post(`"${'a'.repeat(5_000_001)}"`);
    expect(status).toBe(413);
    expect(await send(chainIdCall(1))).toMatchObject({ result: '0x1092' });
  });
});

const mustParse = [
  '[]',
  '[""]',
  '{}',
  '0',
  'null',
  ' [] ',
  '[1e5]',
  '["\\u0000"]',
  '["\\uD83D\\uDE39"]',
  '{"a":{"b":[1,2,{"c":null}]}}',
  '[-0]',
  '"a"',
];
const mustFail = [
  '',
  ' ',
  '[',
  ']',
  '{',
  '}',
  '[1,]',
  '[,1]',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '[1 2]',
  '[01]',
  '[1.]',
  '[.1]',
  '[+1]',
  '[0x1]',
  '[NaN]',
  '[Infinity]',
  '["\t"]',
  '["\\x"]',
  '["\\u12"]',
  '["a]',
  'nul',
  'True',
  '[1]x',
  '{"a":1}}',
  '/**/[]',
  '\u00a0[]',
  '{"a"}',
  '{"a":}',
  '{:1}',
  '[1e]',
  '["\n"]',
  '\uFEFF{}',
  '[\u0000]',
];

describe('hostile JSON', () => {
  it.each(mustParse)('parses %j', async (body) => {
    const answer = (await send(body)) as { error: { code: number } };
    expect(answer.error?.code ?? -32600).toBe(-32600);
  });

  it.each(mustFail)('refuses %j as no JSON', async (body) => {
    expect(await send(body)).toMatchObject({ id: null, error: { code: -32700 } });
  });

  it('refuses bytes that are no UTF-8 outside of strings', async () => {
    expect(JSON.parse((await node.post(Uint8Array.of(0x5b, 0xff, 0x5d))).text)).toMatchObject({
      error: { code: -32700 },
    });
  });

  it.each([
    ['arrays', '['.repeat(100_000)],
    ['closed arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['params', `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[${'['.repeat(80)}${']'.repeat(80)}]}`],
  ])('refuses deep %s', async (_what, body) => {
    expect(await send(body)).toMatchObject({ error: { code: -32700 } });
  });

  it('does not count brackets inside strings as depth', async () => {
    expect(await send({ jsonrpc: '2.0', id: '[['.repeat(100) + '\\"', method: 'eth_chainId' })).toMatchObject({
      result: '0x1092',
    });
  });

  it('survives a million keys, and keys of the prototype change nothing', async () => {
    const keys = Array.from({ length: 300_000 }, (_, index) => `"k${index}":0`).join(',');
    expect(await send(`{"jsonrpc":"2.0","id":1,"method":"eth_chainId",${keys}}`)).toMatchObject({ result: '0x1092' });
    const polluting =
      '{"jsonrpc":"2.0","id":1,"method":"eth_call","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"params":[{"__proto__":{"polluted":1}},"latest"]}';
    expect(await send(polluting)).toMatchObject({ error: expect.anything() });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    '',
    '\u0000',
    '../../etc/passwd',
    "' OR 1=1 --",
    '<script>',
    '%s%n',
    '\ud800',
    '🙂',
    'undefined',
    'NaN',
    '-1',
    '1e309',
    'a'.repeat(100_000),
  ])('answers a method or argument named %j politely', async (text) => {
    expect(await send({ jsonrpc: '2.0', id: 1, method: text })).toMatchObject({ error: { code: -32601 } });
    for (const method of [
      'eth_getBalance',
      'eth_getTransactionReceipt',
      'eth_getBlockByNumber',
      'eth_sendRawTransaction',
      'eth_getFilterChanges',
    ]) {
      const answer = (await send({ jsonrpc: '2.0', id: 1, method, params: [text] })) as {
        error: { code: number; message: string };
      };
      expect([-32602, -32000]).toContain(answer.error.code);
      expect(answer.error.message).not.toMatch(/\bat .*:\d+|node_modules/);
    }
  });
});

describe('arguments', () => {
  it.each([
    '0x',
    '0x00',
    '0x01',
    '1',
    '-0x1',
    `0x1${'0'.repeat(64)}`,
    1,
    true,
    '0xg',
    'LATEST',
    {},
    { blockNumber: '0x1', blockHash: '0x' },
  ])('refuses the block number %j', async (block) => {
    expect((await node.call('eth_getBlockByNumber', block, false)).error?.code).toBe(-32602);
  });

  it.each([31, 33, 0])('refuses a hash of %d bytes', async (bytes) => {
    expect((await node.call('eth_getTransactionReceipt', `0x${'ab'.repeat(bytes)}`)).error?.code).toBe(-32602);
  });

  it('takes addresses in any letter case', async () => {
    for (const text of ['0xABCDEFabcdefABCDEFabcdefABCDEFabcdefABCD', '0xabcdefabcdefabcdefabcdefabcdefabcdefabcd']) {
      expect(await node.call('eth_getBalance', text, 'latest')).toMatchObject({ result: '0x0' });
    }
    expect((await node.call('eth_getBalance', '0xabc', 'latest')).error?.code).toBe(-32602);
  });

  it('names the argument that is wrong', async () => {
    expect((await node.call('eth_getBalance', '0xabc')).error?.message).toMatch(
      /^invalid argument 0: address expected/,
    );
    expect((await node.call('eth_getBalance')).error?.message).toBe('missing value for required argument 0');
  });
});
