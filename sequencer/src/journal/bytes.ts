import type { Hex } from 'viem';

/** Growing little-endian buffer, reused from one group commit to the next. */
export class ByteWriter {
  private buffer: Buffer;
  private length = 0;

  constructor(capacity = 64 * 1024) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  /** Bytes written since the last `take`. */
  get size(): number {
    return this.length;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.buffer.writeUInt8(value, at);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeUInt32LE(value, at);
  }

  u64(value: bigint): void {
    const at = this.reserve(8);
    this.buffer.writeBigUInt64LE(value, at);
  }

  /** Bytes of a length that the reader knows. */
  fixed(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.buffer.set(value, at);
  }

  /** Bytes after their length. */
  bytes(value: Uint8Array): void {
    this.u32(value.length);
    this.fixed(value);
  }

  /** Starts anew, whatever an interrupted use left behind. */
  clear(): void {
    this.length = 0;
  }

  /** Forgets what was written from `length` on. */
  cut(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /** Hands out what was written and starts anew. */
  take(): Buffer {
    const taken = Buffer.from(this.buffer.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  /** As `take`, in memory that no other buffer shares: it can be handed to another thread. */
  takeTransferable(): ArrayBuffer {
    // Its own memory, not a part of the pool, and not filled with zeros first.
    const taken = Buffer.allocUnsafeSlow(this.length);
    taken.set(this.buffer.subarray(0, this.length));
    this.length = 0;
    return taken.buffer as ArrayBuffer;
  }

  /** Where the next bytes go. May replace the buffer, so it comes before the buffer is named. */
  private reserve(bytes: number): number {
    const offset = this.length;
    this.length += bytes;
    if (this.length > this.buffer.length) this.grow(offset);
    return offset;
  }

  private grow(used: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, used));
    this.buffer = larger;
  }
}

/** Reads what ByteWriter wrote. Throws RangeError past the end. */
export class ByteReader {
  private readonly buffer: Buffer;
  private offset = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  done(): boolean {
    return this.offset >= this.buffer.length;
  }

  u8(): number {
    return this.buffer.readUInt8(this.advance(1));
  }

  u32(): number {
    return this.buffer.readUInt32LE(this.advance(4));
  }

  u64(): bigint {
    return this.buffer.readBigUInt64LE(this.advance(8));
  }

  fixed(length: number): Uint8Array {
    const start = this.advance(length);
    if (this.offset > this.buffer.length) throw new RangeError('entry passes the end of its frame');
    return this.buffer.subarray(start, this.offset);
  }

  bytes(): Uint8Array {
    return this.fixed(this.u32());
  }

  hex(length: number): Hex {
    return `0x${Buffer.from(this.fixed(length)).toString('hex')}`;
  }

  private advance(bytes: number): number {
    const offset = this.offset;
    this.offset += bytes;
    return offset;
  }
}
