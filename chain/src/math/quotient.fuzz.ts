import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Ledger } from '../../test/ledger.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 3_000);
const MAX64 = (1n << 64n) - 1n;

/** Digits that make guesses fail: all zeros, all ones, one bit, and anything. */
const digit = fc.oneof(
  fc.constantFrom(0n, 1n, 1n << 63n, (1n << 63n) - 1n, MAX64 - 1n, MAX64),
  fc.bigInt({ min: 0n, max: MAX64 }),
);
const number = (digits: number) =>
  fc
    .tuple(...Array.from({ length: digits }, () => digit))
    .map((parts) => parts.reduce((sum, part) => (sum << 64n) | part, 0n));

describe('division by a long divisor', () => {
  const ledger = new Ledger();
  const divide = (numerator: bigint, denominator: bigint): bigint | undefined => {
    const out = ledger.amount(3, 0n);
    const overflow =
      ledger.run('divideByLong', out, ledger.wide(0, numerator), ledger.amount(4, denominator)).code !== 0;
    return overflow ? undefined : ledger.number128(out);
  };

  it('equals BigInt division for any digits', () => {
    fc.assert(
      fc.property(number(4), number(2), fc.nat({ max: 63 }), (numerator, divisor, bits) => {
        const denominator = (divisor >> BigInt(bits)) + (1n << 64n);
        fc.pre(denominator < 1n << 128n);
        const expected = numerator / denominator;
        expect(divide(numerator, denominator)).toBe(expected < 1n << 128n ? expected : undefined);
      }),
      { numRuns: runs },
    );
  });

  it('is exact just below, at and above multiples', () => {
    fc.assert(
      fc.property(number(2), number(2), fc.constantFrom(-1n, 0n, 1n), (quotient, divisor, offset) => {
        const denominator = divisor | (1n << 64n);
        const numerator = quotient * denominator + offset;
        fc.pre(numerator >= 0n);
        const expected = numerator / denominator;
        expect(divide(numerator, denominator)).toBe(expected < 1n << 128n ? expected : undefined);
      }),
      { numRuns: runs },
    );
  });
});
