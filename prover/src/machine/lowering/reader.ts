import { LoweringError } from './errors.js';

/** Reads a WebAssembly binary. Every read is bounds-checked: the bytes may come from anyone. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public position = 0,
    readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    const value = this.bytes[this.position];
    if (value === undefined || this.done)
      throw new LoweringError('invalid-module', `unexpected end at ${this.position}`);
    this.position++;
    return value;
  }

  /** Unsigned LEB128, at most 5 bytes. */
  unsigned(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
    throw new LoweringError('invalid-module', 'LEB128 integer too long');
  }

  /** Signed LEB128, at most 10 bytes. */
  signed(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return (byte & 0x40) === 0 ? result : result - (1n << (shift + 7n));
    }
    throw new LoweringError('invalid-module', 'LEB128 integer too long');
  }

  take(length: number): Uint8Array {
    if (this.position + length > this.end) throw new LoweringError('invalid-module', 'section runs past its end');
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  name(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.take(this.unsigned()));
  }

  /** Reads a counted vector. */
  list<T>(item: () => T): T[] {
    const count = this.unsigned();
    if (count > this.end - this.position) throw new LoweringError('invalid-module', 'vector longer than its section');
    return Array.from({ length: count }, item);
  }
}
