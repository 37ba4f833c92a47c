import type { BlockContext } from '@metachain/program';
import type { Hex } from 'viem';
import { ByteReader, ByteWriter } from './bytes.js';

/** Words of an L1 item header or delayed message as the rules read them, with their absolute number. */
export interface InputWords {
  readonly index: bigint;
  readonly words: Uint8Array;
  /** Delayed messages: the op-stack transaction hash, which only the index uses. Else empty. */
  readonly alias: Uint8Array;
}

/** Everything that decides the state, in the order in which it was applied. A journal replays without L1. */
export type JournalEntry =
  /** A block was opened. `messages` and `item`: the L1 inputs that the block may read. */
  | {
      readonly kind: 'begin';
      readonly context: BlockContext;
      readonly messages: readonly InputWords[];
      readonly item: InputWords | undefined;
    }
  /** A transaction that is part of the open block. `memo`: results of its hashes and signatures, so that a replay need not recover keys. */
  | { readonly kind: 'transaction'; readonly wire: Uint8Array; readonly memo: Uint8Array }
  /** A transaction that waits: for an earlier nonce, or to be executed again after an undo. */
  | { readonly kind: 'queued'; readonly wire: Uint8Array; readonly memo: Uint8Array }
  /** The open block was sealed with this hash. */
  | { readonly kind: 'seal'; readonly number: bigint; readonly hash: Hex }
  /** A block that the program made of an item of L1, and all that it needs to make it again. */
  | {
      readonly kind: 'derived';
      readonly number: bigint;
      readonly hash: Hex;
      readonly item: InputWords;
      /** Byte of the item's payload at which the unit starts. */
      readonly offset: number;
      /** Words of the payload, from word `first` on. */
      readonly payload: { readonly first: number; readonly words: Uint8Array };
      readonly messages: readonly InputWords[];
      /** Items whose prices the block took. */
      readonly items: readonly InputWords[];
      readonly transactions: readonly { readonly wire: Uint8Array; readonly memo: Uint8Array }[];
    }
  /** Blocks above `number`, and the open one, were undone. Their transactions wait again, before those that waited already. */
  | { readonly kind: 'undo'; readonly number: bigint }
  /** A transaction that waited does so no longer: the rules refused it when its turn came, or its sender replaced it. */
  | { readonly kind: 'dropped'; readonly hash: Hex };

const KINDS = ['begin', 'transaction', 'queued', 'seal', 'undo', 'derived', 'dropped'] as const;

/** Appends one entry: kind byte, then its fields. */
export function writeEntry(writer: ByteWriter, entry: JournalEntry): void {
  writer.u8(KINDS.indexOf(entry.kind) + 1);
  switch (entry.kind) {
    case 'begin':
      return writeBegin(writer, entry);
    case 'transaction':
    case 'queued':
      writer.bytes(entry.wire);
      return writer.bytes(entry.memo);
    case 'seal':
      writer.u64(entry.number);
      return writer.fixed(Buffer.from(entry.hash.slice(2), 'hex'));
    case 'derived':
      return writeDerived(writer, entry);
    case 'undo':
      return writer.u64(entry.number);
    case 'dropped':
      return writer.fixed(Buffer.from(entry.hash.slice(2), 'hex'));
  }
}

function writeBegin(writer: ByteWriter, entry: Extract<JournalEntry, { kind: 'begin' }>): void {
  const { timestamp, delayed, priceItem, producer } = entry.context;
  writer.u64(timestamp);
  writer.u64(delayed);
  writer.u64(priceItem);
  writer.fixed(Buffer.from(producer.slice(2), 'hex'));
  writeInputs(writer, entry.messages);
  writer.u8(entry.item ? 1 : 0);
  if (entry.item) writeInput(writer, entry.item);
}

function writeDerived(writer: ByteWriter, entry: Extract<JournalEntry, { kind: 'derived' }>): void {
  writer.u64(entry.number);
  writer.fixed(Buffer.from(entry.hash.slice(2), 'hex'));
  writeInput(writer, entry.item);
  writer.u32(entry.offset);
  writer.u32(entry.payload.first);
  writer.bytes(entry.payload.words);
  writeInputs(writer, entry.messages);
  writeInputs(writer, entry.items);
  writer.u32(entry.transactions.length);
  for (const { wire, memo } of entry.transactions) {
    writer.bytes(wire);
    writer.bytes(memo);
  }
}

function writeInputs(writer: ByteWriter, inputs: readonly InputWords[]): void {
  writer.u32(inputs.length);
  for (const input of inputs) writeInput(writer, input);
}

function writeInput(writer: ByteWriter, input: InputWords): void {
  writer.u64(input.index);
  writer.bytes(input.words);
  writer.bytes(input.alias);
}

/** Reads all entries of a frame's body. The checksum has been verified, so a RangeError here is a fault of the writer. */
export function readEntries(body: Uint8Array): JournalEntry[] {
  const reader = new ByteReader(body);
  const entries: JournalEntry[] = [];
  while (!reader.done()) entries.push(readEntry(reader));
  return entries;
}

function readEntry(reader: ByteReader): JournalEntry {
  const kind = KINDS[reader.u8() - 1];
  switch (kind) {
    case 'begin':
      return readBegin(reader);
    case 'transaction':
    case 'queued':
      return { kind, wire: reader.bytes(), memo: reader.bytes() };
    case 'seal':
      return { kind, number: reader.u64(), hash: reader.hex(32) };
    case 'derived':
      return readDerived(reader);
    case 'undo':
      return { kind, number: reader.u64() };
    case 'dropped':
      return { kind, hash: reader.hex(32) };
    default:
      throw new RangeError('unknown kind of journal entry');
  }
}

function readBegin(reader: ByteReader): JournalEntry {
  const context = { timestamp: reader.u64(), delayed: reader.u64(), priceItem: reader.u64(), producer: reader.hex(20) };
  const messages = readInputs(reader);
  const item = reader.u8() === 1 ? readInput(reader) : undefined;
  return { kind: 'begin', context, messages, item };
}

function readDerived(reader: ByteReader): JournalEntry {
  const [number, hash, item, offset] = [reader.u64(), reader.hex(32), readInput(reader), reader.u32()];
  const payload = { first: reader.u32(), words: reader.bytes() };
  const [messages, items] = [readInputs(reader), readInputs(reader)];
  const transactions = Array.from({ length: reader.u32() }, () => ({ wire: reader.bytes(), memo: reader.bytes() }));
  return { kind: 'derived', number, hash, item, offset, payload, messages, items, transactions };
}

function readInputs(reader: ByteReader): InputWords[] {
  return Array.from({ length: reader.u32() }, () => readInput(reader));
}

function readInput(reader: ByteReader): InputWords {
  return { index: reader.u64(), words: reader.bytes(), alias: reader.bytes() };
}
