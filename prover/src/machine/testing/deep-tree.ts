import { sha256, word } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';

/** Deepest place of a leaf (docs/spec/state.md). */
export const MAX_DEPTH = 255;

/** A path that parts from another at one bit. */
function partingAt(path: Uint8Array, bit: number): Uint8Array {
  const other = path.slice();
  other[bit >> 3]! ^= 0x80 >> (bit & 7);
  return other;
}

const leafAt = (path: Uint8Array) => ({ path, value: word(9), hash: undefined });

/** A tree by its top node. Trees are made of keys otherwise, and nobody knows keys whose paths are so near to each other; L1 cannot rely on that. */
const treeOf = (top: object): PersistentStateTree =>
  Object.assign(Object.create(PersistentStateTree.prototype) as PersistentStateTree, { top });

/** A tree in which a key is as deep as can be, every sibling above it a leaf. */
export function treeWithDeepest(key: Uint8Array): PersistentStateTree {
  const path = sha256(key);
  let top: object = leafAt(path);
  for (let bit = MAX_DEPTH - 1; bit >= 0; bit--) {
    const [own, other] = [top, leafAt(partingAt(path, bit))];
    const isRight = ((path[bit >> 3]! >> (7 - (bit & 7))) & 1) === 1;
    top = { left: isRight ? other : own, right: isRight ? own : other, hash: undefined };
  }
  return treeOf(top);
}

/** A tree of one leaf, beside which a key can only be put at the greatest depth. */
export const treeBeside = (key: Uint8Array): PersistentStateTree =>
  treeOf(leafAt(partingAt(sha256(key), MAX_DEPTH - 1)));
