import { expect, it } from '@jest/globals';
import { concat, type Hash, keccak256, numberToHex, zeroHash } from 'viem';

import { SegmentTree } from './segment-tree.js';

const hashes = (segments: number): Hash[] =>
  Array.from({ length: segments + 1 }, (_, index) => keccak256(numberToHex(index)));
const node = (left: Hash, right: Hash): Hash => keccak256(concat([left, right]));

it('a segment alone is the root', () => {
  const [first, last] = hashes(1) as [Hash, Hash];
  const tree = new SegmentTree([first, last]);
  expect(tree.root).toBe(node(first, last));
  expect(tree.proof(0)).toEqual([]);
});

it('puts zero where a right node is missing', () => {
  const [a, b, c, d] = hashes(3) as [Hash, Hash, Hash, Hash];
  const tree = new SegmentTree([a, b, c, d]);
  expect(tree.root).toBe(node(node(node(a, b), node(b, c)), node(node(c, d), zeroHash)));
  expect(tree.proof(2)).toEqual([zeroHash, node(node(a, b), node(b, c))]);
});

it.each([2, 3, 5, 12, 16, 17, 64])('leads from each of %d segments to the root, by its place', (segments) => {
  const all = hashes(segments);
  const tree = new SegmentTree(all);
  for (let index = 0; index < segments; index++) {
    const climb = (place: number) =>
      tree
        .proof(index)
        .reduce<Hash>(
          (below, sibling, level) => ((place >> level) & 1 ? node(sibling, below) : node(below, sibling)),
          node(all[index]!, all[index + 1]!),
        );
    expect(tree.proof(index)).toHaveLength(Math.ceil(Math.log2(segments)));
    expect(climb(index)).toBe(tree.root);
    expect(climb(index ^ 1)).not.toBe(tree.root);
  }
});
