import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  compactSignature,
  contentHash,
  createGenesis,
  encodeBlock,
  encodePayload,
  Engine,
  frameEthereum,
  fromHex,
  itemHash,
  itemHeaderWords,
  loadProgram,
  payloadToWords,
  producerDigest,
} from '@metachain/program';
import type { Hash, Hex } from 'viem';
import { zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { SignaturePool } from '../derive/signature-pool.js';
import { genesisBoundary } from './boundary.js';
import { Replayer } from './replayer.js';

const CHAIN_ID = 7_774;
const START = 1_800_000_000n;
const BLOCKS = 6;
const producer = privateKeyToAccount(`0x${'61'.repeat(32)}`);
const stranger = privateKeyToAccount(`0x${'62'.repeat(32)}`);
const { module } = loadProgram();
const genesis = createGenesis({
  chainId: CHAIN_ID,
  timestamp: Number(START),
  producer: producer.address,
  l1Messenger: producer.address,
  l1StandardBridge: producer.address,
  allocations: [{ token: 0, account: stranger.address, amount: 10n ** 24n }],
});
const openEngine = () => Engine.fromGenesis({ module, chainId: CHAIN_ID }, genesis);

interface BlockFields {
  readonly parent: Hex;
  readonly timestamp: bigint;
  readonly content: Uint8Array;
  readonly delayed?: bigint;
}

async function sign({ delayed = 0n, ...fields }: BlockFields, signer = producer): Promise<Uint8Array> {
  const head = { ...fields, delayed, priceItem: 0n };
  const hash = producerDigest(CHAIN_ID, { ...head, contentHash: contentHash(fields.content) });
  return encodeBlock({ ...head, signature: compactSignature(await signer.sign({ hash })) });
}

async function transfer(nonce: number): Promise<Uint8Array> {
  const fees = { gas: 3_000_000n, maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 0n };
  const fields = { type: 'eip1559', chainId: CHAIN_ID, nonce, to: producer.address, value: 1n, ...fees };
  return frameEthereum(fromHex(await stranger.signTransaction(fields as never)));
}

/** What the honest producer makes, ten seconds apart: blocks of one transfer, and their headers, genesis first. */
const blocks: Uint8Array[] = [];
const headers: Hash[] = [genesis.hash];
beforeAll(async () => {
  const engine = openEngine();
  for (let number = 0; number < BLOCKS; number++) {
    const context = { timestamp: timeOf(number), delayed: 0n, priceItem: 0n, producer: producer.address };
    const content = await transfer(number);
    engine.begin(context);
    expect(engine.apply(content).status).toBe('executed');
    engine.end();
    blocks.push(await sign({ parent: headers[number]!, timestamp: context.timestamp, content }));
    headers.push(engine.head.hash);
  }
});
const timeOf = (number: number) => START + 10n * BigInt(number + 1);

/** L1 as the replay sees it. */
class Items {
  readonly items: { words: Uint8Array; index: bigint; accumulator: Hash; payload: Uint8Array }[] = [];
  readonly messages = [];

  add(posted: readonly Uint8Array[]): void {
    const payload = payloadToWords(encodePayload(posted));
    const header = {
      previous: this.items.at(-1)?.accumulator ?? zeroHash,
      poster: stranger.address,
      l1BlockNumber: 1n,
      l1Timestamp: timeOf(BLOCKS),
      l1BaseFee: 1n,
      l1BlobBaseFee: 1n,
      delayedCount: 0n,
      delayedAccumulator: zeroHash,
      payloadKind: 'calldata' as const,
      payloadWords: BigInt(payload.length / 32),
      payloadHash: zeroHash,
    };
    const index = BigInt(this.items.length);
    this.items.push({ words: itemHeaderWords(header), index, accumulator: itemHash(header), payload });
  }
}

let l1: Items;
beforeEach(() => {
  l1 = new Items();
});

/** Replays all items, each prepared ahead with so many behind it as the prover does it (-1: none); tells which blocks were prepared, and which were run with a memo. */
async function replayAll(ahead = 5, preparing = true) {
  const pool = new SignaturePool(module, CHAIN_ID, 0);
  const prepare = jest.spyOn(pool, 'prepare');
  const engine = openEngine();
  const run = jest.spyOn(engine, 'runUnit');
  const boundary = genesisBoundary(genesis.stateRoot, genesis.hash);
  const replayer = new Replayer(engine, boundary, l1, preparing ? pool : undefined);
  const prepared = new Set<bigint>();
  for (const item of l1.items) {
    for (const next of l1.items.slice(Number(item.index), Number(item.index) + 1 + ahead)) {
      if (prepared.has(next.index)) continue;
      prepared.add(next.index);
      replayer.prepareAhead(next as never, next.payload);
    }
    await replayer.replay(item as never, item.payload);
  }
  await pool.close();
  return {
    boundary: replayer.boundary,
    prepared: prepare.mock.calls.length,
    withMemo: run.mock.calls.filter(([, , memo]) => memo !== undefined && memo.length > 0).length,
  };
}

const plain = () => replayAll(0, false);

describe('blocks of the producer', () => {
  it('are each prepared once, all of the items ahead at once, and run with what was prepared', async () => {
    l1.add(blocks.slice(0, 2));
    l1.add(blocks.slice(2, 3));
    l1.add(blocks.slice(3));
    const { boundary, ...counts } = await replayAll();
    expect(counts).toEqual({ prepared: BLOCKS, withMemo: BLOCKS });
    expect(boundary.headerHash).toBe(headers.at(-1));
    expect(boundary).toEqual((await plain()).boundary);
  });

  it('are prepared in their turn where nothing was looked ahead at', async () => {
    l1.add(blocks);
    const { boundary, ...counts } = await replayAll(-1);
    expect(counts).toEqual({ prepared: BLOCKS, withMemo: BLOCKS });
    expect(boundary.headerHash).toBe(headers.at(-1));
  });

  it('are what they are where preparation fails', async () => {
    l1.add(blocks);
    const replayer = new Replayer(openEngine(), genesisBoundary(genesis.stateRoot, genesis.hash), l1, {
      prepare: () => ({ done: true, memo: Promise.reject(new TypeError('a thread ended')) }),
      help: () => false,
    });
    await replayer.replay(l1.items[0] as never, l1.items[0]!.payload);
    expect(replayer.boundary.headerHash).toBe(headers.at(-1));
  });

  it('are prepared once more where the chain went back', async () => {
    l1.add(blocks);
    const prepare = jest.fn(() => ({ done: true, memo: Promise.resolve(new Int32Array()) }));
    const start = genesisBoundary(genesis.stateRoot, genesis.hash);
    const replayer = new Replayer(openEngine(), start, l1, { prepare, help: () => false });
    for (let times = 1; times <= 2; times++) {
      await replayer.replay(l1.items[0] as never, l1.items[0]!.payload);
      expect(prepare).toHaveBeenCalledTimes(times * BLOCKS);
      expect(replayer.revertTo(start)).toBe(true);
    }
  });
});

/** 30 items of one transaction, which carries its payload once. */
const ITEMS = 30;

describe('junk that names the header at which the chain stands', () => {
  const bent = (block: Uint8Array, at: number) => block.map((byte, index) => (index === at ? byte ^ 1 : byte));

  it.each([
    ['signed by somebody else', (fields: BlockFields) => sign(fields, stranger)],
    ['with a signature of nothing', async (fields: BlockFields) => bent(await sign(fields), 100)],
    ['with the head of the producer and other content', async (fields: BlockFields) => bent(await sign(fields), 200)],
  ])('%s, has no signature recovered', async (_name, make) => {
    l1.add(blocks.slice(0, 1));
    const content = Buffer.concat(await Promise.all(Array.from({ length: 20 }, (_, nonce) => transfer(nonce))));
    const junk = await make({ parent: headers[1]!, timestamp: timeOf(1), content });
    for (let times = 0; times < ITEMS; times++) l1.add([junk]);
    l1.add(blocks.slice(1));
    const { boundary, ...counts } = await replayAll();
    expect(counts).toEqual({ prepared: BLOCKS, withMemo: BLOCKS });
    expect(boundary).toEqual((await plain()).boundary);
  });
});

describe('a block of the producer', () => {
  it.each([
    ['that the chain has passed long ago', [0]],
    ['that was the newest', [2]],
    ['in front of others', [0, 1, 2]],
  ])('%s, posted again and again, has no signature recovered again', async (_name, places) => {
    l1.add(blocks.slice(0, 3));
    for (let times = 0; times < ITEMS; times++) l1.add(places.map((place) => blocks[place]!));
    l1.add(blocks.slice(3));
    const { boundary, ...counts } = await replayAll();
    expect(counts).toEqual({ prepared: BLOCKS, withMemo: BLOCKS });
    expect(boundary.headerHash).toBe(headers.at(-1));
  });

  it('posted before its turn, again and again, is prepared once, and run with that in its turn', async () => {
    for (let times = 0; times < ITEMS; times++) l1.add(blocks.slice(2));
    l1.add(blocks);
    const { boundary, ...counts } = await replayAll();
    expect(counts).toEqual({ prepared: BLOCKS, withMemo: BLOCKS });
    expect(boundary.headerHash).toBe(headers.at(-1));
  });

  it('that its item may not yet take is prepared once, however often it is posted', async () => {
    const early = { parent: genesis.hash, timestamp: timeOf(0), content: await transfer(0), delayed: 1n };
    for (let times = 0; times < ITEMS; times++) l1.add([await sign(early)]);
    const { boundary, prepared } = await replayAll();
    expect([prepared, boundary.blockNumber]).toEqual([1, 0n]);
  });
});
