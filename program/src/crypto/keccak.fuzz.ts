import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createKeccak } from 'hash-wasm';
import { keccak256 as nobleKeccak } from 'viem';

import { toHex } from '../codec/bytes.js';
import { KECCAK_OUT, KECCAK_START, keccak256, KeccakMemory, keccakOf } from './keccak.js';

const runs = Number(process.env['FUZZ_RUNS'] ?? 1_000);
const other = await createKeccak(256);
const expected = (bytes: Uint8Array): string => `0x${other.init().update(bytes).digest()}`;

describe('Keccak-256', () => {
  it('is that of two other libraries for every length up to six blocks', () => {
    for (let length = 0; length <= 6 * 136 + 1; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 131 + length) & 0xff);
      expect(toHex(keccak256(bytes))).toBe(expected(bytes));
      expect(nobleKeccak(bytes)).toBe(expected(bytes));
    }
  });

  it('is that of another library for random bytes, in parts, at any address and in words', () => {
    const memory = new KeccakMemory(1);
    const part = fc.uint8Array({ maxLength: 700 });
    fc.assert(
      fc.property(part, part, fc.nat({ max: 200_000 }), (first, second, offset) => {
        const whole = Uint8Array.from([...first, ...second]);
        expect(toHex(keccakOf(first, second))).toBe(expected(whole));
        memory.reserve(KECCAK_START + offset + first.length);
        memory.bytes.set(first, KECCAK_START + offset);
        memory.hash(KECCAK_START + offset, first.length, KECCAK_OUT);
        expect(toHex(memory.bytes.slice(KECCAK_OUT, KECCAK_OUT + 32))).toBe(expected(first));
        const words = new Int32Array(256);
        new Uint8Array(words.buffer).set(first, 4);
        memory.hashWords(words, 1, first.length, 200);
        expect(toHex(new Uint8Array(words.buffer, 800, 32))).toBe(expected(first));
      }),
      { numRuns: runs },
    );
  });

  it('hashes the longest input of the specification', () => {
    const bytes = new Uint8Array(16_384).fill(0xa5);
    expect(toHex(keccak256(bytes))).toBe(expected(bytes));
  });
});
