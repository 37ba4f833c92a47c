import type { Hex } from 'viem';

import { fromHex, toHex } from '../codec/bytes.js';
import { CodecError } from '../errors.js';
import type { Prepared } from './preparer.js';

/** Words per entry in the directory: entry start, bytes, memo start, memo end, code, hash, sender. */
const HASH_AT = 5;
const SENDER_AT = HASH_AT + 8;
const ROW = SENDER_AT + 5;
const HEAD = 1;

/**
 * Many prepared entries in one array of words, one after another: it crosses threads in one transfer, and the engine reads it from front to
 * back, which is what processors are fast at.
 *
 * Layout: count; per entry a row of the directory; then entries and memos, at whole words.
 */
export class PreparedBatch {
  readonly length: number;
  /** The bytes of `words`. */
  readonly bytes: Uint8Array;

  /** Reads a batch. Fails: codec/batch when its directory does not fit its length. */
  constructor(readonly words: Int32Array) {
    this.length = words[0] ?? 0;
    this.bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    if (this.length < 0 || HEAD + this.length * ROW > words.length)
      throw new CodecError('codec/batch', 'the directory is cut off');
  }

  /** Puts entries and what a Preparer found out about them into one batch. */
  static pack(items: readonly { readonly entry: Uint8Array; readonly prepared: Prepared }[]): PreparedBatch {
    const size = items.reduce((sum, { entry, prepared }) => sum + ((entry.length + 3) >> 2) + prepared.memo.length, 0);
    const words = new Int32Array(HEAD + items.length * ROW + size);
    const bytes = new Uint8Array(words.buffer);
    words[0] = items.length;
    let at = HEAD + items.length * ROW;
    items.forEach(({ entry, prepared }, index) => {
      const memo = at + ((entry.length + 3) >> 2);
      const row = HEAD + index * ROW;
      words.set([at, entry.length, memo, memo + prepared.memo.length, prepared.code], row);
      bytes.set(fromHex(prepared.hash), (row + HASH_AT) * 4);
      bytes.set(fromHex(prepared.sender), (row + SENDER_AT) * 4);
      bytes.set(entry, at * 4);
      words.set(prepared.memo, memo);
      at = memo + prepared.memo.length;
    });
    return new PreparedBatch(words);
  }

  /** First byte of an entry, and its length. */
  entryStart(index: number): number {
    return this.words[HEAD + index * ROW]! * 4;
  }

  entryLength(index: number): number {
    return this.words[HEAD + index * ROW + 1]!;
  }

  memoStart(index: number): number {
    return this.words[HEAD + index * ROW + 2]!;
  }

  memoEnd(index: number): number {
    return this.words[HEAD + index * ROW + 3]!;
  }

  /** 0, or why the entry is malformed. */
  code(index: number): number {
    return this.words[HEAD + index * ROW + 4]!;
  }

  entry(index: number): Uint8Array {
    return this.bytes.subarray(this.entryStart(index), this.entryStart(index) + this.entryLength(index));
  }

  hash(index: number): Hex {
    const at = (HEAD + index * ROW + HASH_AT) * 4;
    return toHex(this.bytes.subarray(at, at + 32));
  }

  /** Word at which the 5 words of an entry's sender start. */
  senderStart(index: number): number {
    return HEAD + index * ROW + SENDER_AT;
  }

  sender(index: number): Hex {
    const at = (HEAD + index * ROW + SENDER_AT) * 4;
    return toHex(this.bytes.subarray(at, at + 20));
  }
}
