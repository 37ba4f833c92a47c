import { keccak256, keccakOf } from '../crypto/keccak.js';

/** Longest record (docs/spec/program.md, `log`). */
export const LOG_LIMIT = 4_096;

/** The records of a unit, kept as they come; the log hash is computed when it is asked for. */
export class LogBuffer {
  private bytes = new Uint8Array(1 << 18);
  private used = 0;
  /** Pairs `start, length` in bytes. */
  private index = new Int32Array(1 << 10);
  private count = 0;
  /** Hash over the first `hashed` records. */
  private running: Uint8Array = new Uint8Array(32);
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
    const { used } = this;
    if (used + length > this.bytes.length) this.grow(used + length);
    if (this.count * 2 === this.index.length) this.growIndex();
    this.bytes.set(this.view(memory, pointer, length), used);
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
    this.running = new Uint8Array(32);
  }

  /** `logHash' = keccak(logHash || keccak(record))` over all records, from zero. */
  hash(): Uint8Array {
    for (; this.hashed < this.count; this.hashed++)
      this.running = keccakOf(this.running, keccak256(this.record(this.hashed)));
    return this.running.slice();
  }

  /** All records joined; a copy. */
  records(): Uint8Array {
    return this.bytes.slice(0, this.used);
  }

  private record(index: number): Uint8Array {
    const start = this.index[index * 2]!;
    return this.bytes.subarray(start, start + this.index[index * 2 + 1]!);
  }

  private view(memory: Uint8Array, pointer: number, length: number): Uint8Array {
    if (memory !== this.viewed || pointer !== this.viewedAt) {
      this.views = new Array<Uint8Array | undefined>(LOG_LIMIT + 1).fill(undefined);
      this.viewed = memory;
      this.viewedAt = pointer;
    }
    return (this.views[length] ??= memory.subarray(pointer, pointer + length));
  }

  private grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, needed));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }

  private growIndex(): void {
    const index = new Int32Array(this.index.length * 2);
    index.set(this.index);
    this.index = index;
  }
}
