import { callData, callDataLength } from './call';
import { ERR_ABI_DIRTY, ERR_ABI_OFFSET, ERR_ABI_TOO_LONG, ERR_ABI_TRUNCATED, ERR_AMOUNT_RANGE, OK } from './errors';
import { KERNEL } from './memory';

/**
 * Strict ABI decoding of the current call's arguments. The first problem is remembered and later reads answer zero, so a handler reads
 * all its arguments and then asks once:
 *
 *   beginArguments(2);
 *   const to = argumentAddress(0);
 *   argumentAmount(1, AMOUNT);
 *   if (argumentError() != OK) return argumentError();
 */

const ERROR: usize = KERNEL + 0x290;
/** First byte after the selector. */
const BASE: usize = KERNEL + 0x294;
/** Bytes after the selector. */
const LENGTH: usize = KERNEL + 0x298;
/** Length of the last dynamic argument. */
const DYNAMIC_LENGTH: usize = KERNEL + 0x29c;
/** A word of zeros that answers reads after an error. */
const ZERO: usize = KERNEL + 0x2a0;

function fail(code: u32): void {
  if (load<u32>(ERROR) == OK) store<u32>(ERROR, code);
}

/** Starts decoding a call with `count` head words (all arguments count one, dynamic ones included). */
export function beginArguments(count: u32): void {
  const length = callDataLength();
  store<u32>(ERROR, OK);
  store<u32>(BASE, u32(callData()) + 4);
  store<u32>(LENGTH, length < 4 ? 0 : length - 4);
  if (length < 4 + (count << 5)) fail(ERR_ABI_TRUNCATED);
}

/** 0, or the first problem found. */
export function argumentError(): u32 {
  return load<u32>(ERROR);
}

/** The raw 32-byte head word, big-endian. */
export function argumentWord(index: u32): usize {
  if (load<u32>(ERROR) != OK) return ZERO;
  return usize(load<u32>(BASE)) + usize(index << 5);
}

function checkedAddress(word: usize): usize {
  if ((load<u64>(word) | u64(load<u32>(word, 8))) != 0) {
    fail(ERR_ABI_DIRTY);
    return ZERO;
  }
  return word + 12;
}

/** Pointer to 20 bytes inside the calldata. */
export function argumentAddress(index: u32): usize {
  return checkedAddress(argumentWord(index));
}

/** A uint256 that must be below 2^128, as a u128 at `out`. Fails: ERR_AMOUNT_RANGE. */
export function argumentAmount(index: u32, out: usize): void {
  const word = argumentWord(index);
  if ((load<u64>(word) | load<u64>(word, 8)) != 0) fail(ERR_AMOUNT_RANGE);
  store<u64>(out, bswap<u64>(load<u64>(word, 24)));
  store<u64>(out, bswap<u64>(load<u64>(word, 16)), 8);
}

/** A uint256 as a u128 at `out`, 2^128 - 1 when it is larger (allowances: "unlimited"). */
export function argumentAmountSaturated(index: u32, out: usize): void {
  const word = argumentWord(index);
  const high = (load<u64>(word) | load<u64>(word, 8)) != 0;
  store<u64>(out, high ? u64.MAX_VALUE : bswap<u64>(load<u64>(word, 24)));
  store<u64>(out, high ? u64.MAX_VALUE : bswap<u64>(load<u64>(word, 16)), 8);
}

/** An unsigned integer that must fit 64 bits. Fails: ERR_ABI_DIRTY. */
export function argumentNumber(index: u32): u64 {
  const word = argumentWord(index);
  if ((load<u64>(word) | load<u64>(word, 8) | load<u64>(word, 16)) != 0) {
    fail(ERR_ABI_DIRTY);
    return 0;
  }
  return bswap<u64>(load<u64>(word, 24));
}

/** As `argumentNumber`, but 2^64 - 1 for anything larger (deadlines: "never"). */
export function argumentNumberSaturated(index: u32): u64 {
  const word = argumentWord(index);
  if ((load<u64>(word) | load<u64>(word, 8) | load<u64>(word, 16)) != 0) return u64.MAX_VALUE;
  return bswap<u64>(load<u64>(word, 24));
}

/** A bool: exactly 0 or 1. */
export function argumentBool(index: u32): bool {
  const value = argumentNumber(index);
  if (value > 1) fail(ERR_ABI_DIRTY);
  return value == 1;
}

/** Position after the length word of a dynamic argument, relative to `BASE`; 0 after an error. Its length is kept. */
function dynamic(index: u32, maximum: u32): u32 {
  store<u32>(DYNAMIC_LENGTH, 0);
  const available = load<u32>(LENGTH);
  const offset = argumentNumber(index);
  if (load<u32>(ERROR) != OK) return 0;
  if (offset + 32 > u64(available) || offset > 0xffff_ffff) {
    fail(ERR_ABI_OFFSET);
    return 0;
  }
  return dynamicAt(u32(offset), maximum);
}

function dynamicAt(offset: u32, maximum: u32): u32 {
  const word = usize(load<u32>(BASE)) + usize(offset);
  const length = bswap<u64>(load<u64>(word, 24));
  if ((load<u64>(word) | load<u64>(word, 8) | load<u64>(word, 16)) != 0 || length > u64(maximum)) {
    fail(ERR_ABI_TOO_LONG);
    return 0;
  }
  store<u32>(DYNAMIC_LENGTH, u32(length));
  return offset + 32;
}

function requireInside(start: u32, bytes: u32): usize {
  if (load<u32>(ERROR) != OK) return ZERO;
  if (start + bytes > load<u32>(LENGTH)) {
    store<u32>(DYNAMIC_LENGTH, 0);
    fail(ERR_ABI_OFFSET);
    return ZERO;
  }
  return usize(load<u32>(BASE)) + usize(start);
}

/** Bytes or string of at most `maximum` bytes: pointer into the calldata; `argumentLength()` says how many. */
export function argumentBytes(index: u32, maximum: u32): usize {
  const start = dynamic(index, maximum);
  return requireInside(start, load<u32>(DYNAMIC_LENGTH));
}

/** Array of one-word elements, at most `maximum`: pointer to the first word; `argumentLength()` says how many. */
export function argumentWords(index: u32, maximum: u32): usize {
  const start = dynamic(index, maximum);
  return requireInside(start, load<u32>(DYNAMIC_LENGTH) << 5);
}

/** Element `i` of an address array that `argumentWords` returned: pointer to 20 bytes. */
export function elementAddress(words: usize, i: u32): usize {
  return checkedAddress(words + usize(i << 5));
}

/** Bytes or elements of the last dynamic argument. */
export function argumentLength(): u32 {
  return load<u32>(DYNAMIC_LENGTH);
}
