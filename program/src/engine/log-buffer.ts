import { keccak256, keccakOf } from '../crypto/keccak.js';

/** The records of a unit, kept as bytes; the log hash is computed when it is asked for. */
export class LogBuffer {
  private bytes = new Uint8Array(1 << 16);
  private ends = new Int32Array(1 << 8);
  private count = 0;
  /** Hash over the first `hashed` records. */
  private running: Uint8Array = new Uint8Array(32);
  private hashed = 0;

  /** Number of `log` calls, to which `truncate` can return. */
  get length(): number {
    return this.count;
  }

  append(memory: Uint8Array, pointer: number, length: number): void {
    const start = this.size();
    if (start + length > this.bytes.length) this.growBytes(start + length);
    if (this.count === this.ends.length) this.growEnds();
    this.bytes.set(memory.subarray(pointer, pointer + length), start);
    this.ends[this.count++] = start + length;
  }

  /** Forgets all records after the first `length`. */
  truncate(length: number): void {
    this.count = length;
    if (this.hashed > length) {
      this.hashed = 0;
      this.running = new Uint8Array(32);
    }
  }

  /** `logHash' = keccak(logHash || keccak(record))` over all records, from zero. */
  hash(): Uint8Array {
    for (; this.hashed < this.count; this.hashed++) {
      const start = this.hashed === 0 ? 0 : this.ends[this.hashed - 1]!;
      const record = keccak256(this.bytes.subarray(start, this.ends[this.hashed]));
      this.running = keccakOf(this.running, record);
    }
    return this.running.slice();
  }

  /** All records joined; a copy. */
  records(): Uint8Array {
    return this.bytes.slice(0, this.size());
  }

  private size(): number {
    return this.count === 0 ? 0 : this.ends[this.count - 1]!;
  }

  private growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, needed));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }

  private growEnds(): void {
    const ends = new Int32Array(this.ends.length * 2);
    ends.set(this.ends);
    this.ends = ends;
  }
}
