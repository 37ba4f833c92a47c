import { describe, expect, it } from '@jest/globals';
import { type Address, concat, type Hex, keccak256, pad, size, slice, toHex as hexOf, zeroHash } from 'viem';

import { LogBuffer } from '../engine/log-buffer.js';
import { genesisHead } from '../engine/seal.js';
import { specVectors } from '../vectors/spec-vectors.js';
import { fromHex, littleEndian, toHex } from './bytes.js';
import { delayedHash, delayedWords, nextAccumulator } from './delayed.js';
import { blobsPayloadHash, calldataRoot, itemHash, itemHeaderWords, type PayloadKind } from './item.js';
import { type BlockRecord, parseBlockRecord, parseRecords } from './records.js';
import { headerHash, outputRoot, tupleHash } from './tuple.js';

const word = (value: Hex | bigint): Hex => hexOf(BigInt(value), { size: 32 });

type Numbers<T extends string> = Readonly<Record<T, Hex>>;

interface Message extends Numbers<'mint' | 'value' | 'gasLimit' | 'l1BlockNumber' | 'l1Timestamp' | 'sourceHash'> {
  readonly sender: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly head: Hex;
  readonly hash: Hex;
  readonly accumulator: Hex;
}

const messages = specVectors<{ cases: readonly Message[] }>('delayed.json').cases;

const decodedMessage = (message: Message) => {
  const { sender, to, sourceHash, data } = message;
  const [mint, value, gasLimit, l1BlockNumber, l1Timestamp] = [
    BigInt(message.mint),
    BigInt(message.value),
    BigInt(message.gasLimit),
    BigInt(message.l1BlockNumber),
    BigInt(message.l1Timestamp),
  ];
  return { sender, to, mint, value, gasLimit, l1BlockNumber, l1Timestamp, sourceHash, data };
};

describe('delayed messages of the vectors', () => {
  it.each(messages.map((message, index) => ({ index, ...message })))('message $index', (message) => {
    const previous = messages[message.index - 1]?.accumulator ?? zeroHash;
    const { sender, to, mint, value, gasLimit, l1BlockNumber, l1Timestamp, sourceHash, data } = message;
    const numbers = [sender, to, mint, value, gasLimit, l1BlockNumber, l1Timestamp].map(word);
    expect(concat([...numbers, sourceHash, word(BigInt(size(data)))])).toBe(message.head);
    expect(keccak256(concat([message.head, keccak256(data)]))).toBe(message.hash);
    expect(keccak256(concat([previous, message.hash]))).toBe(message.accumulator);
    expect(keccak256(concat([zeroHash, keccak256(word(BigInt(message.index)))]))).toBe(sourceHash);

    const decoded = decodedMessage(message);
    const padded = Math.ceil(size(data) / 32) * 32;
    expect(toHex(delayedWords(decoded))).toBe(
      concat([message.head, padded === 0 ? '0x' : pad(data, { dir: 'right', size: padded })]),
    );
    expect(delayedHash(decoded)).toBe(message.hash);
    expect(nextAccumulator(previous, decoded)).toBe(message.accumulator);
  });
});

interface Item extends Numbers<'l1BlockNumber' | 'l1Timestamp' | 'l1BaseFee' | 'l1BlobBaseFee' | 'payloadWords'> {
  readonly poster: Address;
  readonly delayedCount?: Hex;
  readonly delayedAccumulator?: Hex;
  readonly payloadKind?: PayloadKind;
  readonly words?: Hex;
  readonly versionedHashes?: Hex;
  readonly payloadHash: Hex;
  readonly header: Hex;
  readonly hash: Hex;
}

const items = specVectors<{ cases: readonly Item[]; kinds: readonly Item[] }>('items.json');
const KINDS: readonly PayloadKind[] = ['none', 'blobs', 'calldata'];

const wordsOf = (item: Item, previous: Hex): Hex[] => [
  previous,
  ...[item.poster, item.l1BlockNumber, item.l1Timestamp, item.l1BaseFee, item.l1BlobBaseFee].map(word),
  word(item.delayedCount ?? 0n),
  item.delayedAccumulator ?? zeroHash,
  word(BigInt(KINDS.indexOf(item.payloadKind ?? 'calldata'))),
  word(item.payloadWords),
  item.payloadHash,
];

const decodedItem = (item: Item, previous: Hex) => ({
  previous,
  poster: item.poster,
  l1BlockNumber: BigInt(item.l1BlockNumber),
  l1Timestamp: BigInt(item.l1Timestamp),
  l1BaseFee: BigInt(item.l1BaseFee),
  l1BlobBaseFee: BigInt(item.l1BlobBaseFee),
  delayedCount: BigInt(item.delayedCount ?? 0n),
  delayedAccumulator: item.delayedAccumulator ?? zeroHash,
  payloadKind: item.payloadKind ?? 'calldata',
  payloadWords: BigInt(item.payloadWords),
  payloadHash: item.payloadHash,
});

/** The root of l1.md, "Inbox.appendBatch", from the leaves down. */
const merkleRoot = (words: readonly Hex[], depth: number): Hex => {
  if (depth === 0) return words[0] ?? zeroHash;
  const half = 2 ** (depth - 1);
  return keccak256(concat([merkleRoot(words.slice(0, half), depth - 1), merkleRoot(words.slice(half), depth - 1)]));
};

const split = (joined: Hex): Hex[] =>
  Array.from({ length: size(joined) / 32 }, (_, index) => slice(joined, index * 32, index * 32 + 32));

describe.each([
  ['calldata', items.cases],
  ['each kind', items.kinds],
])('items of the vectors: %s', (_, list) => {
  it.each(list.map((item, index) => ({ index, ...item })))('item $index', (item) => {
    const previous = list[item.index - 1]?.hash ?? zeroHash;
    expect(concat(wordsOf(item, previous))).toBe(item.header);
    expect(keccak256(item.header)).toBe(item.hash);
    const decoded = decodedItem(item, previous);
    expect(toHex(itemHeaderWords(decoded))).toBe(item.header);
    expect(itemHash(decoded)).toBe(item.hash);
  });
});

describe('payload hashes of the vectors', () => {
  it.each(items.cases)('calldata $payloadHash', ({ words = '0x', payloadWords, payloadHash }) => {
    expect(BigInt(size(words) / 32)).toBe(BigInt(payloadWords));
    expect(merkleRoot(split(words), Math.ceil(Math.log2(Number(payloadWords))))).toBe(payloadHash);
    expect(calldataRoot(fromHex(words))).toBe(payloadHash);
  });

  it.each(items.kinds.filter(({ versionedHashes }) => versionedHashes))(
    'blobs $payloadHash',
    ({ versionedHashes = '0x', payloadHash }) => {
      expect(keccak256(versionedHashes)).toBe(payloadHash);
      expect(blobsPayloadHash(split(versionedHashes))).toBe(payloadHash);
    },
  );

  it('are of each kind', () => {
    expect(new Set(items.kinds.map(({ payloadKind }) => payloadKind))).toEqual(new Set(KINDS));
  });
});

interface Header {
  readonly parentHash: Hex;
  readonly stateRoot: Hex;
  readonly logHash: Hex;
  readonly hash: Hex;
}

type BlockFields = Readonly<Record<Exclude<keyof BlockRecord, 'transactions' | 'producer'>, string>> &
  Pick<BlockRecord, 'transactions' | 'producer'>;

interface HeaderCase extends Header {
  readonly name: string;
  readonly block: BlockFields;
  readonly records: readonly Hex[];
}

const headers = specVectors<{ genesis: Header; cases: readonly HeaderCase[] }>('headers.json');

const record = (block: BlockFields): Hex => {
  const { number, timestamp, gasUsed, delayedConsumed, l1BytePrice, basePrice } = block;
  const numbers = [number, timestamp, gasUsed, delayedConsumed, l1BytePrice, basePrice];
  const fields = numbers.map((value) => toHex(littleEndian(BigInt(value), 8)));
  return concat(['0x03', ...fields, toHex(littleEndian(BigInt(block.transactions), 4)), block.producer]);
};

const logged = (records: readonly Hex[]): LogBuffer => {
  const log = new LogBuffer();
  for (const each of records) log.append(fromHex(each), 0, size(each));
  return log;
};

describe('headers of the vectors', () => {
  it('start with the genesis', () => {
    const { parentHash, stateRoot, logHash, hash } = headers.genesis;
    expect([parentHash, logHash]).toEqual([zeroHash, zeroHash]);
    expect(keccak256(concat([zeroHash, stateRoot, zeroHash]))).toBe(hash);
    expect(genesisHead(stateRoot)).toEqual({ number: 0n, hash });
  });

  it.each(headers.cases.map((header, index) => ({ index, ...header })))('$name', (header) => {
    const { index, parentHash, stateRoot, logHash, hash, records, block } = header;
    expect(parentHash).toBe(headers.cases[index - 1]?.hash ?? headers.genesis.hash);
    const chained = records.reduce<Hex>((log, each) => keccak256(concat([log, keccak256(each)])), zeroHash);
    expect(chained).toBe(logHash);
    expect(keccak256(concat([parentHash, stateRoot, logHash]))).toBe(hash);
    expect(record(block)).toBe(records.at(-1));

    const log = logged(records);
    expect(toHex(log.hash())).toBe(logHash);
    expect(headerHash(parentHash, stateRoot, logHash)).toBe(hash);
    const parsed = parseBlockRecord(log.records());
    for (const [name, value] of Object.entries(block))
      expect([name, String(parsed[name as keyof BlockRecord])]).toEqual([name, String(value)]);
    expect(parseRecords(log.records()).blockEvents).toHaveLength([0, 1, 3][index]!);
  });
});

type Tuple = Numbers<
  | 'stateRoot'
  | 'headerHash'
  | 'programHash'
  | 'blockNumber'
  | 'itemIndex'
  | 'payloadOffset'
  | 'unitIndex'
  | 'tuple'
  | 'outputRoot'
>;

describe('tuples of the vectors', () => {
  it.each(specVectors<{ cases: readonly Tuple[] }>('tuple.json').cases)('block $blockNumber', (each) => {
    const { stateRoot, headerHash: header, programHash, blockNumber, itemIndex, payloadOffset, unitIndex } = each;
    const sized = (value: Hex, bytes: number): Hex => hexOf(BigInt(value), { size: bytes });
    const position = [sized(blockNumber, 8), sized(itemIndex, 8), sized(payloadOffset, 4), sized(unitIndex, 4)];
    expect(keccak256(concat([stateRoot, header, programHash, ...position]))).toBe(each.tuple);
    expect(keccak256(concat([zeroHash, stateRoot, stateRoot, header]))).toBe(each.outputRoot);
    const tuple = { stateRoot, headerHash: header, programHash, payloadOffset: Number(payloadOffset) };
    const numbers = { blockNumber: BigInt(blockNumber), itemIndex: BigInt(itemIndex), unitIndex: Number(unitIndex) };
    expect(tupleHash({ ...tuple, ...numbers })).toBe(each.tuple);
    expect(outputRoot(stateRoot, header)).toBe(each.outputRoot);
  });
});
