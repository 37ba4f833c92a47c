import type { Hex } from 'viem';

import { CodecError } from '../errors.js';
import type { ProgramEvent, ProgramReceipt, SealedBlock } from '../engine/types.js';
import type { HexCache } from './hex-cache.js';
import { RecordReader } from './record-reader.js';

const EVENT = 1;
const RECEIPT = 2;
const BLOCK = 3;
/** Where the address of an event stands: behind tag, number of topics and length of the data. */
const EVENT_ADDRESS = 1 + 1 + 2;
/** Tag and fields of a receipt, and of the block record, which is the last of a block. */
const RECEIPT_RECORD_BYTES = 1 + 3 + 4 + 3 * 8 + 16 + 8 + 32 + 20 + 8 + 4;
const BLOCK_RECORD_BYTES = 1 + 6 * 8 + 4 + 20;
const kinds = ['ethereum', 'packed', 'delayed'] as const;

/** The fields of a block record (docs/spec/logs.md, 0x03). */
export type BlockRecord = Pick<
  SealedBlock,
  'number' | 'timestamp' | 'gasUsed' | 'delayedConsumed' | 'l1BytePrice' | 'basePrice' | 'producer'
> & { readonly transactions: number };

export interface ParsedRecords {
  readonly receipts: readonly ProgramReceipt[];
  readonly block: BlockRecord | undefined;
  /** Events after the last receipt: those of the block hooks. */
  readonly blockEvents: readonly ProgramEvent[];
}

const readTopicCount = (reader: RecordReader): number => {
  const count = reader.byte();
  if (count > 4) throw new CodecError('codec/record', `${count} topics`);
  return count;
};

const readKind = (reader: RecordReader): ProgramReceipt['kind'] => {
  const kind = kinds[reader.byte() - 1];
  if (kind === undefined) throw new CodecError('codec/record', 'unknown kind of receipt');
  return kind;
};

const readEvent = (reader: RecordReader): ProgramEvent => {
  const count = readTopicCount(reader);
  const length = reader.uint16();
  const address = reader.hex(20);
  const topics = Array.from({ length: count }, () => reader.hex(32));
  return { address, topics, data: reader.hex(length) };
};

const readReceipt = (reader: RecordReader, events: readonly ProgramEvent[]): ProgramReceipt => {
  return {
    kind: readKind(reader),
    status: reader.byte() === 0 ? 'ok' : 'failed',
    operations: reader.byte(),
    code: reader.uint32(),
    gasUsed: reader.uint64(),
    l1Gas: reader.uint64(),
    effectiveGasPrice: reader.uint64(),
    fee: reader.uint128(),
    feeToken: reader.uint64(),
    hash: reader.hex(32),
    sender: reader.hex(20),
    nonce: reader.uint64(),
    lane: reader.uint32(),
    events,
  };
};

const readBlockRecord = (reader: RecordReader): BlockRecord => ({
  number: reader.uint64(),
  timestamp: reader.uint64(),
  gasUsed: reader.uint64(),
  delayedConsumed: reader.uint64(),
  l1BytePrice: reader.uint64(),
  basePrice: reader.uint64(),
  transactions: reader.uint32(),
  producer: reader.hex(20),
});

/** What an index needs to know of a transaction: read many times faster than the whole receipt. */
export interface RecordSummary {
  readonly kind: ProgramReceipt['kind'];
  readonly gasUsed: bigint;
  /** 32 bytes, a view. */
  readonly hash: Uint8Array;
  readonly sender: Hex;
  /** Events in order, without their data. */
  readonly logs: readonly Pick<ProgramEvent, 'address' | 'topics'>[];
}

const readLog = (reader: RecordReader, texts: HexCache): RecordSummary['logs'][number] => {
  const topicCount = readTopicCount(reader);
  const length = reader.uint16();
  const address = reader.recurringHex(20, texts);
  const topics: Hex[] = [];
  for (let topic = 0; topic < topicCount; topic++) topics.push(reader.recurringHex(32, texts));
  reader.skip(length);
  return { address, topics };
};

/**
 * Sums up the records of one transaction, as `splitRecords` cut them out. `texts` serves many transactions: they name the same accounts,
 * pools and topics. Fails: codec/record, codec/truncated.
 */
export const summarizeRecords = (bytes: Uint8Array, texts: HexCache): RecordSummary => {
  const reader = new RecordReader(bytes);
  const logs: RecordSummary['logs'][number][] = [];
  let tag = reader.byte();
  for (; tag === EVENT; tag = reader.byte()) logs.push(readLog(reader, texts));
  if (tag !== RECEIPT) throw new CodecError('codec/record', `unknown record ${tag}`);
  const kind = readKind(reader);
  reader.skip(1 + 1 + 4);
  const gasUsed = reader.uint64();
  reader.skip(8 + 8 + 16 + 8);
  return { kind, gasUsed, hash: reader.slice(32), sender: reader.recurringHex(20, texts), logs };
};

/**
 * Cuts a block's records into those of its transactions: the events of each, then its receipt. Views into `bytes`; what follows the last
 * receipt is left out. Fails: codec/record, codec/truncated.
 */
export const splitRecords = (bytes: Uint8Array): Uint8Array[] => {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at]!;
    const end = at + recordBytes(bytes, at);
    if (end > bytes.length) throw new CodecError('codec/truncated', `a record ends at ${end} of ${bytes.length} bytes`);
    if (tag === RECEIPT) {
      parts.push(bytes.subarray(start, end));
      start = end;
    }
    at = end;
  }
  return parts;
};

/** Whether an event in these records comes from `address` (20 bytes). Fails: codec/record. */
export const hasEventFrom = (bytes: Uint8Array, address: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length; at += recordBytes(bytes, at)) {
    if (bytes[at] === EVENT && standsAt(bytes, at + EVENT_ADDRESS, address)) return true;
  }
  return false;
};

/** From the end: system addresses begin alike. */
const standsAt = (bytes: Uint8Array, start: number, part: Uint8Array): boolean => {
  for (let place = part.length - 1; place >= 0; place--) if (bytes[start + place] !== part[place]) return false;
  return true;
};

/** Length of the record at `at`; beyond the end if its head is cut off. */
const recordBytes = (bytes: Uint8Array, at: number): number => {
  const tag = bytes[at];
  if (tag === RECEIPT) return RECEIPT_RECORD_BYTES;
  if (tag === BLOCK) return BLOCK_RECORD_BYTES;
  if (tag !== EVENT) throw new CodecError('codec/record', `unknown record ${tag}`);
  if (at + 4 > bytes.length) return bytes.length - at + 1;
  return EVENT_ADDRESS + 20 + 32 * bytes[at + 1]! + (bytes[at + 2]! | (bytes[at + 3]! << 8));
};

/** Parses the records of one block in the order in which the rules wrote them. Fails: codec/record, codec/truncated. */
export const parseRecords = (bytes: Uint8Array): ParsedRecords => {
  const reader = new RecordReader(bytes);
  const receipts: ProgramReceipt[] = [];
  let events: ProgramEvent[] = [];
  let block: BlockRecord | undefined;
  while (reader.remaining > 0) {
    const tag = reader.byte();
    if (tag === EVENT) events.push(readEvent(reader));
    else if (tag === RECEIPT) {
      receipts.push(readReceipt(reader, events));
      events = [];
    } else if (tag === BLOCK) block = readBlockRecord(reader);
    else throw new CodecError('codec/record', `unknown record ${tag}`);
  }
  return { receipts, block, blockEvents: events };
};

/** The block record at the end of a block's records. Fails: codec/record when there is none. */
export const parseBlockRecord = (bytes: Uint8Array): BlockRecord => {
  const start = bytes.length - BLOCK_RECORD_BYTES;
  if (start < 0 || bytes[start] !== BLOCK)
    throw new CodecError('codec/record', 'the records do not end with a block record');
  return readBlockRecord(new RecordReader(bytes.subarray(start + 1)));
};
