import { CodecError } from '../errors.js';
import { bigEndian, type ByteReader, concatBytes } from './bytes.js';

const MANTISSA_BITS = 19n;
const MANTISSA_LIMIT = 1n << MANTISSA_BITS;
const ESCAPE = 31;
const MAXIMUM_EXPONENT = 30n;
/** The escape, then a u128. */
const ESCAPED_BYTES = 3 + 16;
const U128 = 1n << 128n;

/** Which way a wallet's rounding may move an amount: never above (`down`) or never below (`up`) what the user typed. */
export type Rounding = 'down' | 'up';

const checkRange = (amount: bigint): void => {
  if (amount < 0n || amount >= U128) throw new CodecError('codec/amount', `${amount} is no u128`);
};

/**
 * The amount a wallet must put into the message it signs so that it takes 3 bytes: at most 19 significant bits of a decimal mantissa.
 * Units: base units. Rounding: as asked. An amount that rounds up past u128 is returned unchanged (it takes 19 bytes).
 */
export const roundAmount = (amount: bigint, rounding: Rounding = 'down'): bigint => {
  checkRange(amount);
  let scale = 1n;
  for (;;) {
    const mantissa = rounding === 'down' ? amount / scale : (amount + scale - 1n) / scale;
    if (mantissa < MANTISSA_LIMIT) return mantissa * scale < U128 ? mantissa * scale : amount;
    scale *= 10n;
  }
};

/** Three bytes when the amount is `mantissa * 10^exponent` with an exponent of at most 30, else the escape and 16 bytes. Exact. Fails: codec/amount. */
export const encodeAmount = (amount: bigint): Uint8Array => {
  checkRange(amount);
  let mantissa = amount;
  let exponent = 0n;
  while (mantissa >= MANTISSA_LIMIT && mantissa % 10n === 0n && exponent < MAXIMUM_EXPONENT) {
    mantissa /= 10n;
    exponent++;
  }
  if (mantissa < MANTISSA_LIMIT) return bigEndian((exponent << MANTISSA_BITS) | mantissa, 3);
  return concatBytes(bigEndian(BigInt(ESCAPE) << MANTISSA_BITS, 3), bigEndian(amount, 16));
};

/** Bytes that an amount takes which starts with byte `first`. */
export const amountBytes = (first: number): number =>
  first >> (Number(MANTISSA_BITS) - 16) === ESCAPE ? ESCAPED_BYTES : 3;

/** Fails: codec/amount when the escape has a mantissa or the value is no u128; codec/truncated. */
export const readAmount = (reader: ByteReader): bigint => {
  const head = reader.number(3);
  const exponent = head >> MANTISSA_BITS;
  const mantissa = head & (MANTISSA_LIMIT - 1n);
  if (exponent === BigInt(ESCAPE)) {
    if (mantissa !== 0n) throw new CodecError('codec/amount', 'escaped amount with a mantissa');
    return reader.number(16);
  }
  const amount = mantissa * 10n ** exponent;
  checkRange(amount);
  return amount;
};

/**
 * Maximum fee as it fits one byte, `m * 10^e` with two nibbles, rounded up so that the fee stays payable.
 * Fails: codec/fee above 15 * 10^15.
 */
export const roundMaxFee = (fee: bigint): bigint => {
  if (fee < 0n) throw new CodecError('codec/fee', 'negative fee');
  for (let exponent = 0n; exponent < 16n; exponent++) {
    const scale = 10n ** exponent;
    const mantissa = (fee + scale - 1n) / scale;
    if (mantissa < 16n) return mantissa * scale;
  }
  throw new CodecError('codec/fee', `${fee} is above the largest maximum fee`);
};

/** Fails: codec/fee when the fee is not of the form `m * 10^e` (round it with roundMaxFee before signing). */
export const encodeMaxFee = (fee: bigint): number => {
  let mantissa = fee;
  let exponent = 0;
  while (mantissa >= 16n && mantissa % 10n === 0n && exponent < 15) {
    mantissa /= 10n;
    exponent++;
  }
  if (mantissa < 0n || mantissa >= 16n) throw new CodecError('codec/fee', `${fee} has no one-byte form`);
  return (exponent << 4) | Number(mantissa);
};

export const decodeMaxFee = (byte: number): bigint => BigInt(byte & 15) * 10n ** BigInt(byte >> 4);
