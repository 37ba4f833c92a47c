import type { Hex } from 'viem';

import { CodecError } from '../errors.js';
import { toHex } from './bytes.js';
import type { HexCache } from './hex-cache.js';

/**
 * Reads little-endian records front to back. Where a field is read as hex all bytes become hex at once, of which the fields are slices: a
 * block of thousands of swaps has tens of thousands of fields. Fails: codec/truncated.
 */
export class RecordReader {
  private offset = 0;
  private readonly view: DataView;
  private text: string | undefined;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.view.byteLength - this.offset;
  }

  byte(): number {
    return this.view.getUint8(this.take(1));
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  uint64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  uint128(): bigint {
    const low = this.uint64();
    return (this.uint64() << 64n) | low;
  }

  hex(length: number): Hex {
    this.text ??= toHex(this.bytes);
    const start = 2 + 2 * this.take(length);
    return `0x${this.text.slice(start, start + 2 * length)}`;
  }

  /** As `hex`, of an address or a word that recurs. */
  recurringHex(length: number, texts: HexCache): Hex {
    return texts.text(this.bytes, this.take(length), length);
  }

  /** The next `length` bytes, a view. */
  slice(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    this.take(length);
  }

  /** Where the next `length` bytes start. */
  private take(length: number): number {
    if (length > this.remaining)
      throw new CodecError('codec/truncated', `${length} bytes asked, ${this.remaining} left`);
    this.offset += length;
    return this.offset - length;
  }
}
