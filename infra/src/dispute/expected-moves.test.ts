import { describe, expect, it } from '@jest/globals';
import { unitsOf } from '@metachain/prover';
import { cuts, expectedMoves, claimsWithProof } from './expected-moves.js';

const degree = 16n;
const at = (unit: bigint, step: bigint) => ({ unit, step, honestSteps: 74_000n, liarSteps: 75_000n });

describe('moves of a game', () => {
  it.each([
    [1n, 0n, 0],
    [2n, 1n, 1],
    [16n, 15n, 1],
    [17n, 0n, 1],
    [17n, 16n, 2],
    [1n << 32n, 12_345_678n, 8],
  ])('a stretch of %i is cut to the step after %i in %i cuts', (length, point, expected) => {
    expect(cuts(length, point, degree)).toBe(expected);
  });

  it('are those of a game that was played', () => {
    // 1,024 units to 64, 4 and 1; the unit; 2^32 - 3 steps to 2^28 ... 16 and 1; the proof.
    const steps = (1n << 32n) - 3n;
    const where = { unit: 0n, step: 12_341_861n, honestSteps: steps, liarSteps: steps - 1n };
    expect(expectedMoves(1_024n, where, 'challenger', degree)).toBe(12);
  });

  it.each(['asserter', 'challenger'] as const)('end with the honest side when the liar is the %s', (liar) => {
    for (let unit = 0n; unit < 5n; unit++)
      for (let step = 60_000n; step < 60_040n; step++) {
        const { items, liarSteps } = claimsWithProof(2n, at(unit, step), liar, degree);
        expect(items).toBeGreaterThanOrEqual(2n);
        expect(items).toBeLessThan(20n);
        expect(liarSteps).toBeGreaterThanOrEqual(75_000n);
        const moves = expectedMoves(unitsOf(items), { ...at(unit, step), liarSteps }, liar, degree);
        expect([unit, step, moves % 2]).toEqual([unit, step, liar === 'asserter' ? 1 : 0]);
      }
  });
});
