import { copyAddress, copyBytes, copyWord, putText } from './bytes';
import { KERNEL, RETURN, RETURN_CAPACITY, RETURN_HEAD } from './memory';
import { storeBigEndian128, storeBigEndian256 } from '../math/u128';

/**
 * Return data of the current call, written word by word after the head of the return buffer. What does not fit is dropped and
 * `resultOverflow` says so. A transaction writes its return data too; nobody reads it there.
 */

const LENGTH: usize = KERNEL + 0x2c0;
const OVERFLOW: usize = KERNEL + 0x2c4;
const DATA: usize = RETURN + usize(RETURN_HEAD);
/** Answers writes that do not fit. */
const SINK: usize = KERNEL + 0x2e0;

/** Forgets what was written. */
export function resetResult(): void {
  store<u32>(LENGTH, 0);
  store<u32>(OVERFLOW, 0);
}

export function resultLength(): u32 {
  return load<u32>(LENGTH);
}

/** Sets the length after bytes were written to `resultData()` directly. */
export function setResultLength(length: u32): void {
  store<u32>(LENGTH, length);
}

export function resultData(): usize {
  return DATA;
}

export function resultOverflow(): bool {
  return load<u32>(OVERFLOW) != 0;
}

function nextWord(): usize {
  const length = load<u32>(LENGTH);
  if (length + 32 > RETURN_CAPACITY - RETURN_HEAD) {
    store<u32>(OVERFLOW, 1);
    return SINK;
  }
  store<u32>(LENGTH, length + 32);
  return DATA + usize(length);
}

/** uint of up to 64 bits. */
export function returnNumber(value: u64): void {
  const out = nextWord();
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  store<u64>(out, 0, 16);
  store<u64>(out, bswap<u64>(value), 24);
}

export function returnBool(value: bool): void {
  returnNumber(u64(value));
}

/** u128 in memory. */
export function returnAmount(amount: usize): void {
  const out = nextWord();
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  storeBigEndian128(out + 16, amount);
}

/** u256 in memory (four little-endian limbs). */
export function returnAmount256(amount: usize): void {
  storeBigEndian256(nextWord(), amount);
}

export function returnAddress(address: usize): void {
  const out = nextWord();
  store<u64>(out, 0);
  store<u32>(out, 0, 8);
  copyAddress(out + 12, address);
}

/** 32 bytes as they stand in memory (bytes32, or a big-endian number). */
export function returnWord(word: usize): void {
  copyWord(nextWord(), word);
}

/** Length word and padded bytes of a dynamic value; the caller has written the offset. */
export function returnBytesTail(from: usize, length: u32): void {
  returnNumber(u64(length));
  const words = (length + 31) >> 5;
  for (let i: u32 = 0; i < words; i++) {
    const out = nextWord();
    const rest = length - (i << 5);
    store<u64>(out, 0);
    store<u64>(out, 0, 8);
    store<u64>(out, 0, 16);
    store<u64>(out, 0, 24);
    copyBytes(out, from + usize(i << 5), rest < 32 ? rest : 32);
  }
}

/** A single `string` or `bytes`: offset, length, bytes. */
export function returnBytes(from: usize, length: u32): void {
  returnNumber(32);
  returnBytesTail(from, length);
}

const TEXT: usize = KERNEL + 0x300;
/** Longest text in bytes. */
const TEXT_CAPACITY: u32 = 192;

/** A single string from a literal of at most 192 ASCII characters. */
export function returnText(text: string): void {
  if (u32(text.length) > TEXT_CAPACITY) return;
  returnBytes(TEXT, putText(TEXT, text));
}

function putDecimal(out: usize, value: u32): u32 {
  let digits: u32 = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  let rest = value;
  for (let i = digits; i > 0; i--) {
    store<u8>(out + usize(i - 1), u8(48 + (rest % 10)));
    rest /= 10;
  }
  return digits;
}

/** Replaces the return data by `Error(string)` with "<code>: <text>". */
export function returnError(code: u32, text: string): void {
  resetResult();
  let length = putDecimal(TEXT, code);
  length += putText(TEXT + usize(length), ': ');
  length += putText(TEXT + usize(length), text);
  // Selector 0x08c379a0, then the string; written one word further and moved, as the selector is four bytes.
  returnBytes(TEXT, length);
  const total = load<u32>(LENGTH);
  for (let i = total; i > 0; i--) store<u8>(DATA + usize(i + 3), load<u8>(DATA + usize(i - 1)));
  store<u32>(DATA, 0xa079c308);
  store<u32>(LENGTH, total + 4);
}
