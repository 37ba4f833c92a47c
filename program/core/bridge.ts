import {
  absorb,
  answer0,
  answer1,
  answer2,
  answer3,
  digest,
  get,
  isNext,
  matches,
  matchesPart,
  set,
  take,
} from './core';
import { recover, refuse } from './host';

/**
 * Between the program's memory, which this module shares, and the core: one instance per instance of the program. Pointers and lengths are
 * checked here as src/engine/host.ts checks them.
 */

const MEMORY_BYTES: usize = 0x40000;
const KECCAK_LIMIT: u32 = 16_384;
const RECOVERY_BYTES: u32 = 128;
const KIND_KECCAK: u32 = 1;
const KIND_RECOVERY: u32 = 2;

const UNALIGNED: u32 = 0;
const OUTSIDE: u32 = 1;
const TOO_LONG: u32 = 2;

function checkWord(pointer: usize): void {
  if ((pointer & 31) != 0) refuse(UNALIGNED);
  if (pointer > MEMORY_BYTES - 32) refuse(OUTSIDE);
}

function checkRange(pointer: usize, length: u32, maximum: u32): void {
  if ((pointer & 31) != 0) refuse(UNALIGNED);
  if (length > maximum) refuse(TOO_LONG);
  if (pointer > MEMORY_BYTES || usize(length) > MEMORY_BYTES - pointer) refuse(OUTSIDE);
}

function putAnswer(out: usize): void {
  store<u64>(out, answer0);
  store<u64>(out, answer1, 8);
  store<u64>(out, answer2, 16);
  store<u64>(out, answer3, 24);
}

export function state_get(key: usize, out: usize): void {
  checkWord(key);
  checkWord(out);
  get(u32(key >> 5), load<u64>(key), load<u64>(key, 8), load<u64>(key, 16), load<u64>(key, 24));
  putAnswer(out);
}

export function state_set(key: usize, value: usize): void {
  checkWord(key);
  checkWord(value);
  set(
    u32(key >> 5),
    load<u64>(key),
    load<u64>(key, 8),
    load<u64>(key, 16),
    load<u64>(key, 24),
    load<u64>(value),
    load<u64>(value, 8),
    load<u64>(value, 16),
    load<u64>(value, 24),
  );
}

/** Whether the next recorded answer is that to this input. */
function isRecorded(kind: u32, pointer: usize, length: u32): bool {
  if (!isNext((kind << 16) | length)) return false;
  const whole = usize(length) & ~31;
  let done: usize = 0;
  for (; done < whole; done += 32) {
    const at = pointer + done;
    if (!matches(done, load<u64>(at), load<u64>(at, 8), load<u64>(at, 16), load<u64>(at, 24))) return false;
  }
  const rest = i32(length) & 31;
  const at = pointer + done;
  return rest == 0 || matchesPart(done, rest, load<u64>(at), load<u64>(at, 8), load<u64>(at, 16), load<u64>(at, 24));
}

function compute(pointer: usize, length: u32): void {
  for (let done: usize = 0; done < usize(length); done += 32) {
    const at = pointer + done;
    absorb(done, load<u64>(at), load<u64>(at, 8), load<u64>(at, 16), load<u64>(at, 24));
  }
  digest(length);
}

export function keccak(pointer: usize, length: u32, out: usize): void {
  checkRange(pointer, length, KECCAK_LIMIT);
  checkWord(out);
  if (isRecorded(KIND_KECCAK, pointer, length)) take(length);
  else compute(pointer, length);
  putAnswer(out);
}

export function ecrecover(pointer: usize, out: usize): void {
  checkRange(pointer, RECOVERY_BYTES, RECOVERY_BYTES);
  checkWord(out);
  if (!isRecorded(KIND_RECOVERY, pointer, RECOVERY_BYTES)) {
    recover(pointer, out);
    return;
  }
  take(RECOVERY_BYTES);
  putAnswer(out);
}
