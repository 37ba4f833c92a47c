/** Node references: 0 empty, positive a branch, negative a leaf. */
export const EMPTY = 0;
export const isLeaf = (node: number): boolean => node < 0;
export const leafOf = (node: number): number => ~node;
export const leafReference = (record: number): number => ~record;

/** Left, right, parent, depth with flags. */
const NODE = 4;
const DIRTY = 1 << 16;
const REMOVED = 1 << 17;
const DEPTH = 0xffff;

/** Branches of the tree in typed arrays, with the set of those whose hash is stale, by depth. Branch 0 is never used. */
export class BranchTable {
  hashes = new Int32Array(8 * 64);
  private nodes = new Int32Array(NODE * 64);
  private used = 1;
  private free: number[] = [];
  private removed: number[] = [];
  private readonly dirty: number[][] = [];

  child(branch: number, side: number): number {
    return this.nodes[branch * NODE + side]!;
  }

  setChild(branch: number, side: number, node: number): void {
    this.nodes[branch * NODE + side] = node;
  }

  parent(branch: number): number {
    return this.nodes[branch * NODE + 2]!;
  }

  setParent(branch: number, parent: number): void {
    this.nodes[branch * NODE + 2] = parent;
  }

  create(parent: number, depth: number): number {
    const branch = this.free.pop() ?? this.used++;
    if (branch * NODE >= this.nodes.length) this.grow();
    this.nodes.fill(0, branch * NODE, branch * NODE + NODE);
    this.nodes[branch * NODE + 2] = parent;
    this.nodes[branch * NODE + 3] = depth;
    return branch;
  }

  remove(branch: number): void {
    this.nodes[branch * NODE + 3]! |= REMOVED;
    this.removed.push(branch);
  }

  /** Lets removed branches be used again; not before, because the dirty lists may still name them. */
  releaseRemoved(): void {
    for (const level of this.dirty) {
      if (level.length === 0) continue;
      const kept = level.filter((branch) => (this.nodes[branch * NODE + 3]! & REMOVED) === 0);
      level.length = 0;
      level.push(...kept);
    }
    this.free.push(...this.removed);
    this.removed = [];
  }

  /** Marks a branch and all above it as stale, stopping at the first that is already. */
  markUp(from: number): void {
    const { nodes } = this;
    for (let branch = from; branch > 0; branch = nodes[branch * NODE + 2]!) {
      const depth = nodes[branch * NODE + 3]!;
      if ((depth & DIRTY) !== 0) return;
      nodes[branch * NODE + 3] = depth | DIRTY;
      (this.dirty[depth & DEPTH] ??= []).push(branch);
    }
  }

  /** Hands over the stale branches, deepest level first, and clears them. */
  drainDirty(hash: (level: readonly number[]) => void): void {
    for (let depth = this.dirty.length - 1; depth >= 0; depth--) {
      const level = this.dirty[depth];
      if (level === undefined || level.length === 0) continue;
      hash(level);
      for (const branch of level) this.nodes[branch * NODE + 3]! &= ~DIRTY;
      level.length = 0;
    }
  }

  private grow(): void {
    const nodes = new Int32Array(this.nodes.length * 2);
    nodes.set(this.nodes);
    this.nodes = nodes;
    const hashes = new Int32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
  }
}
