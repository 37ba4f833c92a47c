import { sha256Pairs } from '../crypto/sha256.js';

const WORDS = 8;
const PAIR = 16;
/** Pairs hashed at once: 64 KiB in, 32 KiB out, so that both stay in the processor's cache. */
export const BATCH = 1_024;

/** A batch of pairs of 32-byte words and of their hashes. */
export class PairHasher {
  /** 16 words for each pair. */
  readonly input = new Int32Array(BATCH * PAIR);
  /** 8 words for each hash. */
  readonly output = new Int32Array(BATCH * WORDS);
  private readonly inputBytes = new Uint8Array(this.input.buffer);
  private readonly outputBytes = new Uint8Array(this.output.buffer);

  /** Hashes the first `count` pairs natively. */
  run(count: number): void {
    sha256Pairs(this.inputBytes.subarray(0, count * PAIR * 4), this.outputBytes.subarray(0, count * WORDS * 4));
  }
}

/** Copies one 32-byte word. */
export const copyWord = (from: Int32Array, at: number, to: Int32Array, toAt: number): void => {
  to[toAt] = from[at]!;
  to[toAt + 1] = from[at + 1]!;
  to[toAt + 2] = from[at + 2]!;
  to[toAt + 3] = from[at + 3]!;
  to[toAt + 4] = from[at + 4]!;
  to[toAt + 5] = from[at + 5]!;
  to[toAt + 6] = from[at + 6]!;
  to[toAt + 7] = from[at + 7]!;
};
