import { CodecError } from '../errors.js';
import type { ByteReader } from './bytes.js';

const MAXIMUM_BYTES = 10;

/** Seven bits a byte, low bits first, high bit = more follows (docs/spec/transactions.md). Fails: codec/range above u64. */
export const encodeVarint = (value: bigint): Uint8Array => {
  if (value < 0n || value >> 64n !== 0n) throw new CodecError('codec/range', `${value} is no u64`);
  const out: number[] = [];
  let rest = value;
  do {
    const more = rest >> 7n !== 0n;
    out.push(Number(rest & 127n) | (more ? 128 : 0));
    rest >>= 7n;
  } while (rest !== 0n);
  return Uint8Array.from(out);
};

/** Fails: codec/varint when longer than 10 bytes or above u64, codec/canonical when not the shortest form; codec/truncated. */
export const readVarint = (reader: ByteReader): bigint => {
  let value = 0n;
  for (let index = 0; index < MAXIMUM_BYTES; index++) {
    const byte = reader.byte();
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) {
      if (value >> 64n !== 0n) break;
      if (byte === 0 && index > 0) throw new CodecError('codec/canonical', 'not the shortest form of a varint');
      return value;
    }
  }
  throw new CodecError('codec/varint', 'no varint of a u64');
};
