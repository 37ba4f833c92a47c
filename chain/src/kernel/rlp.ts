import { KERNEL } from './memory';

/**
 * Strictly canonical RLP reader over bytes in memory. One cursor; the first problem is remembered (`rlpFailed`) and later reads answer
 * empty strings. Canonical means: shortest length form, single bytes below 0x80 as themselves, integers without leading zeros.
 */

const POSITION: usize = KERNEL + 0x400;
const END: usize = KERNEL + 0x404;
const FAILED: usize = KERNEL + 0x408;
/** Length of the last string or list. */
const LENGTH: usize = KERNEL + 0x40c;

/** Starts reading `length` bytes. */
export function rlpOpen(from: usize, length: u32): void {
  store<u32>(POSITION, u32(from));
  store<u32>(END, u32(from) + length);
  store<u32>(FAILED, 0);
  store<u32>(LENGTH, 0);
}

export function rlpFail(): void {
  store<u32>(FAILED, 1);
  store<u32>(POSITION, load<u32>(END));
  store<u32>(LENGTH, 0);
}

export function rlpFailed(): bool {
  return load<u32>(FAILED) != 0;
}

/** Where the next item starts. */
export function rlpPosition(): usize {
  return usize(load<u32>(POSITION));
}

/** Length of the last string or list payload. */
export function rlpLength(): u32 {
  return load<u32>(LENGTH);
}

function remaining(): u32 {
  return load<u32>(END) - load<u32>(POSITION);
}

/** Reads a long length of `bytes` bytes at `at`; 0 when it is not canonical. */
function longLength(at: usize, bytes: u32): u32 {
  if (bytes > 4 || remaining() < 1 + bytes || load<u8>(at) == 0) return 0;
  let length: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) length = (length << 8) | u32(load<u8>(at + usize(i)));
  return length < 56 ? 0 : length;
}

/** Moves past the header of an item whose payload has `length` bytes and answers where the payload starts. */
function enter(header: u32, length: u32): usize {
  if (header > remaining() || length > remaining() - header) {
    rlpFail();
    return rlpPosition();
  }
  const start = rlpPosition() + usize(header);
  store<u32>(LENGTH, length);
  store<u32>(POSITION, u32(start));
  return start;
}

/** Reads an item header; `base` is 0x80 for strings and 0xc0 for lists. */
function readHeader(base: u32): usize {
  if (remaining() == 0) {
    rlpFail();
    return rlpPosition();
  }
  const at = rlpPosition();
  const tag = u32(load<u8>(at));
  if (tag < base || tag > base + 0x3f) {
    rlpFail();
    return at;
  }
  if (tag <= base + 55) return enter(1, tag - base);
  const bytes = tag - base - 55;
  const length = longLength(at + 1, bytes);
  if (length == 0) {
    rlpFail();
    return at;
  }
  return enter(1 + bytes, length);
}

/** Reads a list header: the cursor moves to its first item, `rlpLength()` is the length of its payload. */
export function rlpList(): usize {
  return readHeader(0xc0);
}

/** Reads a string: answers where its bytes start, `rlpLength()` says how many. */
export function rlpBytes(): usize {
  if (remaining() != 0 && load<u8>(rlpPosition()) < 0x80) {
    const at = rlpPosition();
    store<u32>(LENGTH, 1);
    store<u32>(POSITION, u32(at) + 1);
    return at;
  }
  const start = readHeader(0x80);
  if (rlpFailed()) return start;
  const length = rlpLength();
  if (length == 1 && load<u8>(start) < 0x80) {
    rlpFail();
    return start;
  }
  store<u32>(POSITION, u32(start) + length);
  return start;
}

/** Reads a string of exactly `length` bytes. */
export function rlpFixed(length: u32): usize {
  const start = rlpBytes();
  if (rlpLength() != length) rlpFail();
  return start;
}

/** Reads an integer of at most 32 bytes into 32 big-endian bytes at `out`. */
export function rlpInteger(out: usize): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  store<u64>(out, 0, 16);
  store<u64>(out, 0, 24);
  const start = rlpBytes();
  const length = rlpLength();
  if (length == 0) return;
  if (length > 32 || load<u8>(start) == 0) {
    rlpFail();
    return;
  }
  const at = out + usize(32 - length);
  for (let i: u32 = 0; i < length; i++) store<u8>(at + usize(i), load<u8>(start + usize(i)));
}

/** Reads an integer below 2^64. */
export function rlpNumber(): u64 {
  const start = rlpBytes();
  const length = rlpLength();
  if (length == 0) return 0;
  if (length > 8 || load<u8>(start) == 0) {
    rlpFail();
    return 0;
  }
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) value = (value << 8) | u64(load<u8>(start + usize(i)));
  return value;
}

/** Requires that the cursor stands at `end`. */
export function rlpRequireAt(end: usize): void {
  if (rlpPosition() != end) rlpFail();
}

/** Bytes that the integer `value` takes in RLP. */
export function rlpNumberSize(value: u64): u32 {
  if (value < 0x80) return 1;
  return 1 + ((71 - u32(clz<u64>(value))) >> 3);
}

/** Writes an integer and answers how many bytes that took. */
export function rlpPutNumber(out: usize, value: u64): u32 {
  if (value != 0 && value < 0x80) {
    store<u8>(out, u8(value));
    return 1;
  }
  const bytes: u32 = value == 0 ? 0 : rlpNumberSize(value) - 1;
  store<u8>(out, u8(0x80 + bytes));
  for (let i: u32 = 0; i < bytes; i++) store<u8>(out + 1 + usize(i), u8(value >> u64((bytes - 1 - i) << 3)));
  return 1 + bytes;
}

/** Writes the header of a list with `length < 2^24` payload bytes and answers how many bytes that took. */
export function rlpPutListHeader(out: usize, length: u32): u32 {
  if (length < 56) {
    store<u8>(out, u8(0xc0 + length));
    return 1;
  }
  const bytes: u32 = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  store<u8>(out, u8(0xf7 + bytes));
  for (let i: u32 = 0; i < bytes; i++) store<u8>(out + 1 + usize(i), u8(length >> ((bytes - 1 - i) << 3)));
  return 1 + bytes;
}
