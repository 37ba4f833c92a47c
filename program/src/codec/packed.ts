import type { Address, Hex } from 'viem';

import { CodecError } from '../errors.js';
import { feeTokens, type FeeToken, poolAddress, poolIndex, referenceAddress, tokenReference } from './address.js';
import { decodeMaxFee, encodeAmount, encodeMaxFee, readAmount } from './amount.js';
import { bigEndian, ByteReader, concatBytes, fixedBytes, toHex } from './bytes.js';
import { type FieldKind, type Operation, type OperationType, shapeOfCode, shapeOfType } from './operations.js';
import { FULL_DEADLINE_BYTES, SIGNATURE_BYTES, tagBits } from './packed-length.js';
import { encodeVarint, readVarint } from './varint.js';

/** What a user signs (docs/spec/transactions.md). `deadline` in seconds, `maxFee` in base units of the fee token. */
export interface PackedTransaction {
  readonly lane: number;
  readonly sequence: bigint;
  readonly deadline: bigint;
  readonly feeToken: FeeToken;
  readonly maxFee: bigint;
  readonly operations: readonly Operation[];
}

export const MAXIMUM_OPERATIONS = 32;

/** Half of the secp256k1 order: a canonical s is not above it. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const DEADLINE_UNIT = 64n;
const DEADLINE_SLACK = 8n;

/** Units of 64 s from eight before the block that one byte tells apart. */
const DEADLINE_UNITS = 256n;

const lowestUnit = (blockTime: bigint): bigint => {
  const quotient = blockTime / DEADLINE_UNIT;
  return quotient > DEADLINE_SLACK ? quotient - DEADLINE_SLACK : 0n;
};

/**
 * The next deadline (seconds) not before `deadline` that reads back as the same at `blockTime`: the next multiple of 64 s, which takes one
 * byte, while that lies within the 247 units of 64 s ahead that a byte reaches; beyond them any second that is no such multiple.
 */
export const roundDeadline = (deadline: bigint, blockTime: bigint): bigint => {
  const rounded = ((deadline + DEADLINE_UNIT - 1n) / DEADLINE_UNIT) * DEADLINE_UNIT;
  if (isDeadlineReadable(rounded, blockTime)) return rounded;
  return deadline % DEADLINE_UNIT === 0n ? deadline + 1n : deadline;
};

/** Whether a deadline that is a multiple of 64 s is within reach of its one-byte form at `blockTime`; all others always read back. */
export const isDeadlineReadable = (deadline: bigint, blockTime: bigint): boolean => {
  const ahead = deadline / DEADLINE_UNIT - lowestUnit(blockTime);
  return deadline % DEADLINE_UNIT !== 0n || (ahead >= 0n && ahead < DEADLINE_UNITS);
};

/** Seconds meant by the one-byte form in a block at `blockTime`. */
export const expandDeadline = (byte: number, blockTime: bigint): bigint => {
  const lowest = lowestUnit(blockTime);
  return (lowest + ((BigInt(byte) - lowest) & 255n)) * DEADLINE_UNIT;
};

const encodeField = (kind: FieldKind, value: unknown): Uint8Array => {
  switch (kind) {
    case 'token': {
      const reference = tokenReference(value as Address);
      return encodeVarint((reference & 0xffff_ffffn) * 2n + (reference >> 32n) - 1n);
    }
    case 'pool':
      return encodeVarint(BigInt(poolIndex(value as Address)));
    case 'pools': {
      const pools = value as readonly Address[];
      if (pools.length < 2 || pools.length > 3) throw new CodecError('codec/route', 'a route has two or three pools');
      return concatBytes(Uint8Array.of(pools.length), ...pools.map((pool) => encodeVarint(BigInt(poolIndex(pool)))));
    }
    case 'account':
      return fixedBytes(value as Address, 20);
    case 'direction':
      return Uint8Array.of(value === true ? 1 : 0);
    case 'amount':
      return encodeAmount(value as bigint);
  }
};

const readPool = (reader: ByteReader): Address => {
  const index = readVarint(reader);
  if (index >> 32n !== 0n) throw new CodecError('codec/pool', 'pool index above u32');
  return poolAddress(Number(index));
};

const readToken = (reader: ByteReader): Address => {
  const value = readVarint(reader);
  if (value >> 33n !== 0n) throw new CodecError('codec/token', 'token index above u32');
  return referenceAddress((((value & 1n) + 1n) << 32n) | (value >> 1n));
};

const readDirection = (reader: ByteReader): boolean => {
  const byte = reader.byte();
  if (byte > 1) throw new CodecError('codec/direction', `direction byte ${byte}`);
  return byte === 1;
};

const readPools = (reader: ByteReader): Address[] => {
  const count = reader.byte();
  if (count < 2 || count > 3) throw new CodecError('codec/route', 'a route has two or three pools');
  return Array.from({ length: count }, () => readPool(reader));
};

const fieldReaders: Record<FieldKind, (reader: ByteReader) => unknown> = {
  token: readToken,
  pool: readPool,
  pools: readPools,
  account: (reader) => reader.hex(20),
  direction: readDirection,
  amount: readAmount,
};

const encodeOperation = (operation: Operation): Uint8Array => {
  const { code, fields } = shapeOfType(operation.type);
  const values = operation as unknown as Record<string, unknown>;
  return concatBytes(Uint8Array.of(code), ...fields.map((field) => encodeField(field.kind, values[field.name])));
};

const readOperation = (reader: ByteReader): Operation => {
  const shape = shapeOfCode(reader.byte());
  if (shape === undefined) throw new CodecError('codec/operation', 'unknown operation code');
  const values = shape.fields.map((field) => [field.name, fieldReaders[field.kind](reader)] as const);
  return { type: shape.type, ...Object.fromEntries(values) } as Operation;
};

const singleSwap = (operations: readonly Operation[]): (Operation & { type: 'Swap' }) | undefined => {
  const [first] = operations;
  return operations.length === 1 && first?.type === ('Swap' satisfies OperationType) ? first : undefined;
};

const encodeOperations = (operations: readonly Operation[]): Uint8Array => {
  const swap = singleSwap(operations);
  if (swap)
    return concatBytes(encodeField('pool', swap.pool), encodeAmount(swap.amountIn), encodeAmount(swap.minimumOut));
  const count = operations.length === 1 ? [] : [operations.length];
  return concatBytes(Uint8Array.from(count), ...operations.map(encodeOperation));
};

const tagOf = (transaction: PackedTransaction, parity: number, full: boolean): number => {
  const swap = singleSwap(transaction.operations);
  const d = swap ? swap.zeroForOne : transaction.operations.length > 1;
  const bits = [1, parity, swap ? 1 : 0, d ? 1 : 0];
  const head = bits.reduce((value, bit) => (value << 1) | bit, 0);
  return (
    (head << 4) |
    (feeTokens.indexOf(transaction.feeToken) << 2) |
    (transaction.lane !== 0 ? tagBits.lane : 0) |
    (full ? tagBits.fullDeadline : 0)
  );
};

const readSignature = (signature: Hex): { rs: Uint8Array; parity: number } => {
  const bytes = fixedBytes(signature, 65);
  const v = bytes[64]!;
  const parity = v >= 27 ? v - 27 : v;
  if (parity > 1) throw new CodecError('codec/signature', `recovery value ${v}`);
  const s = BigInt(toHex(bytes.subarray(32, 64)));
  if (s <= HALF_ORDER) return { rs: bytes.subarray(0, 64), parity };
  if (s >= ORDER) throw new CodecError('codec/signature', 's is above the curve order');
  return { rs: concatBytes(bytes.subarray(0, 32), bigEndian(ORDER - s, 32)), parity: 1 - parity };
};

/**
 * Wire bytes of a signed packed transaction, the only ones the rules take for it; the signature is `r || s || v` as wallets return it (a
 * high s is normalised).
 *
 * A deadline that is a multiple of 64 s takes one byte and reads back as the same only in blocks from 247 units before it to 8 units after
 * it: choose deadlines with roundDeadline.
 * Fails: codec/* for values without an encoding (amounts beyond u128, fees that were not rounded, foreign addresses).
 */
export const encodePacked = (transaction: PackedTransaction, signature: Hex): Uint8Array => {
  const count = transaction.operations.length;
  if (count < 1 || count > MAXIMUM_OPERATIONS) throw new CodecError('codec/operations', `${count} operations`);
  if (transaction.lane >>> 0 !== transaction.lane) throw new CodecError('codec/range', 'the lane is no u32');
  const { rs, parity } = readSignature(signature);
  const full = transaction.deadline % DEADLINE_UNIT !== 0n;
  return concatBytes(
    Uint8Array.of(tagOf(transaction, parity, full)),
    transaction.lane === 0 ? new Uint8Array() : encodeVarint(BigInt(transaction.lane)),
    encodeVarint(transaction.sequence),
    full
      ? bigEndian(transaction.deadline, FULL_DEADLINE_BYTES)
      : bigEndian((transaction.deadline / DEADLINE_UNIT) & 255n, 1),
    Uint8Array.of(encodeMaxFee(transaction.maxFee)),
    encodeOperations(transaction.operations),
    rs,
  );
};

const notCanonical = (form: string): CodecError => new CodecError('codec/canonical', `${form} has a shorter form`);

const readOperations = (reader: ByteReader, tag: number): Operation[] => {
  if ((tag & tagBits.swap) !== 0) {
    const pool = readPool(reader);
    return [
      {
        type: 'Swap',
        pool,
        zeroForOne: (tag & tagBits.direction) !== 0,
        amountIn: readAmount(reader),
        minimumOut: readAmount(reader),
      },
    ];
  }
  const count = (tag & tagBits.direction) === 0 ? 1 : reader.byte();
  if (count < 1 || count > MAXIMUM_OPERATIONS) throw new CodecError('codec/operations', `${count} operations`);
  if (count === 1 && (tag & tagBits.direction) !== 0) throw notCanonical('a count of one operation');
  const operations = Array.from({ length: count }, () => readOperation(reader));
  if (singleSwap(operations)) throw notCanonical('a swap alone in the form of many operations');
  return operations;
};

const readLane = (reader: ByteReader): number => {
  const lane = readVarint(reader);
  if (lane >> 32n !== 0n) throw new CodecError('codec/range', 'the lane is no u32');
  if (lane === 0n) throw notCanonical('lane 0');
  return Number(lane);
};

const readFullDeadline = (reader: ByteReader): bigint => {
  const deadline = reader.number(FULL_DEADLINE_BYTES);
  if (deadline % DEADLINE_UNIT === 0n) throw notCanonical('a multiple of 64 s in full');
  return deadline;
};

const readWireSignature = (reader: ByteReader, tag: number): Hex => {
  const rs = reader.take(SIGNATURE_BYTES);
  if (BigInt(toHex(rs.subarray(32))) > HALF_ORDER)
    throw new CodecError('codec/signature', 's is above half of the curve order');
  return toHex(concatBytes(rs, Uint8Array.of(27 + ((tag >> 6) & 1))));
};

/**
 * A packed transaction and its signature from a reader, as a block's content holds them. `blockTime` in seconds expands one-byte deadlines.
 * Fails: codec/* for what the rules refuse as 22xx (codec/canonical: 2205) or for its s.
 */
export const readPacked = (
  reader: ByteReader,
  blockTime: bigint,
): { transaction: PackedTransaction; signature: Hex } => {
  const tag = reader.byte();
  const feeToken = feeTokens[(tag >> 2) & 3];
  if (tag < 0x80 || feeToken === undefined) throw new CodecError('codec/tag', `tag ${tag} is no packed transaction`);
  const lane = (tag & tagBits.lane) !== 0 ? readLane(reader) : 0;
  const sequence = readVarint(reader);
  const deadline =
    (tag & tagBits.fullDeadline) !== 0 ? readFullDeadline(reader) : expandDeadline(reader.byte(), blockTime);
  const maxFee = decodeMaxFee(reader.byte());
  const operations = readOperations(reader, tag);
  const signature = readWireSignature(reader, tag);
  return { transaction: { lane, sequence, deadline, feeToken, maxFee, operations }, signature };
};

/** Inverse of encodePacked. Fails: codec/trailing when bytes are left, and all of readPacked. */
export const decodePacked = (
  wire: Uint8Array,
  blockTime: bigint,
): { transaction: PackedTransaction; signature: Hex } => {
  const reader = new ByteReader(wire);
  const decoded = readPacked(reader, blockTime);
  if (reader.remaining !== 0) throw new CodecError('codec/trailing', `${reader.remaining} bytes after the transaction`);
  return decoded;
};
