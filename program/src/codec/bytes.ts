import type { Hex } from 'viem';

import { CodecError } from '../errors.js';

/** Bytes as 0x-prefixed lower-case hex. */
export const toHex = (bytes: Uint8Array): Hex =>
  `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;

/** Strict hex to bytes. Fails: codec/hex for odd length or other characters. */
export const fromHex = (hex: string): Uint8Array => {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(hex)) throw new CodecError('codec/hex', 'not 0x-prefixed hex of whole bytes');
  return new Uint8Array(Buffer.from(hex.slice(2), 'hex'));
};

/** Hex of exactly `length` bytes. Fails: codec/length. */
export const fixedBytes = (hex: string, length: number): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes.length !== length) throw new CodecError('codec/length', `${bytes.length} bytes where ${length} belong`);
  return bytes;
};

/** Joins byte arrays. */
export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
};

/** Byte-wise equality. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Unsigned big-endian integer of `length` bytes. Fails: codec/range when it does not fit. */
export const bigEndian = (value: bigint, length: number): Uint8Array => {
  if (value < 0n || value >> BigInt(8 * length) !== 0n) {
    throw new CodecError('codec/range', `${value} does not fit ${length} unsigned bytes`);
  }
  return new Uint8Array(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
};

/** Unsigned little-endian integer of `length` bytes. Fails: codec/range. */
export const littleEndian = (value: bigint, length: number): Uint8Array => bigEndian(value, length).reverse();

/** Value of big-endian bytes. */
export const readBigEndian = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(toHex(bytes)));

/** Value of little-endian bytes. */
export const readLittleEndian = (bytes: Uint8Array): bigint => readBigEndian(bytes.slice().reverse());

/** Left-pads to a 32-byte word. */
export const word = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length > 32) throw new CodecError('codec/length', 'more than 32 bytes in a word');
  const out = new Uint8Array(32);
  out.set(bytes, 32 - bytes.length);
  return out;
};

/** A number as a 32-byte big-endian word. */
export const numberWord = (value: bigint): Uint8Array => bigEndian(value, 32);

/** Reads bytes front to back; every read is bounds-checked. Fails: codec/truncated. */
export class ByteReader {
  offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  take(length: number): Uint8Array {
    if (length > this.remaining)
      throw new CodecError('codec/truncated', `${length} bytes asked, ${this.remaining} left`);
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  /** Big-endian unsigned integer of `length` bytes. */
  number(length: number): bigint {
    return readBigEndian(this.take(length));
  }

  hex(length: number): Hex {
    return toHex(this.take(length));
  }
}
