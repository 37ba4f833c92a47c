import { loadBig } from '../../kernel/bytes';
import { OK } from '../../kernel/errors';
import { set128 } from '../../math/u128';
import { multiplyHigh } from '../../math/u256';
import { ERR_NOT_CANONICAL, ERR_PACKED } from './errors';
import { DECODE } from './types';

/**
 * Reader of the packed wire format. One cursor; the first problem is remembered as its error number and later reads answer zero. Each value
 * has exactly one form that is taken, so that nobody can make other bytes, which cost another fee, of what was signed.
 */

const POSITION: usize = DECODE + 0x40;
const END: usize = DECODE + 0x44;
const CODE: usize = DECODE + 0x48;
/** Answers reads beyond the end. */
const NOTHING: usize = DECODE + 0x60;

const AMOUNT_BYTES: u32 = 3;
const MANTISSA_BITS: u32 = 19;
const MANTISSA_LIMIT: u64 = 0x8_0000;
const LARGEST_EXPONENT: u32 = 30;
const ESCAPE: u32 = 31;
/** How far a long amount is divided at once while its mantissa would still be too large after it. */
const STRIDE: u32 = 8;
const STRIDE_POWER: u64 = 100_000_000;

export function wireOpen(from: usize, length: u32): void {
  store<u32>(POSITION, u32(from));
  store<u32>(END, u32(from) + length);
  store<u32>(CODE, OK);
}

/** Remembers a problem, unless there was one before. */
export function wireRefuse(code: u32): void {
  if (load<u32>(CODE) == OK) store<u32>(CODE, code);
}

/** Cut short, or a field out of range. */
export function wireFail(): void {
  wireRefuse(ERR_PACKED);
}

/** The first problem, or OK. */
export function wireCode(): u32 {
  return load<u32>(CODE);
}

export function wireFailed(): bool {
  return wireCode() != OK;
}

export function wirePosition(): usize {
  return usize(load<u32>(POSITION));
}

/** Moves over `length` bytes and answers where they start; where the input ends first the answer is a scratch word. */
export function wireTake(length: u32): usize {
  const at = load<u32>(POSITION);
  if (load<u32>(END) - at < length) {
    wireFail();
    return NOTHING;
  }
  store<u32>(POSITION, at + length);
  return usize(at);
}

export function wireByte(): u32 {
  const at = wireTake(1);
  return wireFailed() ? 0 : u32(load<u8>(at));
}

/** Big-endian unsigned integer of `length <= 8` bytes. */
export function wireNumber(length: u32): u64 {
  const at = wireTake(length);
  return wireFailed() ? 0 : loadBig(at, length);
}

/** Seven bits a byte, low bits first; only the shortest form. */
export function wireVarint(): u64 {
  let value: u64 = 0;
  for (let shift: u32 = 0; shift < 70; shift += 7) {
    const byte = wireByte();
    if (shift == 63 && byte > 1) break;
    value |= u64(byte & 127) << shift;
    if (byte >= 128) continue;
    if (byte == 0 && shift != 0) wireRefuse(ERR_NOT_CANONICAL);
    return value;
  }
  wireFail();
  return 0;
}

/** A varint that fits 32 bits. */
export function wireIndex(): u32 {
  const value = wireVarint();
  if (value >> 32 != 0) wireFail();
  return u32(value);
}

/** Powers of ten that fit 64 bits. */
const POWERS: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
  10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
  10000000000000000000,
]);
const LARGEST_POWER: u32 = 19;

function powerOfTen(exponent: u32): u64 {
  return load<u64>(POWERS + usize(exponent << 3));
}

/** out (u128) = mantissa * 10^exponent: below 2^19 * 10^30, so it always fits, and the first factor below fits 64 bits. */
function scale(out: usize, mantissa: u64, exponent: u32): void {
  const second = exponent < LARGEST_POWER ? exponent : LARGEST_POWER;
  const factor = mantissa * powerOfTen(exponent - second);
  const power = powerOfTen(second);
  set128(out, factor * power, multiplyHigh(factor, power));
}

/** Whether `high << 64 | low` is a mantissa below 2^19 times a power of ten of at most 30, and so has three bytes. */
function hasShortForm(high: u64, low: u64): bool {
  let exponent: u32 = 0;
  while (high != 0 || low >= MANTISSA_LIMIT * STRIDE_POWER) {
    // Long division in halves of 32 bits: each remainder is below 10^8, so no dividend leaves 64 bits.
    const upper = ((high % STRIDE_POWER) << 32) | (low >> 32);
    const lower = ((upper % STRIDE_POWER) << 32) | (low & 0xffff_ffff);
    if (lower % STRIDE_POWER != 0) return false;
    high /= STRIDE_POWER;
    low = ((upper / STRIDE_POWER) << 32) | (lower / STRIDE_POWER);
    exponent += STRIDE;
  }
  for (; low >= MANTISSA_LIMIT; low /= 10, exponent++) if (low % 10 != 0) return false;
  return exponent <= LARGEST_EXPONENT;
}

function wireLongAmount(out: usize, mantissa: u32): void {
  const at = wireTake(16);
  if (mantissa != 0) wireFail();
  if (wireFailed()) return;
  const high = bswap<u64>(load<u64>(at));
  const low = bswap<u64>(load<u64>(at, 8));
  if (hasShortForm(high, low)) wireRefuse(ERR_NOT_CANONICAL);
  set128(out, low, high);
}

/**
 * An amount as a u128 at `out`: 3 bytes `exponent:5 || mantissa:19`, or the escape and 16 bytes. Only the form with the smallest exponent,
 * and the escape only for what has no such form.
 */
export function wireAmount(out: usize): void {
  set128(out, 0, 0);
  const head = u32(wireNumber(AMOUNT_BYTES));
  const exponent = head >> MANTISSA_BITS;
  const mantissa = head & ((1 << MANTISSA_BITS) - 1);
  if (exponent == ESCAPE) {
    wireLongAmount(out, mantissa);
    return;
  }
  if (exponent != 0 && u64(mantissa) * 10 < MANTISSA_LIMIT) wireRefuse(ERR_NOT_CANONICAL);
  scale(out, u64(mantissa), exponent);
}

/** One byte: low nibble times ten to the high nibble, with the smallest exponent; below 2^64. */
export function wireMaximumFee(): u64 {
  const byte = wireByte();
  let value = u64(byte & 15);
  if (byte >> 4 != 0 && value * 10 < 16) wireRefuse(ERR_NOT_CANONICAL);
  for (let i = byte >> 4; i > 0; i--) value *= 10;
  return value;
}
