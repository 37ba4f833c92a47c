/**
 * u128 in memory: two little-endian u64 limbs. Arguments are pointers and may be the same. Functions answer true when the exact result
 * does not fit; the output is then the result modulo 2^128.
 */

export function isZero128(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8)) == 0;
}

export function set128(out: usize, low: u64, high: u64): void {
  store<u64>(out, low);
  store<u64>(out, high, 8);
}

export function copy128(out: usize, a: usize): void {
  const low = load<u64>(a);
  store<u64>(out, load<u64>(a, 8), 8);
  store<u64>(out, low);
}

export function less128(a: usize, b: usize): bool {
  const ah = load<u64>(a, 8);
  const bh = load<u64>(b, 8);
  return ah < bh || (ah == bh && load<u64>(a) < load<u64>(b));
}

export function equal128(a: usize, b: usize): bool {
  return load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8);
}

/** out = a + b; true on overflow. */
export function add128(out: usize, a: usize, b: usize): bool {
  const al = load<u64>(a);
  const ah = load<u64>(a, 8);
  const low = al + load<u64>(b);
  const carry = u64(low < al);
  const sum = ah + load<u64>(b, 8);
  const high = sum + carry;
  store<u64>(out, low);
  store<u64>(out, high, 8);
  return sum < ah || high < sum;
}

/** out = a - b; true when b > a. */
export function subtract128(out: usize, a: usize, b: usize): bool {
  const al = load<u64>(a);
  const ah = load<u64>(a, 8);
  const bl = load<u64>(b);
  const bh = load<u64>(b, 8);
  const borrow = u64(al < bl);
  store<u64>(out, al - bl);
  store<u64>(out, ah - bh - borrow, 8);
  return ah < bh || (ah == bh && al < bl);
}

/** u128 in 16 big-endian bytes. */
export function storeBigEndian128(out: usize, a: usize): void {
  const low = load<u64>(a);
  const high = load<u64>(a, 8);
  store<u64>(out, bswap<u64>(high));
  store<u64>(out, bswap<u64>(low), 8);
}

export function loadBigEndian128(out: usize, from: usize): void {
  const high = bswap<u64>(load<u64>(from));
  const low = bswap<u64>(load<u64>(from, 8));
  store<u64>(out, low);
  store<u64>(out, high, 8);
}

/** u256 in 32 big-endian bytes. */
export function storeBigEndian256(out: usize, a: usize): void {
  const b0 = load<u64>(a);
  const b1 = load<u64>(a, 8);
  const b2 = load<u64>(a, 16);
  const b3 = load<u64>(a, 24);
  store<u64>(out, bswap<u64>(b3));
  store<u64>(out, bswap<u64>(b2), 8);
  store<u64>(out, bswap<u64>(b1), 16);
  store<u64>(out, bswap<u64>(b0), 24);
}

/** Reads 32 big-endian bytes as a u256. */
export function loadBigEndian256(out: usize, from: usize): void {
  storeBigEndian256(out, from);
}

/** Reads 32 big-endian bytes as a u128; true when the value is 2^128 or more. */
export function loadBigEndianWord128(out: usize, from: usize): bool {
  loadBigEndian128(out, from + 16);
  return (load<u64>(from) | load<u64>(from, 8)) != 0;
}
