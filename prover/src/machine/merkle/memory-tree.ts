import { keccak } from './hash.js';

/** Bytes of a leaf. */
export const LEAF_BYTES = 32;
const PAGE_BYTES = 4_096;

/**
 * Keccak tree of fixed depth over a program's memory and, after it, its mutable globals: leaves are the 32-byte words
 * themselves, `node = keccak(left || right)`, missing leaves are zero. Keccak because it is L1's cheapest hash.
 */
export class MemoryTree {
  readonly depth: number;
  /** Nodes of each level from the leaves up, 32 bytes each. */
  private readonly levels: Uint8Array[];

  constructor(memoryBytes: number, globals: number) {
    this.depth = treeDepth(memoryBytes, globals);
    this.levels = [];
    let empty: Uint8Array = new Uint8Array(LEAF_BYTES);
    for (let level = 0; level <= this.depth; level++) {
      this.levels.push(filled(empty, 1 << (this.depth - level)));
      empty = keccak(empty, empty);
    }
  }

  get root(): Uint8Array {
    return this.node(this.depth, 0);
  }

  /** Brings the tree up to date with the memory and the global leaves; only what changed is hashed. */
  update(memory: Uint8Array, globals: readonly bigint[]): void {
    const changed = [...this.changedLeaves(memory, 0), ...this.changedLeaves(globalLeaves(globals), memory.length)];
    this.rehash(changed);
  }

  node(level: number, index: number): Uint8Array {
    return this.nodes(level).slice(index * LEAF_BYTES, index * LEAF_BYTES + LEAF_BYTES);
  }

  /** Siblings of a leaf from the bottom up. */
  siblings(leaf: number): Uint8Array[] {
    return Array.from({ length: this.depth }, (_, level) => this.node(level, (leaf >> level) ^ 1));
  }

  /**
   * Nodes that complete a run of leaves to the root: on each level, from the leaves up, the left neighbour if the run
   * starts at an odd place, then the right neighbour if it ends at an even one.
   */
  rangeSiblings(first: number, last: number): Uint8Array[] {
    const nodes: Uint8Array[] = [];
    for (let level = 0, low = first, high = last; level < this.depth; level++, low >>= 1, high >>= 1) {
      if ((low & 1) === 1) nodes.push(this.node(level, low - 1));
      if ((high & 1) === 0) nodes.push(this.node(level, high + 1));
    }
    return nodes;
  }

  /** Siblings of leaf `next` after leaf `next - 1` became `value`; for accesses that straddle two leaves. */
  siblingsAfter(changed: number, value: Uint8Array, next: number): Uint8Array[] {
    const before = this.node(0, changed);
    this.setLeaf(changed, value);
    const siblings = this.siblings(next);
    this.setLeaf(changed, before);
    return siblings;
  }

  private setLeaf(index: number, value: Uint8Array): void {
    this.nodes(0).set(value, index * LEAF_BYTES);
    this.rehash([index]);
  }

  /** Compares page by page first: most of a memory does not change. */
  private *changedLeaves(bytes: Uint8Array, offset: number): Generator<number> {
    for (let page = 0; page < bytes.length; page += PAGE_BYTES) {
      const end = Math.min(page + PAGE_BYTES, bytes.length);
      if (!this.differs(bytes, offset, page, end)) continue;
      for (let at = page; at < end; at += LEAF_BYTES) {
        if (!this.differs(bytes, offset, at, at + LEAF_BYTES)) continue;
        this.nodes(0).set(bytes.subarray(at, at + LEAF_BYTES), offset + at);
        yield (offset + at) / LEAF_BYTES;
      }
    }
  }

  private differs(bytes: Uint8Array, offset: number, from: number, to: number): boolean {
    return Buffer.compare(bytes.subarray(from, to), this.nodes(0).subarray(offset + from, offset + to)) !== 0;
  }

  private rehash(changed: readonly number[]): void {
    let indices: readonly number[] = changed;
    for (let level = 1; level <= this.depth; level++) {
      const [below, nodes] = [this.nodes(level - 1), this.nodes(level)];
      indices = [...new Set(indices.map((index) => index >> 1))];
      for (const index of indices) {
        nodes.set(keccak(below.subarray(index * 64, index * 64 + 64)), index * LEAF_BYTES);
      }
    }
  }

  private nodes(level: number): Uint8Array {
    return this.levels[level] ?? new Uint8Array();
  }
}

/** Levels above the leaves. At least one, so that a proof always has a sibling. */
export function treeDepth(memoryBytes: number, globals: number): number {
  const leaves = memoryBytes / LEAF_BYTES + Math.ceil(globals / 4);
  return Math.max(1, Math.ceil(Math.log2(Math.max(leaves, 2))));
}

/** Globals as leaves: four 64-bit little-endian values each. */
export function globalLeaves(globals: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(globals.length / 4) * LEAF_BYTES);
  const view = new DataView(bytes.buffer);
  globals.forEach((value, index) => view.setBigUint64(index * 8, value, true));
  return bytes;
}

function filled(node: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(count * LEAF_BYTES);
  for (let at = 0; at < bytes.length; at += LEAF_BYTES) bytes.set(node, at);
  return bytes;
}
