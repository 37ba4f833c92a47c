import { afterEach, describe, expect, it } from '@jest/globals';
import { numberToHex, pad, type Hash, type Hex } from 'viem';

import { L1AnswerDisagreementError, L1UnavailableError } from '../errors.js';
import { answerTo, startRelay, type Question, type Relay } from '../testing/relay.js';
import { fetchFirstLogs, fetchLogs } from './logs.js';
import { L1Source, type L1SourceOptions } from './source.js';

const address = pad('0x1b', { size: 20 });
const word = (value: number): Hash => pad(numberToHex(value), { size: 32 });
/** Blocks with a log each. */
const BUSY = [100, 101, 102, 103, 104, 105, 106, 107, 600, 1_999];
const query = { addresses: [address], topics: [word(1)], fromBlock: 0n, toBlock: 1_999n };

const logOf = (block: number) => ({
  address,
  topics: [word(1)],
  data: `0x${'00'.repeat(500)}`,
  blockNumber: numberToHex(block),
  blockHash: word(block),
  transactionHash: word(block),
  logIndex: '0x0',
});

type Range = readonly [from: number, to: number];
const busyIn = ([from, to]: Range) => BUSY.filter((block) => block >= from && block <= to);
/** How a node answers for a range: an error, nothing at all ("hang"), a closed connection ("cut"), or its logs. */
type Refuse = (range: Range) => object | 'hang' | 'cut' | undefined;
const HANG_MS = 1_000;

const relays: Relay[] = [];
afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.stop())));

/** A node without an L1 behind it, and the ranges that it was asked for. */
async function node(refuse: Refuse) {
  const asked: Range[] = [];
  const relay = await startRelay('', async (question: Question) => {
    const [{ fromBlock, toBlock }] = question.params as [{ fromBlock: Hex; toBlock: Hex }];
    const range = [Number(fromBlock), Number(toBlock)] as const;
    asked.push(range);
    const refusal = refuse(range);
    if (refusal === 'cut') return undefined;
    if (refusal === 'hang') await new Promise((resolve) => setTimeout(resolve, HANG_MS));
    return answerTo(question, refusal instanceof Object ? refusal : { result: busyIn(range).map(logOf) });
  });
  relays.push(relay);
  return { url: relay.url, asked };
}

const sourceOf = (urls: readonly string[], options: Partial<L1SourceOptions> = {}) =>
  new L1Source({ urls, retries: 1, retryDelayMs: 1, timeoutMs: 5_000, ...options });
const blocksOf = (logs: readonly { blockNumber: bigint }[]) => logs.map(({ blockNumber }) => Number(blockNumber));
const error = (code: number, message: string) => ({ error: { code, message } });

describe('a range that is too much for one answer', () => {
  it.each<[string, Refuse]>([
    [
      'more than 10000 results',
      (range) => (busyIn(range).length > 3 ? error(-32005, 'query returned more than 10000 results') : undefined),
    ],
    [
      'a response size',
      (range) => (busyIn(range).length > 3 ? error(-32602, 'Log response size exceeded. You can…') : undefined),
    ],
    ['a block range', ([from, to]) => (to - from >= 500 ? error(-32062, 'Block range is too large') : undefined)],
    [
      'a limited range',
      ([from, to]) => (to - from >= 500 ? error(-32614, 'eth_getLogs is limited to a 500 range') : undefined),
    ],
    ['a large response', (range) => (busyIn(range).length > 3 ? error(-32008, 'Response is too big') : undefined)],
    ['our own limit', () => undefined],
  ])('by %s is read in parts and put together in order', async (_name, refuse) => {
    const { url, asked } = await node(refuse);
    const source = sourceOf([url], { maxResponseBytes: 5_000 });
    expect(blocksOf(await fetchLogs(source, query))).toEqual(BUSY);
    expect(blocksOf(await fetchLogs(source, { ...query, agreed: true }))).toEqual(BUSY);
    // No range is asked for twice: what is too much stays so.
    expect(asked[0]).toEqual([0, 1_999]);
    expect(asked[1]).toEqual([0, 999]);
    expect(asked.length).toBeLessThan(120);
  });

  it('is not started from the top by the next query, and found to have shrunk', async () => {
    let most = 100;
    const { url, asked } = await node(([from, to]) =>
      to - from >= most ? error(-32005, 'block range too wide') : undefined,
    );
    const source = sourceOf([url]);
    await fetchLogs(source, query);
    asked.length = 0;
    await fetchFirstLogs(source, query);
    expect(asked.at(-1)![1]).toBeLessThan(100);
    expect(asked.length).toBeLessThanOrEqual(2);
    most = Number.POSITIVE_INFINITY;
    for (let reads = 0; reads < 9; reads++) await fetchLogs(source, query);
    expect((await fetchFirstLogs(source, query)).toBlock).toBe(1_999n);
  });

  it('reaches as far as one answer where only the first part is asked for', async () => {
    const { url } = await node((range) => (busyIn(range).length > 3 ? error(-32005, 'more than 3 logs') : undefined));
    const { logs, toBlock } = await fetchFirstLogs(sourceOf([url]), query);
    expect(blocksOf(logs)).toEqual(busyIn([0, Number(toBlock)]));
    expect(toBlock).toBeLessThan(1_999n);
  });

  it('is an error in time where a single block is too much', async () => {
    const { url, asked } = await node((range) =>
      busyIn(range).length > 0 ? error(-32005, 'too many results') : undefined,
    );
    await expect(fetchLogs(sourceOf([url]), query)).rejects.toThrow(L1UnavailableError);
    expect(asked.length).toBeLessThan(60);
    expect(asked.slice(-2)).toEqual([
      [100, 100],
      [100, 100],
    ]);
  });
});

describe('a node that does not answer', () => {
  it('in time is asked for one block, and for more once it gives that', async () => {
    const { url, asked } = await node((range) => (busyIn(range).length > 3 ? 'hang' : undefined));
    const source = sourceOf([url], { timeoutMs: 100 });
    expect(blocksOf(await fetchLogs(source, query))).toEqual(BUSY);
    expect(asked.slice(0, 4)).toEqual([
      [0, 1_999],
      [0, 1_999],
      [0, 0],
      [1, 2],
    ]);
  });

  it.each<[string, 'hang' | 'cut', number]>([
    ['at all is asked once more than ever, and then no more', 'hang', 2],
    ['since it is down is asked no more than ever', 'cut', 1],
  ])('%s', async (_name, way, queries) => {
    const { url, asked } = await node(() => way);
    const source = sourceOf([url], { timeoutMs: 50 });
    await expect(fetchLogs(source, query)).rejects.toThrow(L1UnavailableError);
    expect(asked).toHaveLength(queries * 2);
    await expect(fetchLogs(source, query)).rejects.toThrow(L1UnavailableError);
    expect(asked).toHaveLength(queries * 2 + 2);
  });

  it.each([error(-32005, 'daily request count exceeded, request rate limited'), error(-32603, 'internal error')])(
    'but with %j is asked for one block and no other part',
    async (refusal) => {
      const { url, asked } = await node(() => refusal);
      await expect(fetchLogs(sourceOf([url]), query)).rejects.toThrow(L1UnavailableError);
      expect(asked.slice(2)).toEqual([
        [0, 0],
        [0, 0],
      ]);
    },
  );
});

describe('several nodes', () => {
  const refusing: Refuse = ([from, to]) => (to - from >= 900 ? error(-32005, 'block range too large') : undefined);
  const free: Refuse = () => undefined;
  const nodes = (...all: Refuse[]) => Promise.all(all.map(node));

  it.each([false, true])('do not shrink a range for the refusal of one of three (agreed: %s)', async (agreed) => {
    const all = await nodes(refusing, free, free);
    const source = sourceOf(all.map(({ url }) => url));
    expect(blocksOf(await fetchLogs(source, { ...query, agreed }))).toEqual(BUSY);
    expect(all[1]!.asked).toEqual([[0, 1_999]]);
  });

  it('agree on parts where two of three refuse the whole', async () => {
    const all = await nodes(refusing, free, refusing);
    const source = sourceOf(all.map(({ url }) => url));
    expect(blocksOf(await fetchLogs(source, { ...query, agreed: true }))).toEqual(BUSY);
    expect(all[0]!.asked.slice(0, 3)).toEqual([
      [0, 1_999],
      [0, 999],
      [0, 499],
    ]);
  });

  it('agree on parts where two of three are silent on the whole', async () => {
    const silent: Refuse = ([from, to]) => (to - from >= 900 ? 'hang' : undefined);
    const all = await nodes(silent, free, silent);
    const source = sourceOf(
      all.map(({ url }) => url),
      { timeoutMs: 100 },
    );
    expect(blocksOf(await fetchLogs(source, { ...query, agreed: true }))).toEqual(BUSY);
  });

  it('agree on no part where two of three are down', async () => {
    const all = await nodes(
      () => 'cut',
      free,
      () => 'cut',
    );
    const source = sourceOf(all.map(({ url }) => url));
    await expect(fetchLogs(source, { ...query, agreed: true })).rejects.toThrow(L1AnswerDisagreementError);
    expect(all[1]!.asked).toEqual([
      [0, 1_999],
      [0, 0],
    ]);
  });
});
