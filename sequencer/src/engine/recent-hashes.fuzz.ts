import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Hex } from 'viem';
import { RecentHashes } from './recent-hashes.js';

const GENERATION = 5;
/** Few different ones, so that some come again; those that end alike share a place of the table. */
const hash = fc
  .tuple(
    fc.constantFrom('00000000', '00000001', 'ffffffff', '10000000'),
    fc.constantFrom('00000000', '00000001', 'abcdef01'),
  )
  .map(([high, low]): Hex => `0x${high}${low}${'77'.repeat(24)}`);
const keyOf = (value: Hex) =>
  value.slice(0, 10) + (value.slice(10, 18) === '00000000' ? '00000001' : value.slice(10, 18));

describe('RecentHashes', () => {
  it('knows at least as many of the newest as a generation has, and at most two generations', () => {
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 60 }), (added) => {
        const recent = new RecentHashes(GENERATION);
        let [young, old] = [new Set<string>(), new Set<string>()];
        for (const value of added) {
          expect(recent.has(value)).toBe(young.has(keyOf(value)) || old.has(keyOf(value)));
          recent.add(value);
          expect(recent.has(value)).toBe(true);
          young.add(keyOf(value));
          if (young.size >= GENERATION) [old, young] = [young, new Set()];
        }
        recent.clear();
        for (const value of added) expect(recent.has(value)).toBe(false);
      }),
    );
  });
});
