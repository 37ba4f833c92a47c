// The state tree (docs/spec/state.md, "Tree"), straight from the text: a leaf stands where no other leaf shares its prefix.
import { concat, numberToHex, pad, stringToHex } from 'viem';
import { sha256, ZERO } from './encoding.mjs';

export const TAG = pad(stringToHex('MetaChain state leaf v1'), { dir: 'right', size: 32 });

/** Bit of a path, 0 the most significant. */
export const bit = (path, depth) => (BigInt(path) >> BigInt(255 - depth)) & 1n;

export const leaf = ({ path, value }) => sha256(sha256(path, value), TAG);

/** Node at `depth` over these leaves; the root at depth 0. */
export const node = (leaves, depth = 0) => {
  if (leaves.length === 0) return ZERO;
  if (leaves.length === 1) return leaf(leaves[0]);
  const side = (which) => leaves.filter(({ path }) => bit(path, depth) === which);
  return sha256(node(side(0n), depth + 1), node(side(1n), depth + 1));
};

/** Leaves of a map from keys to words. */
export const leavesOf = (words) => [...words].map(([key, value]) => ({ path: sha256(key), value }));

/** Proof bytes: `content` is nothing, a value, or path and value; siblings from the leaf up. */
export const encodeProof = (kind, content, siblings) =>
  concat([numberToHex(kind, { size: 1 }), numberToHex(siblings.length, { size: 2 }), ...content, ...siblings]);

/** The parts of the proof of a path. */
export const openPath = (leaves, path) => {
  const siblings = [];
  let rest = leaves;
  for (let depth = 0; rest.length > 1; depth += 1) {
    const other = rest.filter((entry) => bit(entry.path, depth) !== bit(path, depth));
    rest = rest.filter((entry) => bit(entry.path, depth) === bit(path, depth));
    siblings.unshift(node(other, depth + 1));
  }
  const [found] = rest;
  if (found === undefined) return { kind: 0, content: [], siblings };
  if (found.path === path) return { kind: 1, content: [found.value], siblings };
  return { kind: 2, content: [found.path, found.value], siblings };
};

export const prove = (leaves, path) => {
  const { kind, content, siblings } = openPath(leaves, path);
  return encodeProof(kind, content, siblings);
};
