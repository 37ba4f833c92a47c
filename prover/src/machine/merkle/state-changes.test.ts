import { describe, expect, it } from '@jest/globals';

import { joinBytes, word } from './hash.js';
import { joinChanges } from './state-changes.js';
import { PersistentStateTree } from './state-tree.js';

type Pair = readonly [key: number, value: number];

const treeOf = (pairs: readonly Pair[]) =>
  PersistentStateTree.fromRecords(joinBytes(pairs.flatMap(([key, value]) => [word(key), word(value)])));
const setAll = (tree: PersistentStateTree, pairs: readonly Pair[]) =>
  pairs.reduce((last, [key, value]) => last.set(word(key), word(value)), tree);
const numbered = (from: number, count: number, value = from): Pair[] =>
  Array.from({ length: count }, (_, place) => [from + place, value]);

const CASES: readonly (readonly [string, readonly Pair[], readonly Pair[], readonly Pair[]])[] = [
  ['nothing', [], [], []],
  ['the first keys', [], numbered(1, 1), numbered(2, 40)],
  ['keys beside the only one', numbered(1, 1), numbered(2, 3), numbered(5, 1)],
  [
    'values of some and new keys',
    numbered(1, 200),
    [...numbered(20, 30, 7), ...numbered(300, 9)],
    numbered(40, 300, 8),
  ],
  ['a value and back', numbered(1, 50), [[3, 9]], [[3, 1]]],
  ['all values twice', numbered(1, 64), numbered(1, 64, 5), numbered(1, 64, 6)],
];

describe('changes of a state', () => {
  it.each(CASES)('make the later tree of the earlier one: %s', (_, before, first, second) => {
    const begin = treeOf(before);
    const middle = setAll(begin, first);
    const end = setAll(middle, second);
    const [one, other] = [middle.changesSince(begin), end.changesSince(middle)];
    expect(one).toHaveLength(64 * first.length);
    expect(begin.withChanges(one).root).toEqual(middle.root);
    expect(begin.withChanges(one).withChanges(other).root).toEqual(end.root);
    const joined = joinChanges(one, other);
    expect(joined).toHaveLength(64 * new Set([...first, ...second].map(([key]) => key)).size);
    expect(begin.withChanges(joined).root).toEqual(end.root);
    const again = begin.withChanges(joined);
    for (const [key] of [...before, ...first, ...second]) expect(again.prove(word(key))).toEqual(end.prove(word(key)));
  });
});

it('a tree is hashed a little at a time, and has the root then that it has when it is hashed at once', () => {
  const [slow, fast] = [treeOf(numbered(1, 100)), treeOf(numbered(1, 100))];
  let rounds = 1;
  while (!slow.hashSome(10)) rounds++;
  expect(rounds).toBeGreaterThan(19);
  expect(slow.root).toEqual(fast.root);
  expect(fast.hashSome(1)).toBe(true);
  expect(PersistentStateTree.empty.hashSome(1)).toBe(true);
});
