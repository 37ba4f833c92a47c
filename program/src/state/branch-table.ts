import { copyWord } from './pair-hasher.js';

/** Node references: 0 empty, positive a branch, negative a leaf. */
export const EMPTY = 0;
export const isLeaf = (node: number): boolean => node < 0;
export const leafOf = (node: number): number => ~node;
export const leafReference = (record: number): number => ~record;

/** Where a node hangs: `branch * 2 + side`. Branch 0 is no part of the tree: its left side holds the root. */
export const ROOT_PLACE = 0;
export const branchOf = (place: number): number => place >> 1;

/** Left, right, place, depth with flags. */
const NODE = 4;
const PLACE = 2;
const STATE = 3;
const WORDS = 8;
const PAIR = 16;
const DIRTY = 1 << 16;
const REMOVED = 1 << 17;
const DEPTH = 0xffff;

/**
 * Branches of the tree in typed arrays, with the set of those whose hash is stale, by depth.
 *
 * A branch holds the hashes of its two children side by side, as they are hashed: one cache line to read for its own hash, and one to write in
 * the branch above. No node keeps its own hash.
 */
export class BranchTable {
  /** Hashes of the children: word `place * 8` on. */
  pairs = new Int32Array(PAIR * 64);
  private nodes = new Int32Array(NODE * 64);
  private used = 1;
  private free: number[] = [];
  private removed: number[] = [];
  private readonly dirty: number[][] = [];

  /** What hangs at a place. */
  at(place: number): number {
    return this.nodes[branchOf(place) * NODE + (place & 1)]!;
  }

  put(place: number, node: number): void {
    this.nodes[branchOf(place) * NODE + (place & 1)] = node;
    if (node > 0) this.nodes[node * NODE + PLACE] = place;
  }

  /** Empties a place. */
  clear(place: number): void {
    this.put(place, EMPTY);
    this.pairs.fill(0, place * WORDS, place * WORDS + WORDS);
  }

  /** Copies the hash at one place to another. */
  copyHash(from: number, to: number): void {
    copyWord(this.pairs, from * WORDS, this.pairs, to * WORDS);
  }

  /** Hash of what hangs at a place, zero where it is empty; a copy. */
  hashAt(place: number): Uint8Array {
    return new Uint8Array(this.pairs.slice(place * WORDS, place * WORDS + WORDS).buffer);
  }

  /** Where a branch hangs. */
  placeOf(branch: number): number {
    return this.nodes[branch * NODE + PLACE]!;
  }

  /** A branch without children, at a place. */
  create(place: number, depth: number): number {
    const branch = this.free.pop() ?? this.used++;
    if (branch * NODE >= this.nodes.length) this.grow();
    this.nodes.fill(0, branch * NODE, branch * NODE + NODE);
    this.nodes[branch * NODE + STATE] = depth;
    this.pairs.fill(0, branch * PAIR, branch * PAIR + PAIR);
    this.put(place, branch);
    return branch;
  }

  remove(branch: number): void {
    this.nodes[branch * NODE + STATE]! |= REMOVED;
    this.removed.push(branch);
  }

  /** Lets removed branches be used again; not before, because the dirty lists may still name them. */
  releaseRemoved(): void {
    for (const level of this.dirty) {
      if (level.length === 0) continue;
      const kept = level.filter((branch) => (this.nodes[branch * NODE + STATE]! & REMOVED) === 0);
      level.length = 0;
      level.push(...kept);
    }
    this.free.push(...this.removed);
    this.removed = [];
  }

  /** Marks a branch and all above it as stale, stopping at the first that is already. */
  markUp(from: number): void {
    const { nodes } = this;
    for (let branch = from; branch > 0; branch = branchOf(nodes[branch * NODE + PLACE]!)) {
      const state = nodes[branch * NODE + STATE]!;
      if ((state & DIRTY) !== 0) return;
      nodes[branch * NODE + STATE] = state | DIRTY;
      (this.dirty[state & DEPTH] ??= []).push(branch);
    }
  }

  /** Hands over the stale branches at `from` and below, deepest level first, and clears them. */
  drainDirty(from: number, hash: (level: readonly number[]) => void): void {
    for (let depth = this.dirty.length - 1; depth >= from; depth--) {
      const level = this.dirty[depth];
      if (level === undefined || level.length === 0) continue;
      hash(level);
      for (const branch of level) this.nodes[branch * NODE + STATE]! &= ~DIRTY;
      level.length = 0;
    }
  }

  private grow(): void {
    const nodes = new Int32Array(this.nodes.length * 2);
    nodes.set(this.nodes);
    this.nodes = nodes;
    const pairs = new Int32Array(this.pairs.length * 2);
    pairs.set(this.pairs);
    this.pairs = pairs;
  }
}
