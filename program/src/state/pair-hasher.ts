import { sha256Pairs } from '../crypto/sha256.js';

const WORDS = 8;
/** Pairs hashed at once: 512 KiB in, 256 KiB out, so that both stay in the processor's cache. */
const BATCH = 8_192;

/** Gathers pairs of 32-byte words and hashes them natively in batches; results go back through `deliver` in order. */
export class PairHasher {
  private readonly input = new Int32Array(BATCH * 2 * WORDS);
  private readonly output = new Int32Array(BATCH * WORDS);
  private readonly inputBytes = new Uint8Array(this.input.buffer);
  private readonly outputBytes = new Uint8Array(this.output.buffer);

  /**
   * Hashes `count` pairs. `gather(index, input, at)` writes 16 words at `at`; `deliver(index, output, at)` takes 8 words from `at`.
   */
  run(
    count: number,
    gather: (index: number, input: Int32Array, at: number) => void,
    deliver: (index: number, output: Int32Array, at: number) => void,
  ): void {
    for (let start = 0; start < count; start += BATCH) {
      const size = Math.min(BATCH, count - start);
      for (let index = 0; index < size; index++) gather(start + index, this.input, index * 2 * WORDS);
      sha256Pairs(this.inputBytes.subarray(0, size * 64), this.outputBytes.subarray(0, size * 32));
      for (let index = 0; index < size; index++) deliver(start + index, this.output, index * WORDS);
    }
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
