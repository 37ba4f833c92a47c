import { copyAddress, copyWord } from './bytes';
import { appendRecord } from './event';
import { storeBigEndian128 } from '../math/u128';

/**
 * Event records of a length known beforehand, written straight into the log buffer (docs/spec/logs.md): the short way for frequent
 * events and the exact way for long ones.
 *
 *   const words = openRecord(address, TOPIC, 3, 1); putAddressWord(words, a); putAddressWord(words + 32, b); putAmountWord(words + 64, c);
 */

/** Bytes of a record before topic 0. */
const HEAD: u32 = 24;
/** Longest data of an event with four topics. */
export const EVENT_DATA_CAPACITY: u32 = 4096 - HEAD - 4 * 32;

/**
 * Opens an event of `address` with `topics` topics (1..4, the first is the word at `topic`) and `data` bytes of data, at most
 * EVENT_DATA_CAPACITY. Returns where the second topic, or without one the data, goes; the caller fills every word.
 */
export function openRecord(address: usize, topic: usize, topics: u32, data: u32): usize {
  const at = appendRecord(HEAD + (topics << 5) + data);
  store<u32>(at, 0x01 | (topics << 8) | (data << 16));
  copyAddress(at + 4, address);
  copyWord(at + usize(HEAD), topic);
  return at + usize(HEAD) + 32;
}

/** An address as a word. */
export function putAddressWord(out: usize, address: usize): void {
  store<u64>(out, 0);
  store<u32>(out, 0, 8);
  copyAddress(out + 12, address);
}

/** A u128 in memory as a uint256. */
export function putAmountWord(out: usize, amount: usize): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  storeBigEndian128(out + 16, amount);
}

/** A number as a uint256. */
export function putNumberWord(out: usize, value: u64): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  store<u64>(out, 0, 16);
  store<u64>(out, bswap<u64>(value), 24);
}
