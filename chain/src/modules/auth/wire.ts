import { loadBig } from '../../kernel/bytes';
import { set128 } from '../../math/u128';
import { fits128, from128, multiplySmall256 } from '../../math/u256';
import { DECODE } from './types';

/** Reader of the packed wire format. One cursor; the first problem is remembered and later reads answer zero. */

const POSITION: usize = DECODE + 0x40;
const END: usize = DECODE + 0x44;
const FAILED: usize = DECODE + 0x48;
const WIDE: usize = DECODE + 0x60;

const AMOUNT_BYTES: u32 = 3;
const MANTISSA_BITS: u32 = 19;
const ESCAPE: u32 = 31;

export function wireOpen(from: usize, length: u32): void {
  store<u32>(POSITION, u32(from));
  store<u32>(END, u32(from) + length);
  store<u32>(FAILED, 0);
}

export function wireFail(): void {
  store<u32>(FAILED, 1);
}

export function wireFailed(): bool {
  return load<u32>(FAILED) != 0;
}

export function wirePosition(): usize {
  return usize(load<u32>(POSITION));
}

/** Moves over `length` bytes and answers where they start; where the input ends first the answer is the start of the scratch word. */
export function wireTake(length: u32): usize {
  const at = load<u32>(POSITION);
  if (load<u32>(END) - at < length) {
    wireFail();
    return WIDE;
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
    if (byte == 0 && shift != 0) break;
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

/** Multiplies an amount below 2^19 by ten `exponent <= 30` times, which fits 256 bits; true when the result is no u128. */
function scale(out: usize, exponent: u32): bool {
  from128(WIDE, out);
  for (let i = exponent; i >= 10; i -= 10) multiplySmall256(WIDE, WIDE, 10_000_000_000);
  for (let i = exponent % 10; i > 0; i--) multiplySmall256(WIDE, WIDE, 10);
  set128(out, load<u64>(WIDE), load<u64>(WIDE, 8));
  return !fits128(WIDE);
}

function wireLongAmount(out: usize, mantissa: u32): void {
  const at = wireTake(16);
  if (mantissa != 0) wireFail();
  if (wireFailed()) return;
  set128(out, bswap<u64>(load<u64>(at, 8)), bswap<u64>(load<u64>(at)));
}

/** An amount as a u128 at `out`: 3 bytes `exponent:5 || mantissa:19`, or the escape and 16 bytes. */
export function wireAmount(out: usize): void {
  set128(out, 0, 0);
  const head = u32(wireNumber(AMOUNT_BYTES));
  const exponent = head >> MANTISSA_BITS;
  const mantissa = head & ((1 << MANTISSA_BITS) - 1);
  if (exponent == ESCAPE) {
    wireLongAmount(out, mantissa);
    return;
  }
  set128(out, u64(mantissa), 0);
  if (exponent != 0 && scale(out, exponent)) wireFail();
}

/** One byte: low nibble times ten to the high nibble; below 2^64. */
export function wireMaximumFee(): u64 {
  const byte = wireByte();
  let value = u64(byte & 15);
  for (let i = byte >> 4; i > 0; i--) value *= 10;
  return value;
}
