import { KECCAK_START, KeccakMemory } from '../crypto/keccak.js';

/** Longest record (docs/spec/program.md, `log`). */
export const LOG_LIMIT = 4_096;

/** Where the running hash stands, then the hash of a record: what is hashed next. Behind them the records. */
const RUNNING = KECCAK_START;
const RECORD_HASH = RUNNING + 32;
const RECORDS = RUNNING + 64;
const INITIAL_BYTES = 1 << 18;

/** The records of a unit, kept as they come where they can be hashed; the log hash is computed when it is asked for. */
export class LogBuffer {
  private readonly memory = new KeccakMemory(INITIAL_BYTES);
  private used = RECORDS;
  private capacity = INITIAL_BYTES;
  /** Pairs `start, length` in bytes. */
  private index = new Int32Array(1 << 10);
  private count = 0;
  /** Hash over the first `hashed` records. */
  private hashed = 0;
  /** Views of the program's record buffer by length; the rules log from one place, so each is made once. */
  private views: (Uint8Array | undefined)[] = [];
  private viewed: Uint8Array = new Uint8Array();
  private viewedAt = 0;

  /** Number of `log` calls, to which `truncate` can return. */
  get length(): number {
    return this.count;
  }

  /** Takes a record of `length` bytes at `pointer` of the memory. */
  append(memory: Uint8Array, pointer: number, length: number): void {
    const { used, memory: target } = this;
    if (used + LOG_LIMIT > this.capacity) this.grow();
    if (this.count * 2 === this.index.length) this.growIndex();
    target.bytes.set(this.view(memory, pointer, length), used);
    this.index[this.count * 2] = used;
    this.index[this.count * 2 + 1] = length;
    this.used = used + length;
    this.count++;
  }

  /** Forgets all records after the first `length`. */
  truncate(length: number): void {
    this.used = length < this.count ? this.index[length * 2]! : this.used;
    this.count = length;
    if (this.hashed <= length) return;
    this.hashed = 0;
    this.memory.bytes.fill(0, RUNNING, RUNNING + 32);
  }

  /** `logHash' = keccak(logHash || keccak(record))` over all records, from zero. */
  hash(): Uint8Array {
    const { memory, index } = this;
    for (; this.hashed < this.count; this.hashed++) {
      memory.hash(index[this.hashed * 2]!, index[this.hashed * 2 + 1]!, RECORD_HASH);
      memory.hash(RUNNING, 64, RUNNING);
    }
    return memory.bytes.slice(RUNNING, RUNNING + 32);
  }

  /** All records joined; a copy. */
  records(): Uint8Array {
    return this.memory.bytes.slice(RECORDS, this.used);
  }

  private view(memory: Uint8Array, pointer: number, length: number): Uint8Array {
    if (memory !== this.viewed || pointer !== this.viewedAt) {
      this.views = new Array<Uint8Array | undefined>(LOG_LIMIT + 1).fill(undefined);
      this.viewed = memory;
      this.viewedAt = pointer;
    }
    return (this.views[length] ??= memory.subarray(pointer, pointer + length));
  }

  private grow(): void {
    this.capacity *= 2;
    this.memory.reserve(this.capacity);
  }

  private growIndex(): void {
    const index = new Int32Array(this.index.length * 2);
    index.set(this.index);
    this.index = index;
  }
}
