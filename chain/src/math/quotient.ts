import { MATH } from '../kernel/memory';
import { multiplyHigh } from './u256';

/**
 * Division of a u256 by a u128 in 64-bit digits: what a quote needs, in a third of the steps of the general division.
 * Source: Möller and Granlund, "Improved division by invariant integers", IEEE Transactions on Computers 60 (2011), algorithms 4 to 6.
 */

/** Remainder of the last digit: high, low. */
const REMAINDER_HIGH: usize = MATH + 0x240;
const REMAINDER_LOW: usize = MATH + 0x248;

/** floor((2^64 * high + low) / divisor) for high < divisor and divisor >= 2^63, by two digits of 32 bits. */
function divideWide(high: u64, low: u64, divisor: u64): u64 {
  const d1 = divisor >> 32;
  const d0 = divisor & 0xffff_ffff;
  const q1 = digit(high, low >> 32, d1, d0);
  const rest = ((high << 32) | (low >> 32)) - q1 * divisor;
  return (q1 << 32) | digit(rest, low & 0xffff_ffff, d1, d0);
}

/** One digit of 32 bits: floor((2^32 * high + next) / (2^32 * d1 + d0)). The guess is at most two too large. */
function digit(high: u64, next: u64, d1: u64, d0: u64): u64 {
  let q = high / d1;
  let r = high - q * d1;
  while (q > 0xffff_ffff || q * d0 > ((r << 32) | next)) {
    q--;
    r += d1;
    if (r > 0xffff_ffff) break;
  }
  return q;
}

/** floor((2^192 - 1) / (2^64 * d1 + d0)) - 2^64 for d1 >= 2^63. */
function reciprocal(d1: u64, d0: u64): u64 {
  let v = divideWide(~d1, u64.MAX_VALUE, d1);
  let p = d1 * v + d0;
  if (p < d0) {
    v--;
    if (p >= d1) {
      v--;
      p -= d1;
    }
    p -= d1;
  }
  const t1 = multiplyHigh(v, d0);
  const t0 = v * d0;
  p += t1;
  if (p < t1) {
    v--;
    if (p > d1 || (p == d1 && t0 >= d0)) v--;
  }
  return v;
}

/** floor((u2, u1, u0) / (d1, d0)) for (u2, u1) < (d1, d0); leaves the remainder in memory. */
function digitBy(u2: u64, u1: u64, u0: u64, d1: u64, d0: u64, v: u64): u64 {
  const low = v * u2;
  const q0 = low + u1;
  let q1 = multiplyHigh(v, u2) + u2 + u64(q0 < low);
  const t0 = d0 * q1;
  let r1 = u1 - q1 * d1 - multiplyHigh(d0, q1) - u64(u0 < t0);
  let r0 = u0 - t0;
  r1 = r1 - d1 - u64(r0 < d0);
  r0 -= d0;
  q1++;
  if (r1 >= q0) {
    q1--;
    r0 += d0;
    r1 += d1 + u64(r0 < d0);
  }
  if (r1 > d1 || (r1 == d1 && r0 >= d0)) {
    q1++;
    r1 = r1 - d1 - u64(r0 < d0);
    r0 -= d0;
  }
  store<u64>(REMAINDER_HIGH, r1);
  store<u64>(REMAINDER_LOW, r0);
  return q1;
}

/** The upper of two neighbouring digits after a shift to the left by `bits` < 64. */
function shifted(high: u64, low: u64, bits: u64): u64 {
  return bits == 0 ? high : (high << bits) | (low >> (64 - bits));
}

/**
 * out (u128) = floor(numerator / denominator), numerator a u256, denominator a u128 of 2^64 or more; true when the quotient is 2^128 or
 * more. Anything smaller is for the general division.
 */
export function divideByLong(out: usize, numerator: usize, denominator: usize): bool {
  const high = load<u64>(denominator, 8);
  const n2 = load<u64>(numerator, 16);
  const n3 = load<u64>(numerator, 24);
  if (n3 > high || (n3 == high && n2 >= load<u64>(denominator))) return true;
  const bits = clz<u64>(high);
  const d1 = shifted(high, load<u64>(denominator), bits);
  const d0 = load<u64>(denominator) << bits;
  const n1 = load<u64>(numerator, 8);
  const n0 = load<u64>(numerator);
  const v = reciprocal(d1, d0);
  const q1 = digitBy(shifted(n3, n2, bits), shifted(n2, n1, bits), shifted(n1, n0, bits), d1, d0, v);
  const q0 = digitBy(load<u64>(REMAINDER_HIGH), load<u64>(REMAINDER_LOW), n0 << bits, d1, d0, v);
  store<u64>(out, q0);
  store<u64>(out, q1, 8);
  return false;
}
