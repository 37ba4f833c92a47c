import type { Hex } from 'viem';
import { RejectedTransaction } from '../chain/chain.types.js';
import { ByteReader, ByteWriter } from '../journal/bytes.js';
import type { Outcome } from './engine-core.js';
import { fromStamped, type PreparedTransaction, STAMP_BYTES, type Stamped } from './prepared.js';

/*
 * Many transactions cross a thread boundary as one buffer that changes hands: no object a transaction, no copy.
 */

/** One for all batches of a thread: memory taken anew for each costs more than filling it. */
const scratch = new ByteWriter();

const STATUSES = ['executed', 'failed', 'queued', 'rejected'] as const;

/** Wire bytes of many transactions in one transferable buffer. */
export function packWires(wires: readonly Uint8Array[]): ArrayBuffer {
  scratch.clear();
  for (const wire of wires) scratch.bytes(wire);
  return scratch.takeTransferable();
}

/** Inverse of packWires; views into the buffer. */
export function unpackWires(buffer: ArrayBuffer): Uint8Array[] {
  return readAll(buffer, (reader) => reader.bytes());
}

/** Wires with their stamped memos, which `prepare` finds out one by one. */
export function packPrepared(wires: readonly Uint8Array[], prepare: (wire: Uint8Array) => Stamped): ArrayBuffer {
  scratch.clear();
  for (const wire of wires) {
    const { hash, sender, memo } = prepare(wire);
    scratch.bytes(wire);
    scratch.u32(STAMP_BYTES + memo.length);
    for (const part of [hash, sender, memo]) scratch.fixed(part);
  }
  return scratch.takeTransferable();
}

/** Inverse of packPrepared; views into the buffer. */
export function unpackPrepared(buffer: ArrayBuffer): PreparedTransaction[] {
  return readAll(buffer, (reader) => fromStamped(reader.bytes(), reader.bytes()));
}

/** What became of a batch. */
export function packOutcomes(outcomes: readonly Outcome[]): ArrayBuffer {
  scratch.clear();
  for (const outcome of outcomes) writeOutcome(scratch, outcome);
  return scratch.takeTransferable();
}

/** Inverse of packOutcomes. */
export function unpackOutcomes(buffer: ArrayBuffer): Outcome[] {
  return readAll(buffer, readOutcome);
}

function writeOutcome(writer: ByteWriter, outcome: Outcome): void {
  if (outcome instanceof RejectedTransaction) {
    writer.u8(STATUSES.indexOf('rejected'));
    writer.u32(outcome.code >>> 0);
    writer.bytes(Buffer.from(outcome.message));
    return;
  }
  writer.u8(STATUSES.indexOf(outcome.status));
  writer.u32(outcome.code);
  writer.fixed(Buffer.from(outcome.hash.slice(2), 'hex'));
  writer.u64(outcome.blockNumber);
  writer.u32(outcome.index);
}

function readOutcome(reader: ByteReader): Outcome {
  const status = STATUSES[reader.u8()]!;
  const code = reader.u32();
  if (status === 'rejected') return new RejectedTransaction(code | 0, Buffer.from(reader.bytes()).toString());
  const hash: Hex = reader.hex(32);
  return { status, code, hash, blockNumber: reader.u64(), index: reader.u32() };
}

function readAll<T>(buffer: ArrayBuffer, read: (reader: ByteReader) => T): T[] {
  const reader = new ByteReader(new Uint8Array(buffer));
  const values: T[] = [];
  while (!reader.done()) values.push(read(reader));
  return values;
}
