import { answerFrom, answerZero } from './answer';
import { grow } from './host';
import { full, hashEnd, hashKey, home } from './hash';
import { GUESSES, GUESS_MASK, KEY, RECORDS, SIZES, VALUE, WARM } from './layout';

/**
 * Flat table of state words: an index over dense records. Records are numbered in the order of their creation and only the newest ones are
 * ever removed (undo runs backwards), which leaves every other key's way through the index as it was.
 *
 * The index consists of lines of 16 slots, one cache line each. A key stands in the line of its `home`; when that was full at its creation, in
 * the first line with room from that of `full` on. A slot is 0, or record + 1 in its low bits and bits of the key's hashes above.
 */

const LINE_BYTES: u32 = 64;
const LAST_SLOT: u32 = 60;
const SLOTS_PER_RECORD: u32 = 2;
/** Record (or ~record if the write created it), then at 8 the value before. */
const ENTRY_BYTES: usize = 40;
/** Of a slot's hash bits these come from `home`, the others from `full`. */
const HOME_BITS: u32 = 0xf800_0000;

let index: usize = 0;
let mask: u32 = 0;
let lineMask: u32 = 0;
let journal: usize = 0;

function sizes(field: usize): u32 {
  return load<u32>(SIZES + field);
}

function recordAt(number: u32): usize {
  return RECORDS + (usize(number) << 6);
}

function numberOf(record: usize): u32 {
  return u32((record - RECORDS) >> 6);
}

function holds(record: usize, k0: u64, k1: u64, k2: u64, k3: u64): bool {
  return (
    load<u64>(record, 8) == k1 && load<u64>(record, 16) == k2 && load<u64>(record, 24) == k3 && load<u64>(record) == k0
  );
}

function homeLine(): usize {
  return index + usize(home & lineMask) * usize(LINE_BYTES);
}

function overflowLine(): u32 {
  return rotl<u32>(full, 13) & lineMask;
}

/** Where in its lines a key is looked for first, in bytes: by bits that the slot does not hold. */
function firstSlot(): u32 {
  return (full >> 26) & LAST_SLOT;
}

function tag(): u32 {
  return (home & HOME_BITS) | (full & ~HOME_BITS);
}

/** Record of the key that was hashed last, 0 if absent. */
function probe(k0: u64, k1: u64, k2: u64, k3: u64): usize {
  const wanted = tag();
  const ignored = mask;
  let line = homeLine();
  let next = overflowLine();
  const first = firstSlot();
  while (true) {
    for (let i: u32 = 0; i < LINE_BYTES; i += 4) {
      const entry = load<u32>(line + usize((first + i) & LAST_SLOT));
      if (entry == 0) return 0;
      if (((entry ^ wanted) & ~ignored) != 0) continue;
      const record = recordAt((entry & ignored) - 1);
      if (holds(record, k0, k1, k2, k3)) return record;
    }
    line = index + usize(next) * usize(LINE_BYTES);
    next = (next + 1) & lineMask;
  }
}

/** Slot on the way of the key that was hashed last whose low bits are `low`: 0 finds the first free one. */
function slotWith(low: u32): usize {
  let line = homeLine();
  let next = overflowLine();
  const first = firstSlot();
  while (true) {
    for (let i: u32 = 0; i < LINE_BYTES; i += 4) {
      const slot = line + usize((first + i) & LAST_SLOT);
      if ((load<u32>(slot) & mask) == low) return slot;
    }
    line = index + usize(next) * usize(LINE_BYTES);
    next = (next + 1) & lineMask;
  }
}

function hashRecord(record: usize): void {
  hashKey(load<u64>(record), load<u64>(record, 8), load<u64>(record, 16), load<u64>(record, 24));
}

/** Puts a record into the index. */
function link(record: usize): void {
  hashRecord(record);
  store<u32>(slotWith(0), (tag() & ~mask) | (numberOf(record) + 1));
}

/** Appends a record of value zero. */
function insert(k0: u64, k1: u64, k2: u64, k3: u64): usize {
  const number = sizes(0);
  if (number == sizes(4)) grow(0);
  const record = recordAt(number);
  store<u32>(SIZES, number + 1);
  store<u64>(record, k0);
  store<u64>(record, k1, 8);
  store<u64>(record, k2, 16);
  store<u64>(record, k3, 24);
  store<u64>(record, 0, 32);
  store<u64>(record, 0, 40);
  store<u64>(record, 0, 48);
  store<u64>(record, 0, 56);
  link(record);
  return record;
}

/** Record of a key, 0 if absent. `place` says where the program keeps the key: often it is the same key again. */
function locate(place: u32, k0: u64, k1: u64, k2: u64, k3: u64): usize {
  const guessAt = GUESSES + (usize(place & GUESS_MASK) << 2);
  const guess = usize(load<u32>(guessAt));
  if (guess - RECORDS < usize(sizes(0)) << 6 && holds(guess, k0, k1, k2, k3)) return guess;
  hashKey(k0, k1, k2, k3);
  const record = probe(k0, k1, k2, k3);
  if (record != 0) store<u32>(guessAt, u32(record));
  return record;
}

/** Remembers the value of a record before a write. */
function remember(record: usize, created: bool): void {
  const length = sizes(8);
  if (length == sizes(12)) grow(1);
  const entry = journal + usize(length) * ENTRY_BYTES;
  store<u32>(SIZES, length + 1, 8);
  store<u32>(entry, created ? ~numberOf(record) : numberOf(record));
  store<u64>(entry, load<u64>(record, 32), 8);
  store<u64>(entry, load<u64>(record, 40), 16);
  store<u64>(entry, load<u64>(record, 48), 24);
  store<u64>(entry, load<u64>(record, 56), 32);
}

/** Answers the word under a key; zero if absent. */
export function get(place: u32, k0: u64, k1: u64, k2: u64, k3: u64): void {
  const record = locate(place, k0, k1, k2, k3);
  if (record == 0) answerZero();
  else answerFrom(record + 32);
}

/** Writes the word under a key and remembers what was there. Returns the record. */
export function set(place: u32, k0: u64, k1: u64, k2: u64, k3: u64, v0: u64, v1: u64, v2: u64, v3: u64): usize {
  const found = locate(place, k0, k1, k2, k3);
  const record = found == 0 ? insert(k0, k1, k2, k3) : found;
  remember(record, found == 0);
  store<u64>(record, v0, 32);
  store<u64>(record, v1, 40);
  store<u64>(record, v2, 48);
  store<u64>(record, v3, 56);
  return record;
}

/** Number of the record whose key stands at KEY, or -1. */
export function find(): i32 {
  hashRecord(KEY);
  const record = probe(load<u64>(KEY), load<u64>(KEY, 8), load<u64>(KEY, 16), load<u64>(KEY, 24));
  return record == 0 ? -1 : i32(numberOf(record));
}

/** Writes the word at VALUE under the key at KEY; returns the number of the record. */
export function write(): u32 {
  const record = set(
    0,
    load<u64>(KEY),
    load<u64>(KEY, 8),
    load<u64>(KEY, 16),
    load<u64>(KEY, 24),
    load<u64>(VALUE),
    load<u64>(VALUE, 8),
    load<u64>(VALUE, 16),
    load<u64>(VALUE, 24),
  );
  return numberOf(record);
}

/** Removes the newest record: no other key's way runs over its slot. */
export function removeNewest(): void {
  const number = sizes(0) - 1;
  hashRecord(recordAt(number));
  store<u32>(slotWith(number + 1), 0);
  store<u32>(SIZES, number);
}

/** Undoes the writes behind the first `mark` of the journal, newest first. */
export function undo(mark: u32): void {
  for (let length = sizes(8); length > mark; length--) {
    const entry = journal + usize(length - 1) * ENTRY_BYTES;
    const number = load<i32>(entry);
    if (number < 0) {
      removeNewest();
      continue;
    }
    const record = recordAt(number);
    store<u64>(record, load<u64>(entry, 8), 32);
    store<u64>(record, load<u64>(entry, 16), 40);
    store<u64>(record, load<u64>(entry, 24), 48);
    store<u64>(record, load<u64>(entry, 32), 56);
  }
  store<u32>(SIZES, mark, 8);
}

/** Lays the table out for `records` records (a power of two) and `entries` entries of the journal; the memory is large enough for both. */
export function resize(records: u32, entries: u32): void {
  const indexBytes = usize(records * SLOTS_PER_RECORD) << 2;
  const start = RECORDS + (usize(records) << 6);
  memory.copy(start + indexBytes, journal, usize(sizes(8)) * ENTRY_BYTES);
  journal = start + indexBytes;
  store<u32>(SIZES, entries, 12);
  store<u32>(SIZES, u32(journal), 16);
  if (records == sizes(4)) return;
  index = start;
  memory.fill(index, 0, indexBytes);
  mask = records * SLOTS_PER_RECORD - 1;
  lineMask = ((records * SLOTS_PER_RECORD) >> 4) - 1;
  store<u32>(SIZES, records, 4);
  for (let number: u32 = 0; number < sizes(0); number++) link(recordAt(number));
}

/** Takes over `count` records that were put into an empty table; false when a key comes twice. */
export function adopt(count: u32): bool {
  for (let number: u32 = 0; number < count; number++) {
    const record = recordAt(number);
    hashRecord(record);
    if (probe(load<u64>(record), load<u64>(record, 8), load<u64>(record, 16), load<u64>(record, 24)) != 0) return false;
    store<u32>(SIZES, number + 1);
    link(record);
  }
  return true;
}

/** What `warm` read; nobody asks, but a read whose result is not used would be left out. */
export let warmed: u32 = 0;

/**
 * Brings the words of accounts into the cache: the records whose keys end with the addresses in the first `count` entries of WARM. All lines of
 * the index first, then all records, so that the processor waits for many at a time. Changes nothing.
 */
export function warm(count: u32): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = WARM + (usize(i) << 5);
    const hash = hashEnd(at);
    store<u32>(at, hash);
    sum += load<u32>(index + usize(hash & lineMask) * usize(LINE_BYTES));
  }
  for (let i: u32 = 0; i < count; i++) sum += warmLine(load<u32>(WARM + (usize(i) << 5)));
  warmed = sum;
}

function warmLine(hash: u32): u32 {
  let sum: u32 = 0;
  const line = index + usize(hash & lineMask) * usize(LINE_BYTES);
  for (let slot = line; slot < line + usize(LINE_BYTES); slot += 4) {
    const entry = load<u32>(slot);
    if (entry != 0 && ((entry ^ hash) & HOME_BITS & ~mask) == 0) sum += load<u32>(recordAt((entry & mask) - 1));
  }
  return sum;
}
