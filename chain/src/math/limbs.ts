import { MATH } from '../kernel/memory';

/**
 * Long multiplication and division on little-endian u32 limbs in fixed scratch (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D).
 * Callers fill NUMERATOR and DENOMINATOR, call `divideLimbs` and read QUOTIENT; NUMERATOR is destroyed.
 */

/** Up to 16 limbs and one spare. */
export const NUMERATOR: usize = MATH + 0x000;
/** Up to 8 limbs. */
export const DENOMINATOR: usize = MATH + 0x060;
/** Up to 16 limbs, always written in full. */
export const QUOTIENT: usize = MATH + 0x0a0;

/** Number of limbs up to the highest that is not zero. */
export function limbCount(a: usize, maximum: u32): u32 {
  let n = maximum;
  while (n > 0 && load<u32>(a + usize((n - 1) << 2)) == 0) n--;
  return n;
}

/** QUOTIENT = NUMERATOR / one limb; answers the remainder. */
function divideByLimb(count: u32, divisor: u64): u64 {
  let remainder: u64 = 0;
  for (let i = count; i > 0; i--) {
    const at = usize((i - 1) << 2);
    const value = (remainder << 32) | u64(load<u32>(NUMERATOR + at));
    const q = value / divisor;
    store<u32>(QUOTIENT + at, u32(q));
    remainder = value - q * divisor;
  }
  return remainder;
}

/** Shifts `count` limbs left by 0..31 bits in place and answers the bits shifted out. */
function shiftLimbsLeft(a: usize, count: u32, bits: u32): u32 {
  let carry: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const p = a + usize(i << 2);
    const value = (u64(load<u32>(p)) << bits) | carry;
    store<u32>(p, u32(value));
    carry = value >> 32;
  }
  return u32(carry);
}

/** at[0..n] -= q * DENOMINATOR[0..n-1]; true when the result is negative. */
function subtractMultiple(at: usize, n: u32, q: u64): bool {
  let borrow: i64 = 0;
  let carry: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const p = at + usize(i << 2);
    const product = q * u64(load<u32>(DENOMINATOR + usize(i << 2))) + carry;
    carry = product >> 32;
    const t = i64(load<u32>(p)) - borrow - i64(product & 0xffff_ffff);
    store<u32>(p, u32(t));
    borrow = (t >> 32) & 1;
  }
  const top = at + usize(n << 2);
  const t = i64(load<u32>(top)) - borrow - i64(carry);
  store<u32>(top, u32(t));
  return t < 0;
}

/** at[0..n] += DENOMINATOR[0..n-1], the carry out of the top dropped. */
function addBack(at: usize, n: u32): void {
  let carry: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const p = at + usize(i << 2);
    carry += u64(load<u32>(p)) + u64(load<u32>(DENOMINATOR + usize(i << 2)));
    store<u32>(p, u32(carry));
    carry >>= 32;
  }
  const top = at + usize(n << 2);
  store<u32>(top, load<u32>(top) + u32(carry));
}

/** First guess of a quotient limb, at most one too large. */
function estimate(at: usize, n: u32): u64 {
  const high = u64(load<u32>(DENOMINATOR + usize((n - 1) << 2)));
  const next = u64(load<u32>(DENOMINATOR + usize((n - 2) << 2)));
  const top = (u64(load<u32>(at + usize(n << 2))) << 32) | u64(load<u32>(at + usize((n - 1) << 2)));
  const third = u64(load<u32>(at + usize((n - 2) << 2)));
  let q = top / high;
  let r = top - q * high;
  while (q > 0xffff_ffff || q * next > ((r << 32) | third)) {
    q--;
    r += high;
    if (r > 0xffff_ffff) break;
  }
  return q;
}

function divideLong(count: u32, n: u32): void {
  const bits = u32(clz<u32>(load<u32>(DENOMINATOR + usize((n - 1) << 2))));
  shiftLimbsLeft(DENOMINATOR, n, bits);
  store<u32>(NUMERATOR + usize(count << 2), shiftLimbsLeft(NUMERATOR, count, bits));
  for (let j = i32(count - n); j >= 0; j--) {
    const at = NUMERATOR + usize(j << 2);
    let q = estimate(at, n);
    if (subtractMultiple(at, n, q)) {
      q--;
      addBack(at, n);
    }
    store<u32>(QUOTIENT + usize(j << 2), u32(q));
  }
}

function clearQuotient(): void {
  for (let i: usize = 0; i < 64; i += 8) store<u64>(QUOTIENT + i, 0);
}

/**
 * QUOTIENT = floor(NUMERATOR / DENOMINATOR), where the denominator is not zero. Answers whether a remainder is left.
 * `numeratorLimbs <= 16`, `denominatorLimbs <= 8`.
 */
export function divideLimbs(numeratorLimbs: u32, denominatorLimbs: u32): bool {
  clearQuotient();
  const count = limbCount(NUMERATOR, numeratorLimbs);
  const n = limbCount(DENOMINATOR, denominatorLimbs);
  if (n == 0) return false;
  if (count < n) return count != 0;
  if (n == 1) return divideByLimb(count, u64(load<u32>(DENOMINATOR))) != 0;
  divideLong(count, n);
  return limbCount(NUMERATOR, n) != 0;
}

/** out[0..an+bn-1] = a * b. The output may not overlap the inputs. */
export function multiplyLimbs(out: usize, a: usize, an: u32, b: usize, bn: u32): void {
  for (let i: u32 = 0; i < an + bn; i++) store<u32>(out + usize(i << 2), 0);
  for (let i: u32 = 0; i < an; i++) {
    const ai = u64(load<u32>(a + usize(i << 2)));
    if (ai == 0) continue;
    let carry: u64 = 0;
    const row = out + usize(i << 2);
    for (let j: u32 = 0; j < bn; j++) {
      const p = row + usize(j << 2);
      const t = ai * u64(load<u32>(b + usize(j << 2))) + u64(load<u32>(p)) + carry;
      store<u32>(p, u32(t));
      carry = t >> 32;
    }
    store<u32>(row + usize(bn << 2), u32(carry));
  }
}
