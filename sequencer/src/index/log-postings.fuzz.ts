import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPositions, writePositions } from './log-postings.js';

const positions = fc
  .uniqueArray(fc.nat(60), { minLength: 1 })
  .map((list) => [...list].sort((left, right) => left - right));

describe('positions of a posting', () => {
  it('come back from their text', () => {
    fc.assert(fc.property(positions, (list) => expect(readPositions(writePositions(list))).toEqual(list)));
  });

  it('are short where they are neighbours', () => {
    expect(writePositions(Array.from({ length: 5_000 }, (_, place) => place))).toBe('0-4999');
    expect(writePositions([7])).toBe('7');
    expect(writePositions([1, 2, 4, 5, 6, 9])).toBe('1,2,4-6,9');
  });
});
