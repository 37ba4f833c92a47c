import { MATH } from '../kernel/memory';
import { DENOMINATOR, NUMERATOR, QUOTIENT, divideLimbs, multiplyLimbs } from './limbs';

/**
 * u256 in memory: four little-endian u64 limbs. Arguments are pointers and may be the same unless said otherwise. Functions that can fail
 * answer true when the exact result does not fit (or the divisor is zero); the output is then not to be used.
 */

const PRODUCT: usize = MATH + 0x100;
const WIDE_A: usize = MATH + 0x140;
const WIDE_B: usize = MATH + 0x160;
const WIDE_D: usize = MATH + 0x180;
const WIDE_Q: usize = MATH + 0x1a0;

export function set256(out: usize, a: u64, b: u64, c: u64, d: u64): void {
  store<u64>(out, a);
  store<u64>(out, b, 8);
  store<u64>(out, c, 16);
  store<u64>(out, d, 24);
}

/** Widens a u128. */
export function from128(out: usize, a: usize): void {
  set256(out, load<u64>(a), load<u64>(a, 8), 0, 0);
}

export function copy256(out: usize, a: usize): void {
  set256(out, load<u64>(a), load<u64>(a, 8), load<u64>(a, 16), load<u64>(a, 24));
}

export function isZero256(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0;
}

/** Whether the value is below 2^128, so that its first 16 bytes are a u128. */
export function fits128(a: usize): bool {
  return (load<u64>(a, 16) | load<u64>(a, 24)) == 0;
}

/** -1, 0 or 1 as a is less than, equal to or greater than b. */
export function compare256(a: usize, b: usize): i32 {
  for (let i: i32 = 24; i >= 0; i -= 8) {
    const x = load<u64>(a + usize(i));
    const y = load<u64>(b + usize(i));
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

export function less256(a: usize, b: usize): bool {
  return compare256(a, b) < 0;
}

/** out = a + b; true on overflow. */
export function add256(out: usize, a: usize, b: usize): bool {
  let carry: u64 = 0;
  for (let i: usize = 0; i < 32; i += 8) {
    const x = load<u64>(a + i);
    const sum = x + load<u64>(b + i);
    const total = sum + carry;
    carry = u64(sum < x) | u64(total < sum);
    store<u64>(out + i, total);
  }
  return carry != 0;
}

/** out = a - b; true when b > a. */
export function subtract256(out: usize, a: usize, b: usize): bool {
  let borrow: u64 = 0;
  for (let i: usize = 0; i < 32; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    const difference = x - y;
    const total = difference - borrow;
    borrow = u64(x < y) | u64(difference < borrow);
    store<u64>(out + i, total);
  }
  return borrow != 0;
}

/** Upper 64 bits of a 128-bit product. */
export function multiplyHigh(a: u64, b: u64): u64 {
  const al = a & 0xffff_ffff;
  const ah = a >> 32;
  const bl = b & 0xffff_ffff;
  const bh = b >> 32;
  const t = ah * bl + ((al * bl) >> 32);
  const u = al * bh + (t & 0xffff_ffff);
  return ah * bh + (t >> 32) + (u >> 32);
}

/** out (u256) = a (u128) * b (u128), always exact. */
export function multiply128(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a);
  const b0 = load<u64>(b);
  const a1 = load<u64>(a, 8);
  const b1 = load<u64>(b, 8);
  if ((a1 | b1) == 0) {
    set256(out, a0 * b0, multiplyHigh(a0, b0), 0, 0);
    return;
  }
  const x = a0 * b1;
  const y = a1 * b0;
  const middle = multiplyHigh(a0, b0) + x;
  const carry = u64(middle < x);
  const second = middle + y;
  const high = multiplyHigh(a0, b1) + carry + u64(second < y);
  const third = high + multiplyHigh(a1, b0);
  const z = a1 * b1;
  const sum = third + z;
  set256(out, a0 * b0, second, sum, multiplyHigh(a1, b1) + u64(third < high) + u64(sum < z));
}

/** out = a * k; true on overflow. */
export function multiplySmall256(out: usize, a: usize, k: u64): bool {
  let carry: u64 = 0;
  for (let i: usize = 0; i < 32; i += 8) {
    const x = load<u64>(a + i);
    const low = x * k;
    const total = low + carry;
    carry = multiplyHigh(x, k) + u64(total < low);
    store<u64>(out + i, total);
  }
  return carry != 0;
}

/** out (u256) = a (u128) * k, always exact. */
export function multiplySmall128(out: usize, a: usize, k: u64): void {
  const a0 = load<u64>(a);
  const a1 = load<u64>(a, 8);
  const low = a1 * k;
  const middle = low + multiplyHigh(a0, k);
  set256(out, a0 * k, middle, multiplyHigh(a1, k) + u64(middle < low), 0);
}

/** out = a << bits, bits < 256; what leaves the top is dropped. Output and input may be the same. */
export function shiftLeft256(out: usize, a: usize, bits: u32): void {
  const limbs = i32(bits >> 6);
  const rest = u64(bits & 63);
  for (let i: i32 = 3; i >= 0; i--) {
    const from = i - limbs;
    let value: u64 = from >= 0 ? load<u64>(a + usize(from << 3)) << rest : 0;
    if (rest != 0 && from >= 1) value |= load<u64>(a + usize((from - 1) << 3)) >> (64 - rest);
    store<u64>(out + usize(i << 3), value);
  }
}

/** out = a >> bits, bits < 256. Output and input may be the same. */
export function shiftRight256(out: usize, a: usize, bits: u32): void {
  const limbs = i32(bits >> 6);
  const rest = u64(bits & 63);
  for (let i: i32 = 0; i < 4; i++) {
    const from = i + limbs;
    let value: u64 = from <= 3 ? load<u64>(a + usize(from << 3)) >> rest : 0;
    if (rest != 0 && from <= 2) value |= load<u64>(a + usize((from + 1) << 3)) << (64 - rest);
    store<u64>(out + usize(i << 3), value);
  }
}

/** Whether the last division left a remainder. */
const REMAINDER: usize = MATH + 0x1c0;

function divideSmall(out: usize, a: u64, b: u64): void {
  const q = a / b;
  store<u32>(REMAINDER, u32(a != q * b));
  set256(out, q, 0, 0, 0);
}

/** out = floor(a / b); true when b is zero. `hasRemainder()` tells whether anything was cut off. */
export function divide256(out: usize, a: usize, b: usize): bool {
  if (isZero256(b)) return true;
  const high =
    load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24) | load<u64>(b, 8) | load<u64>(b, 16) | load<u64>(b, 24);
  if (high == 0) {
    divideSmall(out, load<u64>(a), load<u64>(b));
    return false;
  }
  copy256(NUMERATOR, a);
  copy256(DENOMINATOR, b);
  store<u32>(REMAINDER, u32(divideLimbs(8, 8)));
  copy256(out, QUOTIENT);
  return false;
}

export function hasRemainder(): bool {
  return load<u32>(REMAINDER) != 0;
}

/** out = ceil(a / b); true when b is zero. */
export function divideUp256(out: usize, a: usize, b: usize): bool {
  if (divide256(out, a, b)) return true;
  if (!hasRemainder()) return false;
  set256(WIDE_Q, 1, 0, 0, 0);
  return add256(out, out, WIDE_Q);
}

/** out = floor(a * b / d) with a 512-bit product; true when d is zero or the result is 2^256 or more. */
export function mulDiv256(out: usize, a: usize, b: usize, d: usize): bool {
  if (isZero256(d)) return true;
  multiplyLimbs(PRODUCT, a, 8, b, 8);
  copy256(NUMERATOR, PRODUCT);
  copy256(NUMERATOR + 32, PRODUCT + 32);
  copy256(DENOMINATOR, d);
  store<u32>(REMAINDER, u32(divideLimbs(16, 8)));
  copy256(out, QUOTIENT);
  return !isZero256(QUOTIENT + 32);
}

/** out = ceil(a * b / d); true when d is zero or the result is 2^256 or more. */
export function mulDivUp256(out: usize, a: usize, b: usize, d: usize): bool {
  if (mulDiv256(out, a, b, d)) return true;
  if (!hasRemainder()) return false;
  set256(WIDE_Q, 1, 0, 0, 0);
  return add256(out, out, WIDE_Q);
}

/** out (u128) = floor(a * b / d), all u128; true when d is zero or the result is 2^128 or more. */
export function mulDiv128(out: usize, a: usize, b: usize, d: usize): bool {
  multiply128(WIDE_A, a, b);
  from128(WIDE_D, d);
  if (divide256(WIDE_Q, WIDE_A, WIDE_D)) return true;
  store<u64>(out, load<u64>(WIDE_Q));
  store<u64>(out, load<u64>(WIDE_Q, 8), 8);
  return !fits128(WIDE_Q);
}

/** out (u128) = ceil(a * b / d), all u128; true when d is zero or the result is 2^128 or more. */
export function mulDivUp128(out: usize, a: usize, b: usize, d: usize): bool {
  multiply128(WIDE_A, a, b);
  from128(WIDE_D, d);
  if (divideUp256(WIDE_B, WIDE_A, WIDE_D)) return true;
  store<u64>(out, load<u64>(WIDE_B));
  store<u64>(out, load<u64>(WIDE_B, 8), 8);
  return !fits128(WIDE_B);
}

/** out (u128) = floor(a / k), a u128, k not zero. */
export function divideSmall128(out: usize, a: usize, k: u64): void {
  set256(WIDE_D, k, 0, 0, 0);
  from128(WIDE_A, a);
  divide256(WIDE_Q, WIDE_A, WIDE_D);
  store<u64>(out, load<u64>(WIDE_Q));
  store<u64>(out, load<u64>(WIDE_Q, 8), 8);
}

const ROOT: usize = MATH + 0x1e0;
const ROOT_NEXT: usize = MATH + 0x200;

/** Number of significant bits. */
export function bitLength256(a: usize): u32 {
  for (let i: i32 = 24; i >= 0; i -= 8) {
    const limb = load<u64>(a + usize(i));
    if (limb != 0) return u32(i << 3) + 64 - u32(clz<u64>(limb));
  }
  return 0;
}

/** out (u128) = floor(sqrt(a)). Newton's iteration from a power of two above the root: it halves the error at least, and doubles the right digits near the end. */
export function sqrt256(out: usize, a: usize): void {
  const bits = bitLength256(a);
  set256(ROOT, 1, 0, 0, 0);
  shiftLeft256(ROOT, ROOT, (bits + 1) >> 1);
  if (bits == 0) set256(ROOT, 0, 0, 0, 0);
  for (let i: u32 = 0; i < 16 && bits != 0; i++) {
    divide256(ROOT_NEXT, a, ROOT);
    add256(ROOT_NEXT, ROOT_NEXT, ROOT);
    shiftRight256(ROOT_NEXT, ROOT_NEXT, 1);
    if (!less256(ROOT_NEXT, ROOT)) break;
    copy256(ROOT, ROOT_NEXT);
  }
  store<u64>(out, load<u64>(ROOT));
  store<u64>(out, load<u64>(ROOT, 8), 8);
}
