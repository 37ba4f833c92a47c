import { keccak256, keccakOf } from '../crypto/keccak.js';

/** The records of a unit, kept as they come; the log hash is computed when it is asked for. */
export class LogBuffer {
  /** Records at 32-bit boundaries, copied word by word: short copies are faster so than through typed array methods. */
  private words = new Int32Array(1 << 16);
  private used = 0;
  /** Pairs `first word, length in bytes`. */
  private index = new Int32Array(1 << 10);
  private count = 0;
  /** Hash over the first `hashed` records. */
  private running: Uint8Array = new Uint8Array(32);
  private hashed = 0;

  /** Number of `log` calls, to which `truncate` can return. */
  get length(): number {
    return this.count;
  }

  /** Takes a record of `length` bytes at word `from` of the memory. */
  append(memory: Int32Array, from: number, length: number): void {
    const size = (length + 3) >> 2;
    const { used } = this;
    if (used + size > this.words.length) this.words = grown(this.words, used + size);
    if (this.count * 2 === this.index.length) this.index = grown(this.index, this.index.length * 2);
    const { words } = this;
    for (let word = 0; word < size; word++) words[used + word] = memory[from + word]!;
    this.index[this.count * 2] = used;
    this.index[this.count * 2 + 1] = length;
    this.used = used + size;
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
    let size = 0;
    for (let record = 0; record < this.count; record++) size += this.index[record * 2 + 1]!;
    const out = new Uint8Array(size);
    let at = 0;
    for (let record = 0; record < this.count; record++) {
      out.set(this.record(record), at);
      at += this.index[record * 2 + 1]!;
    }
    return out;
  }

  private record(index: number): Uint8Array {
    return new Uint8Array(this.words.buffer, this.index[index * 2]! * 4, this.index[index * 2 + 1]);
  }
}

const grown = (array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> => {
  const out = new Int32Array(Math.max(array.length * 2, needed));
  out.set(array);
  return out;
};
