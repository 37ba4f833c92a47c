import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { InboxItem } from '@metachain/bridge';
import { toBytes } from 'viem';
import { ItemLedger } from './item-ledger.js';
import { Landing } from './landing.js';
import { PostingRecord } from './posting-record.js';
import { genesis, hash } from './testing/genesis.js';

const POSTER = `0x${'01'.repeat(20)}` as const;
const PAYLOAD = hash(77);

/** An item at an L1 time with the one batch of these tests. */
const item = (timestamp: bigint): InboxItem => {
  const words = new Uint8Array(11 * 32);
  words.set(toBytes(PAYLOAD), 10 * 32);
  const l1 = { blockNumber: 9n, blockHash: hash(9), transactionHash: hash(8), logIndex: 0 };
  const content = { index: 0n, accumulator: hash(5), timestamp, delayedCount: 0n, poster: POSTER, words, l1 };
  return content as unknown as InboxItem;
};

/** The batch was made when the clock of this node said 100. */
const MADE = 100n;
const halt = jest.fn<(reason: string) => void>();
const redate = jest.fn<(number: bigint, at: InboxItem) => Promise<object>>();
let ledger: ItemLedger;
let landing: Landing;
let record: PostingRecord;

const open = async (directory: string) => {
  ledger = new ItemLedger(genesis);
  record = await PostingRecord.open(directory);
  let [time, safe] = [record.find(PAYLOAD)?.datedTo ?? MADE, 0n];
  const parts = {
    record,
    ledger,
    account: { address: POSTER },
    source: { request: async () => null },
    keepL1Blocks: 64n,
    onPosted: () => undefined,
  };
  const chain = {
    halt,
    heads: () => ({ safe }),
    setSafe: async (block: bigint) => void (safe = block),
    markSafe: async (_first: bigint, last: bigint) => void (safe = last),
  };
  redate.mockImplementation(async (number, { timestamp }) => {
    time = timestamp;
    return { number, hash: hash(Number(timestamp)), stateRoot: hash(3), delayedConsumed: 0n };
  });
  const backlog = {
    laterThan: ({ timestamp }: InboxItem) => (time > timestamp ? { number: 1n } : undefined),
    settle: () => undefined,
  };
  const others = [
    chain,
    { redate, messageTime: () => undefined },
    backlog,
    new AbortController().signal,
    () => undefined,
  ];
  landing = new (Landing as unknown as new (...parts: unknown[]) => Landing)(parts, ...others);
};

let directory: string;
beforeEach(async () => {
  halt.mockClear();
  redate.mockClear();
  directory = mkdtempSync(join(tmpdir(), 'landing-'));
  await open(directory);
  await record.intend({
    payloadHash: PAYLOAD,
    first: 1n,
    last: 2n,
    parentHash: genesis.headerHash,
    delayedConsumed: 0n,
    lastHash: hash(4),
    lastStateRoot: hash(6),
    payloadBytes: 10,
    transactions: [],
  });
});

const stateAfter = () => ledger.at(1n)?.headerHash;

describe('a batch that L1 dated back', () => {
  beforeEach(async () => {
    await landing.item(item(90n));
    expect([stateAfter(), record.find(PAYLOAD)?.last]).toEqual([hash(90), 1n]);
  });

  it('and a reorganisation includes at the same time again stays what it was', async () => {
    await landing.reorg(0n);
    await landing.item(item(90n));
    expect([stateAfter(), redate.mock.calls.length, landing.stopReason]).toEqual([hash(90), 1, undefined]);
  });

  it('and a reorganisation includes still earlier is dated back once more', async () => {
    await landing.reorg(0n);
    await landing.item(item(80n));
    expect([stateAfter(), redate.mock.calls.length, landing.stopReason]).toEqual([hash(80), 2, undefined]);
  });

  it.each(['the same life', 'a new life'])('and a reorganisation includes later stops %s of the node', async (life) => {
    await landing.reorg(0n);
    if (life === 'a new life') await open(directory);
    await landing.item(item(95n));
    expect(landing.stopReason).toContain('this node has another chain than L1');
    expect(halt.mock.calls).toEqual([[landing.stopReason]]);
    // Nothing is claimed on L1 any more.
    expect(stateAfter()).toBeUndefined();
  });
});

it('takes a batch that L1 did not date as it was made, however often a reorganisation moves it', async () => {
  for (const time of [100n, 112n, 124n]) {
    await landing.item(item(time));
    expect([stateAfter(), landing.stopReason]).toEqual([hash(4), undefined]);
    await landing.reorg(0n);
  }
  expect(redate).not.toHaveBeenCalled();
});
