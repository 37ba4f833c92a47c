import { describe, expect, it } from '@jest/globals';

import { NEWEST, type Place, planCheckpoints } from './checkpoint-plan.js';

const UNITS_AN_ITEM = 10n;
const place = (item: number): Place => ({ item: BigInt(item), units: BigInt(item) * UNITS_AN_ITEM });
const places = (...items: number[]) => items.map(place);
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => place(from + index * step));
const items = (kept: readonly Place[]) => kept.map(({ item }) => Number(item));

/** Units that the dearest replay from the nearest checkpoint to a parent takes. */
function dearest(kept: readonly Place[], parents: readonly Place[]): bigint {
  const costs = parents.map(({ item, units }) => units - (kept.findLast((one) => one.item <= item)?.units ?? 0n));
  return costs.reduce((most, cost) => (cost > most ? cost : most), 0n);
}

describe('checkpoints that are kept', () => {
  it('are all where there are few, but none below the lowest parent that another is nearer to', () => {
    expect(items(planCheckpoints(places(1, 5, 9, 14, 20), places(10, 15), 8))).toEqual([9, 14, 20]);
    expect(items(planCheckpoints(places(1, 5, 9, 14, 20), places(0, 15), 8))).toEqual([1, 5, 9, 14, 20]);
    expect(items(planCheckpoints(places(1, 5, 9, 14, 20), undefined, 8))).toEqual([1, 5, 9, 14, 20]);
  });

  it('are the newest in any case, also where all parents are above them', () => {
    expect(items(planCheckpoints(places(1, 5, 9, 14), places(30), 8))).toEqual([5, 9, 14]);
  });

  it('are those right below parents, and not those that no parent starts at', () => {
    const parents = places(20, 40, 60, 80);
    const kept = planCheckpoints(range(1, 100), parents, 8);
    expect(items(kept)).toEqual(expect.arrayContaining([20, 40, 60, 80, 97, 98, 99]));
    expect(dearest(kept, parents)).toBe(0n);
  });

  it('always hold one at or below the lowest parent', () => {
    const kept = planCheckpoints(range(3, 1_000, 7), range(50, 900), 8);
    expect(items(kept)[0]).toBe(45);
    expect(kept).toHaveLength(8);
  });

  it('measure by units and not by items, which cost nothing to flood', () => {
    const flooded = [
      ...range(1, 11),
      ...Array.from({ length: 500 }, (_, i) => ({ item: BigInt(11 + i), units: 101n + BigInt(i) / 50n })),
    ];
    const parents = range(1, 11);
    expect(dearest(planCheckpoints(flooded, parents, 14), parents)).toBe(0n);
  });

  it.each([
    ['a parent an hour', 6],
    ['parents far apart', 100],
  ])('keep every replay within the bound while the chain goes on for weeks, with %s', (_, spacing) => {
    const limit = 32;
    const undecided = 168 * 6;
    let kept: readonly Place[] = [];
    for (let item = 1; item < 3 * undecided; item++) {
      const lowest = Math.max(0, Math.floor((item - undecided) / spacing) * spacing);
      // The last assertion comes a while after its end.
      const parents = range(lowest, Math.max(lowest + 1, item - 3), spacing);
      kept = planCheckpoints([...kept, place(item)], parents, limit);
      expect(kept.length).toBeLessThanOrEqual(limit);
      expect(items(kept).slice(-NEWEST)).toEqual([item - 2, item - 1, item].filter((each) => each > 0));
      const stretch = BigInt(item - lowest + spacing) * UNITS_AN_ITEM;
      const bound = (2n * stretch) / BigInt(limit - NEWEST) + UNITS_AN_ITEM;
      if (dearest(kept, parents) > bound) expect([item, dearest(kept, parents), bound]).toEqual([]);
    }
  });
});
