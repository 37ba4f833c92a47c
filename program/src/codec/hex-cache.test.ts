import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { toHex } from './bytes.js';
import { HexCache } from './hex-cache.js';

const value = fc.uint8Array({ minLength: 1, maxLength: 32 });

describe('HexCache', () => {
  it('gives the hex of every value, however often it forgot', () => {
    const cache = new HexCache(4);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), fc.nat(7), (values, shift) => {
        for (const bytes of values) {
          const within = new Uint8Array(shift + bytes.length);
          within.set(bytes, shift);
          expect(cache.text(within, shift, bytes.length)).toBe(toHex(bytes));
        }
      }),
    );
  });

  it('tells values apart that only length or one byte tells apart', () => {
    const cache = new HexCache(16);
    const zeros = new Uint8Array(32);
    expect(cache.text(zeros, 0, 20)).toBe(`0x${'00'.repeat(20)}`);
    expect(cache.text(zeros, 0, 32)).toBe(`0x${'00'.repeat(32)}`);
    expect(cache.text(Uint8Array.of(...zeros, 1), 1, 32)).toBe(`0x${'00'.repeat(31)}01`);
  });

  it('takes no longer for values that all fall on one place', () => {
    const cache = new HexCache(1_024);
    const flood = sameHash(256);
    for (const bytes of [...flood, ...flood]) expect(cache.text(bytes, 0, bytes.length)).toBe(toHex(bytes));
  });
});

/** Values whose FNV-1a hash ends in the same 11 bits, as anybody can find them. */
function sameHash(count: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let candidate = 0; found.length < count; candidate++) {
    const bytes = Uint8Array.of(candidate & 0xff, (candidate >> 8) & 0xff, (candidate >> 16) & 0xff, candidate >>> 24);
    let hash = 0x811c9dc5;
    for (let at = 3; at >= 0; at--) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    if (((hash ^ (hash >>> 15)) & 2_047) === 7) found.push(bytes);
  }
  return found;
}
