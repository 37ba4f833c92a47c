import type { StateProof } from '@metachain/program';
import { equalBytes, sha256, ZERO_WORD } from './hash.js';

const LEAF_TAG = (() => {
  const tag = new Uint8Array(32);
  tag.set(new TextEncoder().encode('MetaChain state leaf v1'));
  return tag;
})();

interface Leaf {
  readonly path: Uint8Array;
  readonly value: Uint8Array;
  hash: Uint8Array | undefined;
}

interface Branch {
  readonly left: StateNode;
  readonly right: StateNode;
  hash: Uint8Array | undefined;
}

type StateNode = Leaf | Branch | undefined;

/** A record of one leaf: its path and its value, or its key and its value. */
const RECORD_BYTES = 64;
const VALUE_AT = 32;

const isLeaf = (node: Leaf | Branch): node is Leaf => 'path' in node;
const bit = (path: Uint8Array, depth: number): number => ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
const branch = (side: number, child: StateNode, other: StateNode): Branch =>
  side === 0 ? { left: child, right: other, hash: undefined } : { left: other, right: child, hash: undefined };

/**
 * The state tree of docs/spec/state.md as an immutable value: `set` shares everything but one path with the tree it
 * starts from, so a checkpoint is a reference. Hashes are computed when asked for. Used for proofs; the sequencer and
 * the replay use the flat table.
 */
export class PersistentStateTree {
  static readonly empty = new PersistentStateTree(undefined);

  private constructor(private readonly top: StateNode) {}

  /** Builds a tree at once from `key || value` records of 64 bytes, as the flat table holds them. */
  static fromRecords(records: Uint8Array): PersistentStateTree {
    const leaves: Leaf[] = [];
    for (let at = 0; at < records.length; at += RECORD_BYTES) {
      const path = sha256(records.subarray(at, at + VALUE_AT));
      leaves.push({ path, value: records.slice(at + VALUE_AT, at + RECORD_BYTES), hash: undefined });
    }
    leaves.sort((a, b) => Buffer.compare(a.path, b.path));
    return new PersistentStateTree(build(leaves, 0, leaves.length, 0));
  }

  get root(): Uint8Array {
    return hashOf(this.top);
  }

  /** Value under a key, or undefined if it was never written. */
  get(key: Uint8Array): Uint8Array | undefined {
    const path = sha256(key);
    const { end } = this.descend(path);
    return end !== undefined && equalBytes(end.path, path) ? end.value : undefined;
  }

  set(key: Uint8Array, value: Uint8Array): PersistentStateTree {
    const leaf: Leaf = { path: sha256(key), value: value.slice(), hash: undefined };
    return new PersistentStateTree(insert(this.top, leaf, 0));
  }

  /**
   * What is not as in an earlier tree that this one was made from by `set`: `path || value` records of 64 bytes in the order of their paths.
   * Costs what is not shared.
   */
  changesSince(earlier: PersistentStateTree): Uint8Array {
    const leaves: Leaf[] = [];
    collectNew(this.top, earlier.top, leaves);
    const records = new Uint8Array(leaves.length * RECORD_BYTES);
    for (const [place, { path, value }] of leaves.entries()) {
      records.set(path, place * RECORD_BYTES);
      records.set(value, place * RECORD_BYTES + VALUE_AT);
    }
    return records;
  }

  /** The tree with changes in it, as `changesSince` gives them. */
  withChanges(changes: Uint8Array): PersistentStateTree {
    const leaves: Leaf[] = [];
    for (let at = 0; at < changes.length; at += RECORD_BYTES) {
      const [path, value] = [changes.slice(at, at + VALUE_AT), changes.slice(at + VALUE_AT, at + RECORD_BYTES)];
      leaves.push({ path, value, hash: undefined });
    }
    return new PersistentStateTree(insertAll(this.top, leaves, 0, leaves.length, 0));
  }

  /** Computes at most so many of the hashes that the root needs, so that a large tree need not be hashed at once. Returns whether none is left. */
  hashSome(count: number): boolean {
    hashUpTo(this.top, count);
    return this.top === undefined || this.top.hash !== undefined;
  }

  prove(key: Uint8Array): StateProof {
    const path = sha256(key);
    const { end, siblings } = this.descend(path);
    const hashes = siblings.map(hashOf).reverse();
    if (end === undefined) return { kind: 'empty', siblings: hashes };
    if (equalBytes(end.path, path)) return { kind: 'leaf', value: end.value, siblings: hashes };
    return { kind: 'other', path: end.path, value: end.value, siblings: hashes };
  }

  private descend(path: Uint8Array): { end: Leaf | undefined; siblings: StateNode[] } {
    const siblings: StateNode[] = [];
    let node = this.top;
    for (let depth = 0; node !== undefined && !isLeaf(node); depth++) {
      const right = bit(path, depth) === 1;
      siblings.push(right ? node.left : node.right);
      node = right ? node.right : node.left;
    }
    return { end: node, siblings };
  }
}

function build(leaves: readonly Leaf[], from: number, to: number, depth: number): StateNode {
  if (to - from <= 1) return to === from ? undefined : leaves[from];
  const middle = firstRight(leaves, from, to, depth);
  const left = build(leaves, from, middle, depth + 1);
  return { left, right: build(leaves, middle, to, depth + 1), hash: undefined };
}

function firstRight(leaves: readonly Leaf[], from: number, to: number, depth: number): number {
  let middle = from;
  while (middle < to && bit(leaves[middle]?.path ?? ZERO_WORD, depth) === 0) middle++;
  return middle;
}

/** Keys are never removed, so a leaf of the earlier tree is found again as it was, or below what came beside it. */
function collectNew(node: StateNode, earlier: StateNode, found: Leaf[]): void {
  if (node === undefined || node === earlier) return;
  if (isLeaf(node)) return void found.push(node);
  const isSplit = earlier !== undefined && !isLeaf(earlier);
  collectNew(node.left, isSplit ? earlier.left : earlier, found);
  collectNew(node.right, isSplit ? earlier.right : earlier, found);
}

/** Puts the leaves from one place to another, in the order of their paths, under a node. */
function insertAll(node: StateNode, leaves: readonly Leaf[], from: number, to: number, depth: number): StateNode {
  if (from === to) return node;
  if (node === undefined) return build(leaves, from, to, depth);
  if (to - from === 1) return insert(node, leaves[from]!, depth);
  const middle = firstRight(leaves, from, to, depth);
  const { left, right } = isLeaf(node) ? branch(bit(node.path, depth), node, undefined) : node;
  return {
    left: insertAll(left, leaves, from, middle, depth + 1),
    right: insertAll(right, leaves, middle, to, depth + 1),
    hash: undefined,
  };
}

function insert(node: StateNode, leaf: Leaf, depth: number): StateNode {
  if (node === undefined) return leaf;
  const side = bit(leaf.path, depth);
  if (!isLeaf(node)) {
    const [child, other] = side === 0 ? [node.left, node.right] : [node.right, node.left];
    return branch(side, insert(child, leaf, depth + 1), other);
  }
  if (equalBytes(node.path, leaf.path)) return leaf;
  const apart = bit(node.path, depth) !== side;
  return apart ? branch(side, leaf, node) : branch(side, insert(node, leaf, depth + 1), undefined);
}

function hashOf(node: StateNode): Uint8Array {
  if (node === undefined) return ZERO_WORD;
  node.hash ??= isLeaf(node)
    ? sha256(sha256(node.path, node.value), LEAF_TAG)
    : sha256(hashOf(node.left), hashOf(node.right));
  return node.hash;
}

/** Hashes from the leaves up; returns how many hashes may still be computed. */
function hashUpTo(node: StateNode, count: number): number {
  if (node === undefined || node.hash !== undefined || count === 0) return count;
  const left = isLeaf(node) ? count : hashUpTo(node.right, hashUpTo(node.left, count));
  if (left === 0) return 0;
  hashOf(node);
  return left - 1;
}
