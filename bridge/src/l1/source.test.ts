import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';

import { afterEach, describe, expect, it } from '@jest/globals';
import { numberToHex, pad, parseAbi } from 'viem';

import { L1ChainMismatchError, L1DisagreementError, L1UnavailableError } from '../errors.js';
import { failureKind } from './failure-kind.js';
import { L1Source, type L1SourceOptions } from './source.js';

type Answer = (method: string, params: unknown[], response: ServerResponse) => unknown;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const read = async (request: IncomingMessage) => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as { id: number; method: string; params: unknown[] };
};

/** A node that answers by a function; `undefined` means that the function answered by itself. */
async function node(answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    const { id, method, params } = await read(request);
    const result = answer(method, params, response);
    if (result !== undefined) response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result as object) }));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const hash = (seed: number) => pad(numberToHex(seed), { size: 32 });
const block = (number: number, seed: number) => ({
  result: { number: numberToHex(number), hash: hash(seed), parentHash: hash(seed - 1), timestamp: '0x1' },
});
const quick: Partial<L1SourceOptions> = { retries: 1, retryDelayMs: 1, timeoutMs: 10_000 };

describe('one endpoint', () => {
  it.each<[string, Answer]>([
    ['http_429', (_m, _p, response) => void response.writeHead(429).end('slow down')],
    ['http_500', (_m, _p, response) => void response.writeHead(500).end()],
    ['timeout', () => undefined],
    ['connection', (_m, _p, response) => void response.socket!.destroy()],
    ['rpc_-32603', () => ({ error: { code: -32603, message: 'internal error' } })],
    ['rpc_other', () => ({ error: { code: 4_711, message: 'made up' } })],
    ['malformed', (_m, _p, response) => void response.end('{"jsonrpc":"2.0","id":1,"resu')],
    [
      'malformed',
      (_m, _p, response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>bad gateway</html>'),
    ],
    ['too_large', (_m, _p, response) => void response.end(JSON.stringify({ result: '0x'.padEnd(100_000, '0') }))],
  ])('%s is named, tried again, then a typed error', async (name, answer) => {
    let asked = 0;
    const failures: string[] = [];
    const url = await node((...args) => (asked++, answer(...args)));
    const source = new L1Source({
      urls: [url],
      ...quick,
      timeoutMs: name === 'timeout' ? 200 : 10_000,
      maxResponseBytes: 50_000,
      onEndpointFailure: (_endpoint, _method, cause) => failures.push(failureKind(cause)),
    });
    await expect(source.request('eth_blockNumber')).rejects.toThrow(L1UnavailableError);
    expect(asked).toBe(2);
    expect(failures).toEqual([name, name]);
  });

  it.each<[string, Answer]>([
    ['is refused', (_m, _p, response) => void response.writeHead(429).end('slow down')],
    ['never comes', () => undefined],
    ['is cut off', (_m, _p, response) => void response.socket!.destroy()],
    ['is a revert', () => ({ error: { code: 3, message: 'execution reverted: no', data: '0x' } })],
    ['is an error', () => ({ error: { code: -32000, message: 'no' } })],
  ])('keeps the key in its URL to itself where an answer %s', async (_name, answer) => {
    const told: unknown[] = [];
    const url = `${await node(answer)}/v2/SECRET?token=SECRET`;
    const onEndpointFailure = (...heard: unknown[]) => told.push(...heard);
    const source = new L1Source({ urls: [url], ...quick, timeoutMs: 100, onEndpointFailure });
    told.push(await source.request('eth_chainId').catch((error: unknown) => error));
    expect(inspect(told, { depth: 12, showHidden: true })).not.toContain('SECRET');
  });

  it('hands a revert on at once: it is an answer', async () => {
    let asked = 0;
    const url = await node(() => (asked++, { error: { code: 3, message: 'execution reverted', data: '0x' } }));
    await expect(new L1Source({ urls: [url], ...quick }).request('eth_call')).rejects.toThrow(/revert/);
    expect(asked).toBe(1);
  });

  it('of another chain is refused', async () => {
    const url = await node(() => ({ result: '0x5' }));
    await expect(new L1Source({ urls: [url], ...quick }).requireChain(1)).rejects.toThrow(L1ChainMismatchError);
  });

  it('never moves safe and finalized back', async () => {
    let height = 10;
    const regressions: string[] = [];
    const url = await node(() => block(height, height));
    const source = new L1Source({
      urls: [url],
      ...quick,
      onHeadRegression: (tag, from, to) => regressions.push(`${tag} ${from} ${to}`),
    });
    expect(await source.heads()).toEqual({ latest: 10n, safe: 10n, finalized: 10n });
    expect([...source.doubts]).toEqual([]);
    height = 7;
    expect(await source.heads()).toEqual({ latest: 7n, safe: 10n, finalized: 10n });
    expect(await source.heads()).toEqual({ latest: 7n, safe: 10n, finalized: 10n });
    expect(regressions).toEqual(['safe 10 7', 'finalized 10 7']);
    expect([...source.doubts]).toEqual([
      ['safe', 'backwards'],
      ['finalized', 'backwards'],
    ]);
    height = 11;
    expect(await source.heads()).toEqual({ latest: 11n, safe: 11n, finalized: 11n });
    expect([...source.doubts]).toEqual([]);
  });

  it.each<[string, object]>([
    ['null', { result: null }],
    ['an error', { error: { code: -39001, message: 'unknown block' } }],
  ])('keeps safe and finalized where L1 answers %s for them', async (_name, missing) => {
    let gone = false;
    const url = await node((_method, [tag]) => (gone && tag !== 'latest' ? missing : block(10, 10)));
    const source = new L1Source({ urls: [url], ...quick });
    await source.heads();
    gone = true;
    expect(await source.heads()).toEqual({ latest: 10n, safe: 10n, finalized: 10n });
    expect([...source.doubts.values()]).toEqual(['missing', 'missing']);
    gone = false;
    await source.heads();
    expect(source.doubts.size).toBe(0);
  });
});

describe('several endpoints', () => {
  it('go on when one is down', async () => {
    const down = await node((_m, _p, response) => void response.writeHead(503).end());
    const up = await node(() => ({ result: '0x2a' }));
    expect(await new L1Source({ urls: [down, up], ...quick }).request('eth_blockNumber')).toBe('0x2a');
  });

  it('are not believed when two differ', async () => {
    const seen: bigint[] = [];
    const urls = [await node(() => block(5, 50)), await node(() => block(5, 51))];
    const source = new L1Source({ urls, ...quick, onDisagreement: (number) => seen.push(number) });
    await expect(source.agreedBlock(5n)).rejects.toThrow(L1DisagreementError);
    expect(seen).toEqual([5n]);
  });

  it('follow the majority of three and report the odd one', async () => {
    const seen: bigint[] = [];
    const urls = [await node(() => block(5, 51)), await node(() => block(5, 50)), await node(() => block(5, 50))];
    const source = new L1Source({ urls, ...quick, onDisagreement: (number) => seen.push(number) });
    expect((await source.agreedBlock(5n))?.hash).toBe(hash(50));
    expect(seen).toEqual([5n]);
  });

  it('wait for a stale one instead of trusting a single view', async () => {
    const urls = [await node(() => block(5, 50)), await node(() => ({ result: null }))];
    expect(await new L1Source({ urls, ...quick }).agreedBlock(5n)).toBeUndefined();
  });

  it('reach only as far as enough of them do', async () => {
    const urls = [await node(() => block(9, 9)), await node(() => block(4, 4)), await node(() => block(5, 5))];
    expect((await new L1Source({ urls, ...quick }).heads()).latest).toBe(5n);
  });

  const revert = { error: { code: 3, message: 'execution reverted: no', data: '0x' } };
  const three = async (...answers: Answer[]) =>
    new L1Source({ urls: await Promise.all(answers.map((answer) => node(answer))), ...quick });

  it('do not take the refusal of one of three for final, whatever it says', async () => {
    const missing = { error: { code: -32601, message: 'no such method' } };
    for (const lie of [revert, missing]) {
      const source = await three(
        () => lie,
        () => ({ result: '0x2a' }),
        () => ({ result: '0x2a' }),
      );
      expect(await source.request('eth_call')).toBe('0x2a');
      expect(await source.agreed('eth_call', [], String)).toBe('0x2a');
      expect(await source.middle('eth_call', [], (answer) => BigInt(answer as string))).toBe(42n);
    }
  });

  it('refuse once two of three do, although the third would not', async () => {
    const source = await three(
      () => revert,
      () => revert,
      () => ({ result: '0x2a' }),
    );
    await expect(source.agreed('eth_call', [], String)).rejects.toThrow('execution reverted: no');
    await expect(source.middle('eth_call', [], () => 1n)).rejects.toThrow('execution reverted: no');
  });

  it.each(['gas required exceeds allowance (1000000)', 'gas spent exceeded transaction and block gas limit'])(
    'refuse where no gas that a call may take is enough: %s',
    async (message) => {
      const source = await three(...[0, 1, 2].map(() => () => ({ error: { code: -32000, message } })));
      await expect(source.middle('eth_estimateGas', [], () => 1n)).rejects.toThrow(message);
    },
  );

  it('do not refuse where one does and the others are away', async () => {
    const away: Answer = (_m, _p, response) => void response.writeHead(503).end();
    const source = await three(() => revert, away, away);
    await expect(source.request('eth_call')).rejects.toThrow(L1UnavailableError);
    await expect(source.middle('eth_call', [], () => 1n)).rejects.toThrow(L1UnavailableError);
  });

  it('agree on what two of three answer, and on nothing where all differ or answer nonsense', async () => {
    const say = (result: unknown) => () => ({ result });
    const read = (answer: unknown) => ({ number: BigInt(answer as string) });
    const of = async (...results: unknown[]) => (await three(...results.map(say))).agreed('eth_call', [], read);
    expect(await of('0x1', '0x2', '0x2')).toEqual({ number: 2n });
    expect(await of('nonsense', '0x2', '0x02')).toEqual({ number: 2n });
    expect(await of('0x1', '0x2', '0x3')).toBeUndefined();
    expect(await of('nonsense', 'nonsense', '0x3')).toBeUndefined();
  });

  it('show a contract as two of three see it, and not at all where all differ', async () => {
    const contract = {
      address: `0x${'22'.repeat(20)}`,
      abi: parseAbi(['function latestConfirmed() view returns (uint256)']),
    } as const;
    const confirmed = async (...ids: number[]) => {
      const { client } = await three(...ids.map((id) => () => ({ result: hash(id) })));
      return client.readContract({ ...contract, functionName: 'latestConfirmed' });
    };
    expect(await confirmed(9, 1, 1)).toBe(1n);
    await expect(confirmed(9, 1, 2)).rejects.toThrow('too few L1 endpoints agree');
  });

  it('tell a number that one of three can neither raise nor lower', async () => {
    const read = (answer: unknown) => BigInt(answer as string);
    for (const lie of ['0x0', '0xffffffff', 'nonsense']) {
      const source = await three(
        () => ({ result: lie }),
        () => ({ result: '0x10' }),
        () => ({ result: '0x12' }),
      );
      expect([0x10n, 0x12n]).toContain(await source.middle('eth_gasPrice', [], read));
    }
  });

  it('go on soon where one takes questions and never answers', async () => {
    const honest: Answer = (method) => (method === 'eth_getBlockByNumber' ? block(5, 9) : { result: '0x10' });
    const source = await three(() => undefined, honest, honest);
    const begun = performance.now();
    expect((await source.heads()).finalized).toBe(5n);
    expect((await source.agreedBlock(5n))!.hash).toBe(hash(9));
    expect(await source.agreed('eth_call', [], (answer) => answer)).toBe('0x10');
    expect(await source.middle('eth_gasPrice', [], (answer) => BigInt(answer as string))).toBe(16n);
    expect(performance.now() - begun).toBeLessThan(8_000);
  });

  it('wait for the one that decides', async () => {
    const slow: Answer = (_method, _params, response) =>
      void setTimeout(() => response.end(JSON.stringify({ jsonrpc: '2.0', id: 0, result: '0x2' })), 1_200);
    const source = await three(
      () => ({ result: '0x1' }),
      () => ({ result: '0x2' }),
      slow,
    );
    expect(await source.agreed('eth_call', [], (answer) => answer)).toBe('0x2');
  });

  it('are all handed what is to be sent; it fails only where none takes it', async () => {
    const got: number[] = [];
    const at =
      (position: number, answer: object): Answer =>
      () => {
        got.push(position);
        return answer;
      };
    const refuse = { error: { code: -32000, message: 'underpriced' } };
    const source = await three(at(0, { result: '0x' }), at(1, refuse), at(2, { result: '0x' }));
    await source.broadcast('eth_sendRawTransaction', ['0x']);
    while (got.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(got.sort()).toEqual([0, 1, 2]);
    const refused = await three(at(0, refuse), at(1, refuse), at(2, refuse));
    await expect(refused.broadcast('eth_sendRawTransaction', ['0x'])).rejects.toThrow('underpriced');
  });
});
