import { describe, expect, it, jest } from '@jest/globals';
import { concatBytes } from '@metachain/program';

import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { StateTrees } from './state-trees.js';

const word = (value: number) => Uint8Array.from({ length: 32 }, (_, index) => (index < 4 ? value >> (8 * index) : 7));
const records = (...pairs: readonly (readonly [number, number])[]) =>
  concatBytes(...pairs.flatMap(([key, value]) => [word(key), word(value)]));
const counted = (count: number) => Array.from({ length: count }, (_, key) => [key, key + 1] as const);

/** The tree of records, and how many keys were set in one that was there. */
async function made(trees: StateTrees, contents: Uint8Array) {
  const set = jest.spyOn(PersistentStateTree.prototype, 'set');
  const { root } = await trees.of(contents);
  const { length } = set.mock.calls;
  set.mockRestore();
  return { root, set: length };
}

describe('state trees of one chain', () => {
  it('are those of their records, and share what did not change', async () => {
    const trees = new StateTrees();
    const first = counted(100);
    expect(await made(trees, records(...first))).toEqual({
      root: PersistentStateTree.fromRecords(records(...first)).root,
      set: 0,
    });
    const later = records(...first.map(([key, value]): [number, number] => [key, key === 5 ? 77 : value]), [200, 1]);
    expect(await made(trees, later)).toEqual({ root: PersistentStateTree.fromRecords(later).root, set: 2 });
    expect(await made(trees, records(...first))).toMatchObject({ set: 0 });
  });

  it.each([
    ['an earlier place', records(...counted(60))],
    ['keys in another order', records(...counted(100).reverse())],
    ['hardly anything alike', records(...counted(100).map(([key]): [number, number] => [key, 5_000]))],
  ])('begin anew for %s', async (_, contents) => {
    const trees = new StateTrees();
    await trees.of(records(...counted(100)));
    const { root } = PersistentStateTree.fromRecords(contents);
    expect(await made(trees, contents)).toEqual({ root, set: 0 });
  });
});
