import { CodecError } from '../errors.js';
import { bigEndian, type ByteReader, concatBytes } from './bytes.js';

const MANTISSA_BITS = 19n;
const MANTISSA_LIMIT = 1n << MANTISSA_BITS;
/** Largest exponent of the three-byte form. */
const MAXIMUM_EXPONENT = 30n;
const ESCAPE = 31;
/** The escape, then a u128. */
const ESCAPED_BYTES = 3 + 16;
const LARGEST_SCALE = 10n ** MAXIMUM_EXPONENT;
const U128 = 1n << 128n;

/** Which way a wallet's rounding may move an amount: never above (`down`) or never below (`up`) what the user typed. */
export type Rounding = 'down' | 'up';

const checkRange = (amount: bigint): void => {
  if (amount < 0n || amount >= U128) throw new CodecError('codec/amount', `${amount} is no u128`);
};

/**
 * The amount a wallet must put into the message it signs so that it takes 3 bytes: at most 19 significant bits of a decimal mantissa.
 * Units: base units. Rounding: as asked. An amount too large for that is returned unchanged (it takes 19 bytes).
 */
export const roundAmount = (amount: bigint, rounding: Rounding = 'down'): bigint => {
  checkRange(amount);
  let scale = 1n;
  for (;;) {
    const mantissa = rounding === 'down' ? amount / scale : (amount + scale - 1n) / scale;
    if (mantissa < MANTISSA_LIMIT) return mantissa * scale < U128 ? mantissa * scale : amount;
    if (scale === LARGEST_SCALE) return amount;
    scale *= 10n;
  }
};

/** The three-byte form with the smallest exponent, or undefined where there is none. */
const shortForm = (amount: bigint): Uint8Array | undefined => {
  let mantissa = amount;
  let exponent = 0n;
  while (mantissa >= MANTISSA_LIMIT && mantissa % 10n === 0n && exponent < MAXIMUM_EXPONENT) {
    mantissa /= 10n;
    exponent++;
  }
  return mantissa < MANTISSA_LIMIT ? bigEndian((exponent << MANTISSA_BITS) | mantissa, 3) : undefined;
};

/**
 * Three bytes when the amount is `mantissa * 10^exponent`, else the escape and 16 bytes; exact, and the only form that is read back.
 * Fails: codec/amount.
 */
export const encodeAmount = (amount: bigint): Uint8Array => {
  checkRange(amount);
  return shortForm(amount) ?? concatBytes(bigEndian(BigInt(ESCAPE) << MANTISSA_BITS, 3), bigEndian(amount, 16));
};

/** Bytes that an amount takes which starts with byte `first`. */
export const amountBytes = (first: number): number =>
  first >> (Number(MANTISSA_BITS) - 16) === ESCAPE ? ESCAPED_BYTES : 3;

/** Fails: codec/canonical. */
const checkCanonical = (canonical: boolean, field: string): void => {
  if (!canonical) throw new CodecError('codec/canonical', `another form of the ${field} is the one to use`);
};

const readLongAmount = (reader: ByteReader, mantissa: bigint): bigint => {
  if (mantissa !== 0n) throw new CodecError('codec/amount', 'escaped amount with a mantissa');
  const amount = reader.number(16);
  checkCanonical(shortForm(amount) === undefined, 'amount');
  return amount;
};

/** Fails: codec/amount when the escape has a mantissa, codec/canonical for another form than encodeAmount's, codec/truncated. */
export const readAmount = (reader: ByteReader): bigint => {
  const head = reader.number(3);
  const exponent = head >> MANTISSA_BITS;
  const mantissa = head & (MANTISSA_LIMIT - 1n);
  if (exponent === BigInt(ESCAPE)) return readLongAmount(reader, mantissa);
  checkCanonical(exponent === 0n || mantissa * 10n >= MANTISSA_LIMIT, 'amount');
  return mantissa * 10n ** exponent;
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

/** Base units that the byte means. Fails: codec/canonical where the fee has a smaller exponent too. */
export const decodeMaxFee = (byte: number): bigint => {
  const [mantissa, exponent] = [byte & 15, byte >> 4];
  checkCanonical(exponent === 0 || mantissa * 10 >= 16, 'maximum fee');
  return BigInt(mantissa) * 10n ** BigInt(exponent);
};
