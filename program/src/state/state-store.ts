import { randomBytes } from 'node:crypto';

import { EngineError } from '../errors.js';
import { DiffBuilder, type StateDiff } from './diff.js';
import type { StateAccess } from './state-access.js';

/** 32-bit words in a key or value, and in a record (key, then value: one cache line). */
const WORDS = 8;
const RECORD = 16;
/** Journal entry: record (or `~record` if the write created it), then the previous value. */
const ENTRY = 9;
/** Slots per record at least, so that probe chains stay short. */
const SLOTS_PER_RECORD = 2;
/** One guess per aligned place in the program's 256 KiB. */
const GUESSES = 8_192;
const NO_GUESS = 0x7fff_ffff;

/**
 * Flat table of state words: an open-addressing index over dense records, all in typed arrays.
 *
 * Keys and values are read and written straight from the program's memory, as 32-bit words at a word index. Records are numbered in the
 * order of their creation and only the newest ones are ever removed (undo runs backwards), which keeps probe chains whole.
 * The hash is seeded per table, so that nobody can choose keys that collide.
 */
export class StateStore implements StateAccess {
  /** Number of keys; records are `0 .. size - 1`. */
  size = 0;
  private capacity: number;
  private records: Int32Array;
  /** Low bits (those of `mask`): record + 1, zero = free; high bits: those of the key's hash. One word a slot keeps the index in the cache. */
  private slots: Int32Array;
  private mask: number;
  private journal = new Int32Array(ENTRY * 4_096);
  private journalLength = 0;
  /** Last diff in which a record was seen. */
  private marks: Int32Array;
  private epoch = 0;
  private readonly seedA: number;
  private readonly seedB: number;
  private readonly seedC: number;
  private readonly seedD: number;
  /** By place of a key in memory: the record found there last. The rules keep their keys at fixed places, so it is often the same again. */
  private readonly guesses = new Int32Array(GUESSES).fill(NO_GUESS);

  constructor(initialKeys = 1_024) {
    let capacity = 16;
    while (capacity < initialKeys) capacity *= 2;
    this.capacity = capacity;
    this.records = new Int32Array(capacity * RECORD);
    this.slots = new Int32Array(capacity * SLOTS_PER_RECORD);
    this.mask = capacity * SLOTS_PER_RECORD - 1;
    this.marks = new Int32Array(capacity);
    const seed = randomBytes(16);
    this.seedA = seed.readInt32LE(0);
    this.seedB = seed.readInt32LE(4);
    this.seedC = seed.readInt32LE(8);
    this.seedD = seed.readInt32LE(12);
  }

  /** Reads the word under the key at `key` into `out` (word indices into `memory`); zero if absent. */
  get(memory: Int32Array, key: number, out: number): void {
    const record = this.find(memory, key);
    if (record < 0) return zero(memory, out);
    const from = record * RECORD + WORDS;
    const records = this.records;
    memory[out] = records[from]!;
    memory[out + 1] = records[from + 1]!;
    memory[out + 2] = records[from + 2]!;
    memory[out + 3] = records[from + 3]!;
    memory[out + 4] = records[from + 4]!;
    memory[out + 5] = records[from + 5]!;
    memory[out + 6] = records[from + 6]!;
    memory[out + 7] = records[from + 7]!;
  }

  /** Writes the word at `value` under the key at `key` and remembers what was there. */
  set(memory: Int32Array, key: number, value: number): void {
    const found = this.find(memory, key);
    const record = found < 0 ? this.insert(memory, key) : found;
    this.remember(record, found < 0);
    const to = record * RECORD + WORDS;
    const records = this.records;
    records[to] = memory[value]!;
    records[to + 1] = memory[value + 1]!;
    records[to + 2] = memory[value + 2]!;
    records[to + 3] = memory[value + 3]!;
    records[to + 4] = memory[value + 4]!;
    records[to + 5] = memory[value + 5]!;
    records[to + 6] = memory[value + 6]!;
    records[to + 7] = memory[value + 7]!;
  }

  /** Record of a key, or -1. */
  find(memory: Int32Array, key: number): number {
    const place = (key >>> 3) & (GUESSES - 1);
    const guess = this.guesses[place]!;
    if (guess < this.size && this.holds(guess * RECORD, memory, key)) return guess;
    const found = this.probe(memory, key);
    if (found >= 0) this.guesses[place] = found;
    return found;
  }

  private probe(memory: Int32Array, key: number): number {
    const hash = this.hash(memory, key);
    const { slots, mask } = this;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]!;
      if (entry === 0) return -1;
      if (((entry ^ hash) & ~mask) !== 0) continue;
      const record = (entry & mask) - 1;
      if (this.holds(record * RECORD, memory, key)) return record;
    }
  }

  /** Whether the record at word `at` has the key at word `key`. */
  private holds(at: number, memory: Int32Array, key: number): boolean {
    const { records } = this;
    return (
      records[at + 3] === memory[key + 3] &&
      records[at] === memory[key] &&
      records[at + 1] === memory[key + 1] &&
      records[at + 2] === memory[key + 2] &&
      records[at + 4] === memory[key + 4] &&
      records[at + 5] === memory[key + 5] &&
      records[at + 6] === memory[key + 6] &&
      records[at + 7] === memory[key + 7]
    );
  }

  /** Key bytes of a record; a view, valid until the next write. */
  keyOf(record: number): Uint8Array {
    return new Uint8Array(this.records.buffer, record * RECORD * 4, 32);
  }

  /** Value bytes of a record; a view, valid until the next write. */
  valueOf(record: number): Uint8Array {
    return new Uint8Array(this.records.buffer, record * RECORD * 4 + 32, 32);
  }

  /** Keys and values of all records, 64 bytes each; a view, valid until the next write. */
  contents(): Uint8Array {
    return new Uint8Array(this.records.buffer, 0, this.size * RECORD * 4);
  }

  /** Value of a key given as bytes, or undefined if absent. A copy. */
  read(key: Uint8Array): Uint8Array | undefined {
    const record = this.find(keyWords(key), 0);
    return record < 0 ? undefined : this.valueOf(record).slice();
  }

  /** Writes a word given as bytes; returns the record. */
  write(key: Uint8Array, value: Uint8Array): number {
    const words = new Int32Array(2 * WORDS);
    words.set(keyWords(key));
    words.set(keyWords(value), WORDS);
    this.set(words, 0, WORDS);
    return this.find(words, 0);
  }

  /** Point in the journal to which `undo` can return. */
  mark(): number {
    return this.journalLength;
  }

  /** Undoes every write since `mark`, newest first. Fails: state/mark when the mark is newer than the journal. */
  undo(mark: number): void {
    if (mark > this.journalLength) throw new EngineError('state/mark', 'the mark is newer than the journal');
    const { journal, records } = this;
    for (let entry = this.journalLength - 1; entry >= mark; entry--) {
      const at = entry * ENTRY;
      const record = journal[at]!;
      if (record < 0) this.removeNewest(~record);
      else for (let word = 0; word < WORDS; word++) records[record * RECORD + WORDS + word] = journal[at + 1 + word]!;
    }
    this.journalLength = mark;
  }

  /** What the journal changed since `mark`, each key once, in the order of the first write. */
  diffSince(mark: number): StateDiff {
    const builder = new DiffBuilder(this.journalLength - mark);
    const { journal, marks } = this;
    this.epoch++;
    for (let entry = mark; entry < this.journalLength; entry++) {
      const tagged = journal[entry * ENTRY]!;
      const record = tagged < 0 ? ~tagged : tagged;
      if (marks[record] === this.epoch) continue;
      marks[record] = this.epoch;
      builder.add(tagged, journal, entry * ENTRY + 1);
    }
    return builder.finish(this.records);
  }

  /** Forgets the journal: what was written can no longer be undone here. */
  clearJournal(): void {
    this.journalLength = 0;
  }

  /** Takes back a diff that is the newest change of this table: previous values return, created keys disappear. */
  revert(diff: StateDiff): void {
    const words = new Int32Array(diff.previous.buffer, diff.previous.byteOffset, diff.count * WORDS);
    for (let index = diff.count - 1; index >= 0; index--) {
      const record = diff.records[index]!;
      if (diff.inserted[index] === 1) this.removeNewest(record);
      else this.records.set(words.subarray(index * WORDS, (index + 1) * WORDS), record * RECORD + WORDS);
    }
  }

  /**
   * Fills an empty table with records of 64 bytes, key then value. Nothing of it can be undone.
   * Fails: state/duplicate when a key comes twice, state/length for a part of a record.
   */
  load(contents: Uint8Array): void {
    if (contents.length % 64 !== 0) throw new EngineError('state/length', 'a part of a record');
    const words = new Int32Array(contents.slice().buffer);
    for (let at = 0; at < words.length; at += RECORD) {
      if (this.find(words, at) >= 0) throw new EngineError('state/duplicate', 'a key comes twice');
      const record = this.insert(words, at);
      this.records.set(words.subarray(at + WORDS, at + RECORD), record * RECORD + WORDS);
    }
  }

  /** Takes over the changes of a diff made elsewhere, in its order; the diff comes back with the record numbers of this table. */
  adopt(diff: StateDiff): StateDiff {
    const pair = new Int32Array(2 * WORDS);
    const bytes = new Uint8Array(pair.buffer);
    const records = new Int32Array(diff.count);
    for (let index = 0; index < diff.count; index++) {
      bytes.set(diff.keys.subarray(index * 32, index * 32 + 32));
      bytes.set(diff.values.subarray(index * 32, index * 32 + 32), 32);
      this.set(pair, 0, WORDS);
      records[index] = this.find(pair, 0);
    }
    this.clearJournal();
    return { ...diff, records };
  }

  private insert(memory: Int32Array, key: number): number {
    if (this.size === this.capacity) this.grow();
    const record = this.size++;
    const at = record * RECORD;
    for (let word = 0; word < WORDS; word++) this.records[at + word] = memory[key + word]!;
    this.records.fill(0, at + WORDS, at + RECORD);
    this.link(record);
    return record;
  }

  private link(record: number): void {
    const hash = this.hash(this.records, record * RECORD);
    let slot = hash & this.mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = (hash & ~this.mask) | (record + 1);
  }

  /** Only the newest record may go: no other key's probe chain runs over its slot. */
  private removeNewest(record: number): void {
    if (record !== this.size - 1) throw new EngineError('state/order', 'only the newest record can be removed');
    let slot = this.hash(this.records, record * RECORD) & this.mask;
    while ((this.slots[slot]! & this.mask) !== record + 1) slot = (slot + 1) & this.mask;
    this.slots[slot] = 0;
    this.size--;
  }

  private grow(): void {
    this.capacity *= 2;
    const records = new Int32Array(this.capacity * RECORD);
    records.set(this.records);
    this.records = records;
    const marks = new Int32Array(this.capacity);
    marks.set(this.marks);
    this.marks = marks;
    this.slots = new Int32Array(this.capacity * SLOTS_PER_RECORD);
    this.mask = this.capacity * SLOTS_PER_RECORD - 1;
    for (let record = 0; record < this.size; record++) this.link(record);
  }

  private remember(record: number, created: boolean): void {
    let journal = this.journal;
    const at = this.journalLength * ENTRY;
    if (at + ENTRY > journal.length) {
      journal = new Int32Array(journal.length * 2);
      journal.set(this.journal);
      this.journal = journal;
    }
    journal[at] = created ? ~record : record;
    const from = record * RECORD + WORDS;
    const records = this.records;
    journal[at + 1] = records[from]!;
    journal[at + 2] = records[from + 1]!;
    journal[at + 3] = records[from + 2]!;
    journal[at + 4] = records[from + 3]!;
    journal[at + 5] = records[from + 4]!;
    journal[at + 6] = records[from + 5]!;
    journal[at + 7] = records[from + 6]!;
    journal[at + 8] = records[from + 7]!;
    this.journalLength++;
  }

  /** Four seeded chains of two words each, so that the processor works on them side by side, then one mix of all. */
  private hash(memory: Int32Array, key: number): number {
    const { seedA, seedB, seedC, seedD } = this;
    let a = Math.imul(memory[key]! ^ seedA, 0x2c1b3c6d);
    let b = Math.imul(memory[key + 2]! ^ seedB, 0x297a2d39);
    let c = Math.imul(memory[key + 4]! ^ seedC, 0x85ebca6b);
    let d = Math.imul(memory[key + 6]! ^ seedD, 0x27d4eb2f);
    a = Math.imul(a ^ (a >>> 15) ^ memory[key + 1]!, 0x7feb352d);
    b = Math.imul(b ^ (b >>> 15) ^ memory[key + 3]!, 0x846ca68b);
    c = Math.imul(c ^ (c >>> 15) ^ memory[key + 5]!, 0x9e3779b1);
    d = Math.imul(d ^ (d >>> 15) ^ memory[key + 7]!, 0xc2b2ae3d);
    const left = Math.imul(a ^ (a >>> 16), seedB | 1) + (b ^ (b >>> 14));
    const right = Math.imul(c ^ (c >>> 16), seedD | 1) + (d ^ (d >>> 14));
    const mixed = Math.imul(left ^ (left >>> 13), 0x165667b1) ^ right;
    const last = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    return last ^ (last >>> 16);
  }
}

const zero = (memory: Int32Array, out: number): void => {
  for (let word = 0; word < WORDS; word++) memory[out + word] = 0;
};

const keyWords = (bytes: Uint8Array): Int32Array => {
  if (bytes.length !== 32) throw new EngineError('state/length', 'keys and values are 32 bytes');
  return new Int32Array(bytes.slice().buffer);
};
