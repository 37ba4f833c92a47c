import { log } from './host';
import { copyAddress, copyBytes, copyWord } from './bytes';
import { KERNEL, LOG, LOG_CAPACITY } from './memory';
import { storeBigEndian128 } from '../math/u128';

/**
 * Log records (docs/spec/logs.md). Records gather in the log buffer; `flushLog` hands them to the host in one call. An event with
 * its data is at most `LOG_CAPACITY` bytes.
 *
 *   beginEvent(address, topic0 as four big-endian u64); topicAddress(a); topicNumber(n); dataAmount(p); dataNumber(n); endEvent();
 */

/** Bytes in the log buffer. */
const LENGTH: usize = KERNEL + 0x280;
/** Start of the open event, and of its data. */
const EVENT: usize = KERNEL + 0x284;
const DATA: usize = KERNEL + 0x288;
/** Events since the receipt before: bounded per transaction by the weights of the operations. */
const HEAD: u32 = 24;
/** Room kept for an event without dynamic data: head, four topics, twelve data words. */
const FIXED: u32 = HEAD + 4 * 32 + 12 * 32;

function cursor(): usize {
  return LOG + usize(load<u32>(LENGTH));
}

function advance(bytes: u32): void {
  store<u32>(LENGTH, load<u32>(LENGTH) + bytes);
}

/** Empties the buffer without writing: at the start of a block, and after a rollback. */
export function resetLog(): void {
  store<u32>(LENGTH, 0);
}

/** Hands the gathered records to the host. */
export function flushLog(): void {
  const length = load<u32>(LENGTH);
  if (length == 0) return;
  log(LOG, length);
  store<u32>(LENGTH, 0);
}

/** Makes room for a record of `length <= LOG_CAPACITY` bytes and returns where it goes. */
export function appendRecord(length: u32): usize {
  if (load<u32>(LENGTH) + length > LOG_CAPACITY) flushLog();
  const at = cursor();
  advance(length);
  return at;
}

/** Opens an event of `address`; `a..d` are the big-endian quarters of topic 0, the event's signature hash. */
export function beginEvent(address: usize, a: u64, b: u64, c: u64, d: u64): void {
  beginLongEvent(address, a, b, c, d, 0);
}

/** As `beginEvent`, for an event with up to `extra` bytes beyond twelve data words. */
export function beginLongEvent(address: usize, a: u64, b: u64, c: u64, d: u64, extra: u32): void {
  if (load<u32>(LENGTH) + FIXED + extra > LOG_CAPACITY) flushLog();
  const at = cursor();
  store<u32>(EVENT, u32(at));
  store<u32>(DATA, 0);
  store<u16>(at, 0x0101);
  copyAddress(at + 4, address);
  store<u64>(at + 24, bswap<u64>(a));
  store<u64>(at + 32, bswap<u64>(b));
  store<u64>(at + 40, bswap<u64>(c));
  store<u64>(at + 48, bswap<u64>(d));
  advance(HEAD + 32);
}

function nextTopic(): usize {
  const event = usize(load<u32>(EVENT));
  store<u8>(event + 1, load<u8>(event + 1) + 1);
  return nextWord();
}

function nextWord(): usize {
  const at = cursor();
  advance(32);
  return at;
}

function nextData(): usize {
  store<u32>(DATA, load<u32>(DATA) + 32);
  return nextWord();
}

function putAddress(out: usize, address: usize): void {
  store<u64>(out, 0);
  store<u32>(out, 0, 8);
  copyAddress(out + 12, address);
}

function putNumber(out: usize, value: u64): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  store<u64>(out, 0, 16);
  store<u64>(out, bswap<u64>(value), 24);
}

/** Topics come before data, at most three after topic 0. */
export function topicAddress(address: usize): void {
  putAddress(nextTopic(), address);
}

export function topicNumber(value: u64): void {
  putNumber(nextTopic(), value);
}

/** A 32-byte topic as it stands in memory (big-endian). */
export function topicWord(word: usize): void {
  copyWord(nextTopic(), word);
}

/** A u128 in memory as a uint256. */
export function dataAmount(amount: usize): void {
  const out = nextData();
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  storeBigEndian128(out + 16, amount);
}

export function dataNumber(value: u64): void {
  putNumber(nextData(), value);
}

export function dataAddress(address: usize): void {
  putAddress(nextData(), address);
}

/** A 32-byte value as it stands in memory (big-endian). */
export function dataWord(word: usize): void {
  copyWord(nextData(), word);
}

/** Length word and zero-padded bytes of a dynamic value; the event must have been opened with room for them. */
export function dataBytes(from: usize, length: u32): void {
  dataNumber(u64(length));
  const padded = (length + 31) & ~31;
  const out = cursor();
  copyBytes(out, from, length);
  for (let i = length; i < padded; i++) store<u8>(out + i, 0);
  store<u32>(DATA, load<u32>(DATA) + padded);
  advance(padded);
}

/** Closes the event. */
export function endEvent(): void {
  store<u16>(usize(load<u32>(EVENT)) + 2, u16(load<u32>(DATA)));
}
