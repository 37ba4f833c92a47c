import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { InboxItem } from '@metachain/bridge';
import { encodeBlock, encodePayload, payloadToWords } from '@metachain/program';
import { type Hex, toBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { MadeBlock } from '../engine/engine.types.js';
import { createBlockSigner } from './block-signer.js';
import { ItemLedger } from './item-ledger.js';
import { Landing } from './landing.js';
import { PostingRecord } from './posting-record.js';
import { createProducerCheck } from './producer-check.js';
import { genesis, hash } from './testing/genesis.js';

const CHAIN_ID = 5;
const POSTER: Hex = `0x${'01'.repeat(20)}`;
const STRANGER: Hex = `0x${'02'.repeat(20)}`;
const PAYLOAD = hash(77);
const producer = privateKeyToAccount(`0x${'0e'.repeat(32)}`);
const sign = createBlockSigner(producer, CHAIN_ID);

/** Blocks 1 and 2 of this node, at second 100. */
const blockOf = async (number: number) => {
  const context = { timestamp: 100n, delayed: 0n, priceItem: 0n, producer: producer.address };
  const parent = hash(number);
  const fields = { parent, ...context, content: Uint8Array.of(number) };
  const encoded = encodeBlock({ ...fields, signature: await sign(fields) });
  const place = { number: BigInt(number), parentHash: parent, hash: hash(number + 1), stateRoot: hash(50 + number) };
  return { ...place, context, delayedConsumed: 0n, encoded };
};
const blocks = await Promise.all([blockOf(1), blockOf(2)]);
const wordsOf = (count: number) => payloadToWords(encodePayload(blocks.slice(0, count).map(({ encoded }) => encoded)));

interface ItemFields {
  readonly time: bigint;
  readonly payload?: Hex;
  readonly poster?: Hex;
  readonly index?: number;
}
/** An item at an L1 time, by default with the one batch of these tests. Its hash says all of it, as on L1. */
const item = ({ time, payload = PAYLOAD, poster = POSTER, index = 0 }: ItemFields): InboxItem => {
  const words = new Uint8Array(11 * 32);
  words.set(toBytes(payload), 10 * 32);
  const l1 = { blockNumber: 9n, blockHash: hash(9), transactionHash: hash(8), logIndex: 0 };
  const accumulator = `0x${time.toString(16).padStart(8, '0')}${payload.slice(10, 64)}${poster.slice(-2)}` as Hex;
  const content = { index: BigInt(index), accumulator, timestamp: time, delayedCount: 0n, poster, words, l1 };
  return { ...content, payloadWords: 10, payload: { kind: 'calldata' } } as unknown as InboxItem;
};

const halt = jest.fn<(reason: string) => void>();
const derive = jest.fn<(...request: unknown[]) => Promise<readonly MadeBlock[]>>();
const payloadWords = jest.fn<() => Promise<Uint8Array | undefined>>();
const status = { synced: true };
let ledger: ItemLedger;
let landing: Landing;
let record: PostingRecord;
let safe: bigint;
/** What the node has at its numbers. */
let own: Map<bigint, Hex>;

const open = async (directory: string) => {
  ledger = new ItemLedger(genesis);
  record = await PostingRecord.open(directory);
  safe = 0n;
  const parts = {
    record,
    ledger,
    account: { address: POSTER },
    source: { request: async () => null },
    keepL1Blocks: 64n,
    isProduced: createProducerCheck(producer.address, CHAIN_ID),
    onPosted: () => undefined,
  };
  const chain = {
    halt,
    heads: () => ({ safe }),
    setSafe: async (block: bigint) => void (safe = block),
    markSafe: async (_first: bigint, last: bigint) => void (safe = last),
  };
  const backlog = {
    at: (number: bigint) => blocks.find((block) => block.number === number && own.get(number) === block.hash),
    contradicts: ({ last, lastHash }: { last: bigint; lastHash: Hex }) => last > 0n && own.get(last) !== lastHash,
    settle: () => undefined,
  };
  const l1 = { derive, payloadWords, messageTime: () => undefined, undoFrom: jest.fn(), status };
  const others = [chain, l1, backlog, new AbortController().signal, () => undefined];
  landing = new (Landing as unknown as new (...parts: unknown[]) => Landing)(parts, ...others);
};

/** The engine makes block 1 alone, with a hash that says the item's time. */
const dates = async (...[, , at]: unknown[]): Promise<readonly MadeBlock[]> => {
  const made = hash(Number((at as InboxItem).timestamp));
  own = new Map([[1n, made]]);
  return [{ number: 1n, hash: made, stateRoot: hash(3), delayedConsumed: 0n, forced: false }];
};

let directory: string;
beforeEach(async () => {
  for (const mock of [halt, derive, payloadWords]) mock.mockReset();
  derive.mockImplementation(dates);
  payloadWords.mockImplementation(async () => wordsOf(2));
  status.synced = true;
  own = new Map(blocks.map((block) => [block.number, block.hash]));
  directory = mkdtempSync(join(tmpdir(), 'landing-'));
  await open(directory);
  await record.intend({
    payloadHash: PAYLOAD,
    first: 1n,
    last: 2n,
    parentHash: genesis.headerHash,
    delayedConsumed: 0n,
    lastHash: hash(3),
    lastStateRoot: hash(52),
    payloadBytes: 10,
    terms: { oldest: 100n, newest: 100n, consumedByFirst: 0n, consumedByLast: 0n, priceItem: 0n },
    transactions: [],
  });
});

const stateAfter = () => ledger.at(1n)?.headerHash;
const calls = () => [payloadWords.mock.calls.length, derive.mock.calls.length];

it('takes a batch as it was made without reading it, however often a reorganisation moves it', async () => {
  for (const time of [100n, 112n, 86_500n]) {
    await landing.item(item({ time }));
    expect([stateAfter(), safe]).toEqual([hash(3), 2n]);
    await landing.reorg(0n, 0n);
  }
  expect(calls()).toEqual([0, 0]);
});

describe('a batch that L1 dates anew', () => {
  it.each([
    ['back', 99n],
    ['up', 86_501n],
  ])('%s is derived', async (_way, time) => {
    await landing.item(item({ time }));
    expect([stateAfter(), safe, landing.stopReason]).toEqual([hash(Number(time)), 1n, undefined]);
  });

  it.each(['the same life', 'a new life'])(
    'is derived anew after a reorganisation, in %s of the node',
    async (life) => {
      for (const [time, made] of [90n, 80n, 95n, 90n].entries()) {
        if (life === 'a new life') await open(directory);
        await landing.item(item({ time: made }));
        expect([stateAfter(), time + 1]).toEqual([hash(Number(made)), derive.mock.calls.length]);
        await landing.reorg(0n, 0n);
      }
      expect(landing.stopReason).toBeUndefined();
    },
  );

  it('is not derived again at a restart', async () => {
    await landing.item(item({ time: 90n }));
    await open(directory);
    await landing.item(item({ time: 90n }));
    expect([stateAfter(), ...calls()]).toEqual([hash(90), 1, 1]);
  });
});

it('derives a batch whose blocks the node has undone meanwhile', async () => {
  own.set(2n, hash(99));
  await landing.item(item({ time: 100n }));
  expect(derive.mock.calls).toMatchObject([
    [{ number: 1n, hash: hash(2) }, 0n, { index: 0n }, { offset: 1 + 145, unit: 1 }, wordsOf(2)],
  ]);
});

describe("a stranger's item", () => {
  const copied = { time: 100n, payload: hash(78), poster: STRANGER };

  it('with the first block of a batch makes that block safe, and the batch behind it nothing', async () => {
    payloadWords.mockImplementationOnce(async () => wordsOf(1));
    await landing.item(item(copied));
    expect([stateAfter(), safe]).toEqual([hash(2), 1n]);
    await landing.item(item({ time: 101n, index: 1 }));
    expect([ledger.latest.headerHash, safe, derive.mock.calls.length]).toEqual([hash(2), 1n, 0]);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['noise', payloadToWords(Uint8Array.of(1, 1, 2, 3))],
    ['a block of its own', payloadToWords(encodePayload([Uint8Array.from(blocks[0]!.encoded).fill(7, 80, 144)]))],
    ['a block with other content', payloadToWords(encodePayload([Uint8Array.from(blocks[0]!.encoded).fill(7, 144)]))],
  ])('with %s costs the engine nothing, nor a restart', async (_name, words) => {
    payloadWords.mockImplementation(async () => words);
    await landing.item(item(copied));
    await open(directory);
    await landing.item(item(copied));
    expect([stateAfter(), safe, ...calls()]).toEqual([genesis.headerHash, 0n, 1, 0]);
  });
});

describe("a block of this node's producer that the node does not know", () => {
  const unknown = { time: 100n, payload: hash(79) };
  beforeEach(() => {
    own = new Map();
  });

  it('is taken over while the node catches up', async () => {
    status.synced = false;
    await landing.item(item(unknown));
    expect([stateAfter(), safe, landing.stopReason]).toEqual([hash(100), 1n, undefined]);
  });

  it('stops the node later, where its own poster sent it', async () => {
    await landing.item(item(unknown));
    expect(halt.mock.calls).toEqual([[landing.stopReason]]);
    expect(landing.stopReason).toContain('another node runs with the same keys');
  });

  it('is taken over later, where a stranger posted what this node once signed', async () => {
    await landing.item(item({ ...unknown, poster: STRANGER }));
    expect([stateAfter(), landing.stopReason]).toEqual([hash(100), undefined]);
  });

  it('is no sign of another node when a reorganisation moves what was taken over', async () => {
    status.synced = false;
    await landing.item(item(unknown));
    status.synced = true;
    await landing.reorg(0n, 0n);
    await landing.item(item({ ...unknown, time: 130n }));
    expect([stateAfter(), landing.stopReason]).toEqual([hash(130), undefined]);
  });
});

it('undoes blocks that nobody signed when L1 drops the item that forced them', async () => {
  derive.mockImplementation(async () => [
    { number: 1n, hash: hash(40), stateRoot: hash(3), delayedConsumed: 0n, forced: true },
  ]);
  const undoFrom = jest.fn<(...undo: unknown[]) => Promise<void>>();
  (landing as unknown as { l1: { undoFrom: typeof undoFrom } }).l1.undoFrom = undoFrom;
  own = new Map();
  await landing.item(item({ time: 100n, payload: hash(80), poster: STRANGER }));
  await landing.reorg(0n, 7n);
  expect(undoFrom.mock.calls).toEqual([[1n, expect.any(String), 0n, 7n]]);
});
