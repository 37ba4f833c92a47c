import { CodecError } from '../errors.js';
import type { ProgramEvent, ProgramReceipt, SealedBlock } from '../engine/types.js';
import { RecordReader } from './record-reader.js';

const EVENT = 1;
const RECEIPT = 2;
const BLOCK = 3;
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

const readEvent = (reader: RecordReader): ProgramEvent => {
  const count = reader.byte();
  if (count > 4) throw new CodecError('codec/record', `${count} topics`);
  const length = reader.uint16();
  const address = reader.hex(20);
  const topics = Array.from({ length: count }, () => reader.hex(32));
  return { address, topics, data: reader.hex(length) };
};

const readReceipt = (reader: RecordReader, events: readonly ProgramEvent[]): ProgramReceipt => {
  const kind = kinds[reader.byte() - 1];
  if (kind === undefined) throw new CodecError('codec/record', 'unknown kind of receipt');
  return {
    kind,
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

/** Tag and fields of the block record, which is the last of a block. */
const BLOCK_RECORD_BYTES = 1 + 6 * 8 + 4 + 20;

/** The block record at the end of a block's records. Fails: codec/record when there is none. */
export const parseBlockRecord = (bytes: Uint8Array): BlockRecord => {
  const start = bytes.length - BLOCK_RECORD_BYTES;
  if (start < 0 || bytes[start] !== BLOCK)
    throw new CodecError('codec/record', 'the records do not end with a block record');
  return readBlockRecord(new RecordReader(bytes.subarray(start + 1)));
};
