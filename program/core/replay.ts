import { answerFrom } from './answer';
import { keccak, refill } from './host';
import { DIGEST, INPUT } from './layout';

/**
 * Answers of `keccak` and `ecrecover` that were recorded beforehand (src/engine/memo.ts), and Keccak-256 for what was not. The bridge hands the
 * program's bytes over 32 at a time.
 */

const HEAD_BYTES: usize = 4;
const ANSWER_BYTES: usize = 32;

let position: usize = 0;
let limit: usize = 0;
let more: bool = false;

/** The next entries stand at `from .. to`; `beyond` says that there are further ones outside the window. */
export function setReplay(from: usize, to: usize, beyond: bool): void {
  position = from;
  limit = to;
  more = beyond;
}

/** Address of the next entry. */
export function replayPosition(): usize {
  return position;
}

function inputBytes(length: u32): usize {
  return (usize(length) + 3) & ~3;
}

/** Whether the next entry has this head, `kind << 16 | length`. */
export function isNext(head: u32): bool {
  const bytes = HEAD_BYTES + inputBytes(head & 0xffff) + ANSWER_BYTES;
  if (more && limit - position < bytes) refill();
  return limit - position >= bytes && load<u32>(position) == head;
}

/** Whether the next entry's input has these 32 bytes at `offset`. */
export function matches(offset: usize, a: u64, b: u64, c: u64, d: u64): bool {
  const at = position + HEAD_BYTES + offset;
  return load<u64>(at) == a && load<u64>(at, 8) == b && load<u64>(at, 16) == c && load<u64>(at, 24) == d;
}

/** The first `count` bytes of eight. */
function first(value: u64, count: i32): u64 {
  if (count >= 8) return value;
  return count <= 0 ? 0 : value & ((u64(1) << u64(count << 3)) - 1);
}

/** As `matches`, for the first `count` < 32 bytes. */
export function matchesPart(offset: usize, count: i32, a: u64, b: u64, c: u64, d: u64): bool {
  const at = position + HEAD_BYTES + offset;
  const difference =
    first(load<u64>(at) ^ a, count) |
    first(load<u64>(at, 8) ^ b, count - 8) |
    first(load<u64>(at, 16) ^ c, count - 16) |
    first(load<u64>(at, 24) ^ d, count - 24);
  return difference == 0;
}

/** Answers what was recorded for the next entry, whose input has `length` bytes, and goes on to the one after it. */
export function take(length: u32): void {
  const at = position + HEAD_BYTES + inputBytes(length);
  answerFrom(at);
  position = at + ANSWER_BYTES;
}

/** Puts 32 bytes of an input that is to be hashed. */
export function absorb(offset: usize, a: u64, b: u64, c: u64, d: u64): void {
  const at = INPUT + offset;
  store<u64>(at, a);
  store<u64>(at, b, 8);
  store<u64>(at, c, 16);
  store<u64>(at, d, 24);
}

/** Answers Keccak-256 of the first `length` bytes put. */
export function digest(length: u32): void {
  keccak(INPUT, length, DIGEST);
  answerFrom(DIGEST);
}
