import { describe, expect, it } from '@jest/globals';
import { zeroHash } from 'viem';

import { genesisBoundary, type Boundary } from '../replay/boundary.js';
import type { Assertion } from '../watch/assertions.js';
import { claimEnd, furthestFirst, rightAssertions } from './claim-plan.js';

/** Ten items. */
const at = (item: bigint): Boundary | undefined =>
  item > 10n ? undefined : { ...genesisBoundary(zeroHash, zeroHash), item };
const end = (parent: Partial<Parameters<typeof claimEnd>[0]>, items = 10n) =>
  claimEnd({ itemIndex: 2, childItems: 1, lastChild: 0, ...parent }, items, 4n, at)?.item;

describe('claimEnd', () => {
  it('goes as far as items and their maximum allow', () => {
    expect(end({})).toBe(6n);
    expect(end({}, 5n)).toBe(5n);
  });

  it('ends where a sibling ends', () => {
    expect(end({ childItems: 2, lastChild: 7 })).toBe(4n);
  });

  it('is nothing while L1 has too few items', () => {
    expect(end({}, 2n)).toBeUndefined();
    expect(end({ childItems: 4 }, 5n)).toBeUndefined();
    expect(end({ itemIndex: 12, childItems: 1 }, 20n)).toBeUndefined();
  });
});

describe('rightAssertions', () => {
  const tree = [
    [0n, 0n],
    [1n, 0n],
    [2n, 0n],
    [3n, 1n],
    [4n, 2n],
    [5n, 4n],
  ].map(([id, parent]) => ({ id, parent })) as Assertion[];

  it('leaves out what is wrong, and everything built on it', () => {
    expect(rightAssertions(tree, []).map(({ id }) => id)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
    expect(rightAssertions(tree, [2n]).map(({ id }) => id)).toEqual([0n, 1n, 3n]);
    expect(rightAssertions(tree, [5n]).map(({ id }) => id)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });
});

describe('furthestFirst', () => {
  it('does not go by the numbers: copies of old claims are newer, and come behind their originals', () => {
    const places: readonly (readonly [bigint, bigint])[] = [
      [0n, 0n],
      [1n, 2n],
      [2n, 4n],
      [3n, 4n],
      [4n, 2n],
    ];
    const tree = places.map(([id, itemIndex]) => ({ id, itemIndex })) as Assertion[];
    expect(furthestFirst(tree).map(({ id }) => id)).toEqual([2n, 3n, 1n, 4n, 0n]);
  });
});
