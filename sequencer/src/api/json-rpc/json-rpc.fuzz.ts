import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { account, tokenAddress, word } from '../../index/testing/blocks.js';
import { EngineChain } from '../testing/engine-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';
import { RpcDispatcher } from './dispatcher.js';

const runs = Number(process.env.FUZZ_RUNS ?? 1_000);
const context = { client: '127.0.0.1' };
/** Every code the surface may answer; -32603 would be a fault of ours. */
const known = [-32_700, -32_600, -32_601, -32_602, -32_000, -32_003, -32_005, 3, 4];

const digits = fc.stringMatching(/^[0-9a-fA-F]{0,70}$/);
const hostile = fc.oneof(
  digits.map((text) => `0x${text}`),
  fc.constantFrom(
    'latest',
    'pending',
    'earliest',
    'safe',
    'finalized',
    '0x',
    '0x0',
    '0x1',
    '0x00',
    word('x'),
    account('alice'),
    tokenAddress(0),
  ),
  fc.constantFrom('__proto__', 'constructor', 'newHeads', 'logs', '\u0000', '\ud800'),
  fc.jsonValue(),
  fc.bigInt({ min: 0n, max: 2n ** 256n }).map((value) => `0x${value.toString(16)}`),
);
const keys = fc.constantFrom(
  'from',
  'to',
  'data',
  'input',
  'value',
  'gas',
  'fromBlock',
  'toBlock',
  'blockHash',
  'blockNumber',
  'address',
  'topics',
  '__proto__',
);
const argument = fc.oneof(
  hostile,
  fc.array(hostile, { maxLength: 4 }),
  fc.dictionary(keys, fc.oneof(hostile, fc.array(hostile, { maxLength: 5 })), { maxKeys: 5 }),
);

describe('JSON-RPC under random input', () => {
  let node: TestNode;
  let dispatcher: RpcDispatcher;

  beforeAll(async () => {
    const chain = new EngineChain({ allocations: [{ token: 0, account: account('alice'), amount: 5n }] });
    node = await startTestNode(chain, { syncTimeoutMs: 20 });
    dispatcher = node.app.get(RpcDispatcher);
    chain.deposit({
      sender: account('bob'),
      to: account('alice'),
      mint: 1n,
      value: 1n,
      gasLimit: 100_000n,
      data: '0x',
    });
    await chain.seal();
  });
  afterAll(() => node.stop());

  const answer = async (body: unknown) =>
    dispatcher.answer(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), context);

  it('answers every method with a result or a known error, whatever the arguments', async () => {
    const method = fc.constantFrom(...dispatcher.methodNames);
    await fc.assert(
      fc.asyncProperty(method, fc.array(argument, { maxLength: 4 }), async (name, params) => {
        const parsed = JSON.parse((await answer({ jsonrpc: '2.0', id: 1, method: name, params }))!) as {
          error?: { code: number; message: string };
        };
        if (parsed.error) expect(known).toContain(parsed.error.code);
        else expect(parsed).toHaveProperty('result');
      }),
      { numRuns: runs },
    );
  });

  it('answers any JSON as the protocol says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.array(fc.jsonValue(), { maxLength: 5 }).map((value) => JSON.stringify(value)),
        ),
        async (body) => {
          const text = await answer(body);
          if (text === undefined) return;
          for (const entry of [JSON.parse(text) as unknown].flat()) {
            expect(entry).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: expect.any(Number) } });
          }
        },
      ),
      { numRuns: runs },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
