import { randomBytes } from 'node:crypto';

import { EngineError } from '../errors.js';
import { DiffBuilder, type StateDiff } from './diff.js';
import type { StateAccess } from './state-access.js';
import { Core } from './state-core.js';

/** 32-bit words in a key or value, and in a record (key, then value: one cache line). */
const WORDS = 8;
const RECORD = 16;
/** Journal entry: record (or `~record` if the write created it), one word unused, then the previous value. */
const ENTRY = 10;
const PREVIOUS = 2;
/** Bytes per record, with its two slots of the index, and per journal entry. */
const RECORD_BYTES = 64 + 8;
const ENTRY_BYTES = ENTRY * 4;
const SEED_BYTES = 40;
const FIRST_ENTRIES = 1_024;
/** Most records: what fits WebAssembly's 4 GiB with the journal of a block. */
const MAXIMUM_RECORDS = 1 << 25;

/** Words at SIZES. */
const field = { size: 0, capacity: 1, length: 2, entries: 3, journal: 4 } as const;

/**
 * Flat table of state words. Table, index and journal lie in the memory of the core (program/core), which the program's hot operations use without
 * JavaScript; here is what the rest of the engine needs of them.
 *
 * Keys and values of `get` and `set` are 32-bit words at a word index of an array. Records are numbered in the order of their creation and only the
 * newest ones are ever removed. The hash is seeded per table, so that nobody can choose keys that collide.
 */
export class StateStore implements StateAccess {
  readonly core: Core;
  /** Called when the replay of a memo has reached the end of what the core holds of it. */
  refill: () => void = () => undefined;
  /** The core's memory as words; new after growth. */
  private words!: Int32Array;
  private bytes!: Uint8Array;
  /** Last diff in which a record was seen. */
  private marks = new Int32Array(0);
  private epoch = 0;
  private readonly warmed: number;
  private readonly key: number;
  private readonly value: number;
  private readonly sizes: number;
  private readonly records: number;

  constructor(initialKeys = 1_024) {
    this.core = new Core({ grow: (what) => this.grow(what), refill: () => this.refill() });
    this.warmed = this.core.constant('WARM') >>> 2;
    this.key = this.core.constant('KEY') >>> 2;
    this.value = this.core.constant('VALUE') >>> 2;
    this.sizes = this.core.constant('SIZES') >>> 2;
    this.records = this.core.constant('RECORDS') >>> 2;
    let capacity = 16;
    while (capacity < initialKeys) capacity *= 2;
    this.resize(capacity, FIRST_ENTRIES);
    this.bytes.set(randomBytes(SEED_BYTES), this.key * 4);
    this.core.exports.seed(this.key * 4);
  }

  /** Number of keys; records are `0 .. size - 1`. */
  get size(): number {
    return this.words[this.sizes + field.size]!;
  }

  /** Reads the word under the key at `key` into `out` (word indices into `memory`); zero if absent. */
  get(memory: Int32Array, key: number, out: number): void {
    const record = this.find(memory, key);
    if (record < 0) memory.fill(0, out, out + WORDS);
    else this.copy(this.words, this.valueAt(record), memory, out);
  }

  /** Writes the word at `value` under the key at `key` and remembers what was there. */
  set(memory: Int32Array, key: number, value: number): void {
    this.copy(memory, key, this.words, this.key);
    this.copy(memory, value, this.words, this.value);
    this.core.exports.write();
  }

  /** Record of a key, or -1. */
  find(memory: Int32Array, key: number): number {
    this.copy(memory, key, this.words, this.key);
    return this.core.exports.find();
  }

  /** Key bytes of a record; a view, valid until the next write. */
  keyOf(record: number): Uint8Array {
    return this.bytes.subarray(this.keyAt(record) * 4, this.keyAt(record) * 4 + 32);
  }

  /** Value bytes of a record; a view, valid until the next write. */
  valueOf(record: number): Uint8Array {
    return this.bytes.subarray(this.valueAt(record) * 4, this.valueAt(record) * 4 + 32);
  }

  /** Keys and values of all records, 64 bytes each; a view, valid until the next write. */
  contents(): Uint8Array {
    return this.bytes.subarray(this.records * 4, (this.records + this.size * RECORD) * 4);
  }

  /** Value of a key given as bytes, or undefined if absent. A copy. */
  read(key: Uint8Array): Uint8Array | undefined {
    this.put(key, this.key);
    const record = this.core.exports.find();
    return record < 0 ? undefined : this.valueOf(record).slice();
  }

  /** Writes a word given as bytes; returns the record. */
  write(key: Uint8Array, value: Uint8Array): number {
    this.put(key, this.key);
    this.put(value, this.value);
    return this.core.exports.write();
  }

  /** Brings the words of accounts into the cache: `count` addresses, at most 16, of 5 words each, `stride` words apart from `from` on. */
  warm(words: Int32Array, from: number, count: number, stride: number): void {
    const target = this.words;
    for (let index = 0; index < count; index++) {
      const [at, to] = [from + index * stride, this.warmed + index * WORDS + 3];
      for (let word = 0; word < 5; word++) target[to + word] = words[at + word]!;
    }
    this.core.exports.warm(count);
  }

  /** Point in the journal to which `undo` can return. */
  mark(): number {
    return this.words[this.sizes + field.length]!;
  }

  /** Undoes every write since `mark`, newest first. Fails: state/mark when the mark is newer than the journal. */
  undo(mark: number): void {
    if (mark > this.mark()) throw new EngineError('state/mark', 'the mark is newer than the journal');
    this.core.exports.undo(mark);
  }

  /** What the journal changed since `mark`, each key once, in the order of the first write. */
  diffSince(mark: number): StateDiff {
    const { words } = this;
    const [length, journal] = [this.mark(), words[this.sizes + field.journal]! >>> 2];
    const builder = new DiffBuilder(length - mark);
    if (this.marks.length < this.size) this.growMarks();
    const { marks } = this;
    this.epoch++;
    for (let entry = mark; entry < length; entry++) {
      const tagged = words[journal + entry * ENTRY]!;
      const record = tagged < 0 ? ~tagged : tagged;
      if (marks[record] === this.epoch) continue;
      marks[record] = this.epoch;
      builder.add(tagged, words, journal + entry * ENTRY + PREVIOUS);
    }
    return builder.finish(words.subarray(this.records));
  }

  /** Forgets the journal: what was written can no longer be undone here. */
  clearJournal(): void {
    this.words[this.sizes + field.length] = 0;
  }

  /** Takes back a diff that is the newest change of this table: previous values return, created keys disappear. Fails: state/order. */
  revert(diff: StateDiff): void {
    const previous = new Int32Array(diff.previous.buffer, diff.previous.byteOffset, diff.count * WORDS);
    for (let index = diff.count - 1; index >= 0; index--) {
      const record = diff.records[index]!;
      if (diff.inserted[index] === 1) this.removeNewest(record);
      else this.copy(previous, index * WORDS, this.words, this.valueAt(record));
    }
  }

  /**
   * Fills an empty table with records of 64 bytes, key then value. Nothing of it can be undone.
   * Fails: state/duplicate when a key comes twice, state/length for a part of a record, state/full.
   */
  load(contents: Uint8Array): void {
    if (contents.length % 64 !== 0) throw new EngineError('state/length', 'a part of a record');
    const count = contents.length / 64;
    let capacity = this.words[this.sizes + field.capacity]!;
    while (capacity < count) capacity *= 2;
    this.resize(capacity, this.words[this.sizes + field.entries]!);
    this.bytes.set(contents, this.records * 4);
    if (this.core.exports.adopt(count) === 0) throw new EngineError('state/duplicate', 'a key comes twice');
  }

  /** Takes over the changes of a diff made elsewhere, in its order; the diff comes back with the record numbers of this table. */
  adopt(diff: StateDiff): StateDiff {
    const records = new Int32Array(diff.count);
    for (let index = 0; index < diff.count; index++) {
      const [from, to] = [index * 32, index * 32 + 32];
      records[index] = this.write(diff.keys.subarray(from, to), diff.values.subarray(from, to));
    }
    this.clearJournal();
    return { ...diff, records };
  }

  private keyAt(record: number): number {
    return this.records + record * RECORD;
  }

  private valueAt(record: number): number {
    return this.records + record * RECORD + WORDS;
  }

  private copy(source: Int32Array, from: number, target: Int32Array, to: number): void {
    for (let word = 0; word < WORDS; word++) target[to + word] = source[from + word]!;
  }

  private put(bytes: Uint8Array, word: number): void {
    if (bytes.length !== 32) throw new EngineError('state/length', 'keys and values are 32 bytes');
    this.bytes.set(bytes, word * 4);
  }

  /** Only the newest record may go. */
  private removeNewest(record: number): void {
    if (record !== this.size - 1) throw new EngineError('state/order', 'only the newest record can be removed');
    this.core.exports.removeNewest();
  }

  private grow(what: number): void {
    const [records, entries] = [this.words[this.sizes + field.capacity]!, this.words[this.sizes + field.entries]!];
    if (what === 0) this.resize(records * 2, entries);
    else this.resize(records, entries * 2);
  }

  /** Fails: state/full. */
  private resize(records: number, entries: number): void {
    if (records > MAXIMUM_RECORDS)
      throw new EngineError('state/full', `no room for more than ${MAXIMUM_RECORDS} words`);
    const bytes = this.core.constant('RECORDS') + records * RECORD_BYTES + entries * ENTRY_BYTES;
    try {
      this.core.memory.reserve(bytes);
    } catch (cause) {
      throw new EngineError('state/full', `no memory for ${bytes} bytes of state: ${String(cause)}`);
    }
    this.words = this.core.memory.words;
    this.bytes = this.core.memory.bytes;
    this.core.exports.resize(records, entries);
  }

  private growMarks(): void {
    const marks = new Int32Array(this.words[this.sizes + field.capacity]!);
    marks.set(this.marks);
    this.marks = marks;
  }
}
