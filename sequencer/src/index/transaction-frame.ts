import { parseRecords, type ProgramReceipt, toHex } from '@metachain/program';
import type { Hex } from 'viem';
import type { RecordedTransaction } from '../chain/chain.types.js';
import { ByteReader, type ByteWriter } from '../journal/bytes.js';

/** What the place of a transaction in its block adds to it. */
export interface FramePlace {
  /** Number of its first log inside the block. */
  readonly firstLog: number;
  /** Gas used by the block up to and with it. */
  readonly cumulativeGas: bigint;
}

/** A transaction with its receipt as the index holds it. */
export interface IndexedTransaction {
  readonly blockNumber: number;
  readonly position: number;
  /** Number of its first log inside the block. */
  readonly firstLog: number;
  /** Gas used by the block up to and with it. */
  readonly cumulativeGas: number;
  /** The hash clients know: of a deposit the op-stack one, else the receipt's. */
  readonly hash: Hex;
  readonly kind: ProgramReceipt['kind'];
  readonly sender: Hex;
  readonly lane: number;
  /** Nonce of an Ethereum transaction, sequence of a packed one. */
  readonly sequence: number;
  /** Wire bytes as hex. */
  readonly wire: Hex;
  readonly receipt: IndexedReceipt;
}

/** Receipt without what the transaction says already. `hash` is the rules' own, also for deposits. */
export type IndexedReceipt = Omit<ProgramReceipt, 'kind' | 'sender' | 'nonce' | 'lane'>;

/**
 * Appends a transaction to a chunk: its place, its alias (or nothing), its wire and its records, each after its length. The records stay
 * as the rules wrote them: most are never read again, and parsing all of them costs more than executing the block.
 */
export function writeFrame(chunk: ByteWriter, { wire, records, alias }: RecordedTransaction, place: FramePlace): void {
  chunk.u32(place.firstLog);
  chunk.u64(place.cumulativeGas);
  chunk.bytes(alias ? Buffer.from(alias.slice(2), 'hex') : NOTHING);
  chunk.bytes(wire);
  chunk.bytes(records);
}

const NOTHING = new Uint8Array(0);

/** The transaction at a place of a chunk, or undefined behind its end. */
export function readFrame(
  chunk: Uint8Array,
  index: number,
  blockNumber: number,
  position: number,
): IndexedTransaction | undefined {
  const reader = new ByteReader(chunk);
  for (let skipped = 0; skipped < index && !reader.done(); skipped++) skipFrame(reader);
  return reader.done() ? undefined : { blockNumber, position, ...readTransaction(reader) };
}

function skipFrame(reader: ByteReader): void {
  reader.fixed(4 + 8);
  for (let part = 0; part < 3; part++) reader.bytes();
}

function readTransaction(reader: ByteReader): Omit<IndexedTransaction, 'blockNumber' | 'position'> {
  const [firstLog, cumulativeGas] = [reader.u32(), Number(reader.u64())];
  const [alias, wire, records] = [reader.bytes(), reader.bytes(), reader.bytes()];
  const { kind, sender, lane, nonce, ...receipt } = parseRecords(records).receipts[0]!;
  const hash = alias.length > 0 ? toHex(alias) : receipt.hash;
  return { firstLog, cumulativeGas, hash, kind, sender, lane, sequence: Number(nonce), wire: toHex(wire), receipt };
}
