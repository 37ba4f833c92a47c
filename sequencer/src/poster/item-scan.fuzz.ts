import { describe, expect, it } from '@jest/globals';
import {
  createGenesis,
  encodePayload,
  Engine,
  loadProgram,
  payloadToWords,
  type SealedBlock,
} from '@metachain/program';
import fc from 'fast-check';
import { privateKeyToAccount } from 'viem/accounts';
import type { ChainBlock } from '../chain/chain.types.js';
import { accumulatorOf, depositOf, inputsOf, itemWords, judgeItems, wordsOf } from '../testing/l1-words.js';
import { createBlockSigner } from './block-signer.js';
import { scanItem } from './item-scan.js';
import { createProducerCheck } from './producer-check.js';
import { toUnposted, type UnpostedBlock } from './unposted-block.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);
const CHAIN_ID = 88_006;
const START = 1_800_000_000n;
const producer = privateKeyToAccount(`0x${'0a'.repeat(32)}`);
const { module } = loadProgram();
const genesis = createGenesis({
  chainId: CHAIN_ID,
  timestamp: Number(START),
  producer: producer.address,
  l1Messenger: producer.address,
  l1StandardBridge: producer.address,
});
const sign = createBlockSigner(producer, CHAIN_ID);
const isProduced = createProducerCheck(producer.address, CHAIN_ID);

/** Deposits at these seconds after the start. */
const TIMES = [10n, 20n, 30n, 3_000n];
const messages = TIMES.map((time, index) => depositOf(producer.address, BigInt(index), START + time, 1n));
const messageTime = (index: bigint) => messages[Number(index)]?.l1Timestamp;

interface ItemFields {
  readonly index: bigint;
  readonly timestamp: bigint;
  readonly delayedCount: bigint;
}
const headerOf = ({ timestamp, delayedCount }: Omit<ItemFields, 'index'>, payloadWords: number) =>
  itemWords({
    poster: producer.address,
    l1Timestamp: timestamp,
    l1BaseFee: 1n,
    delayedCount,
    delayedAccumulator: accumulatorOf(messages),
    payloadWords: BigInt(payloadWords),
  });
const early = headerOf({ timestamp: START, delayedCount: 0n }, 0);

/** Blocks of the node: what each takes from L1, and its second. */
const PLAN = [
  { delayed: 1n, priceItem: 0n, time: 100n },
  { delayed: 0n, priceItem: 3n, time: 200n },
  { delayed: 2n, priceItem: 0n, time: 300n },
];

async function build(): Promise<UnpostedBlock[]> {
  const inputs = inputsOf({ item: () => early, message: wordsOf(messages) });
  const engine = Engine.fromGenesis({ module, chainId: CHAIN_ID, inputs }, genesis);
  const blocks: UnpostedBlock[] = [];
  for (const { time, ...fields } of PLAN) {
    const context = { ...fields, timestamp: START + time, producer: producer.address };
    engine.begin(context);
    const block = { block: engine.end(), context, recorded: [] } as unknown as ChainBlock;
    blocks.push(await toUnposted(block, sign));
  }
  return blocks;
}
const own = await build();

/** What the program makes of an item. */
function judge(item: ItemFields, words: Uint8Array): SealedBlock[] {
  const header = headerOf(item, words.length / 32);
  return judgeItems(CHAIN_ID, genesis, [item.index, item.index + 1n], {
    item: (number) => (number === item.index ? header : early),
    payload: () => words,
    message: wordsOf(messages),
  });
}

const seconds = fc.oneof(
  fc.constantFrom(99n, 100n, 199n, 200n, 300n, 3_610n, 3_611n, 3_620n, 3_621n, 3_631n, 6_601n, 86_500n, 86_501n),
  fc.bigInt(1n, 100_000n),
  fc.bigInt(300n, 3_610n),
);
const items = fc.record({
  index: fc.oneof(fc.constant(4n), fc.bigInt(0n, 4n)),
  timestamp: seconds.map((time) => START + time),
  delayedCount: fc.oneof(fc.constant(3n), fc.bigInt(0n, 4n)),
});
/** Blocks of the node, some left out, a byte changed, cut off, with something behind. */
const payloads = fc
  .tuple(
    fc.oneof(fc.constantFrom([0], [0, 1], [0, 1, 2]), fc.subarray([0, 1, 2])),
    fc.option(fc.tuple(fc.nat(500), fc.nat(255)), { freq: 1 }),
    fc.option(fc.nat(500), { freq: 1 }),
    fc.uint8Array({ maxLength: 40 }),
  )
  .map(([places, change, cut, behind]) => {
    const bytes = Buffer.concat([encodePayload(places.map((place) => own[place]!.encoded)), behind]);
    if (change && change[0] < bytes.length) bytes[change[0]] = change[1];
    return payloadToWords(Uint8Array.from(bytes.subarray(0, cut ?? bytes.length)));
  });

describe('a scan of an item', () => {
  it('sees the blocks that the program makes of it, and whether there are others', () => {
    const from = { blockNumber: 0n, headerHash: genesis.hash, delayedConsumed: 0n };
    const blockAt = (number: bigint) => own.find((block) => block.number === number);
    const seen = { same: 0, more: 0 };
    fc.assert(
      fc.property(items, payloads, (item, words) => {
        const scan = scanItem(item as never, words, from, { blockAt, messageTime, isProduced });
        const judged = judge(item, words).map(({ hash }) => hash);
        const known = scan.own.map(({ hash }) => hash);
        expect(judged.slice(0, known.length)).toEqual(known);
        expect(scan.more).toBe(judged.length > known.length);
        seen.same += known.length;
        seen.more += Number(scan.more);
      }),
      { numRuns: RUNS },
    );
    expect([seen.same > RUNS / 10, seen.more > RUNS / 10]).toEqual([true, true]);
  });
});
