import { sha256 } from '../crypto/sha256.js';
import { EngineError } from '../errors.js';
import { BranchTable, EMPTY, isLeaf, leafOf, leafReference } from './branch-table.js';
import { copyWord, PairHasher } from './pair-hasher.js';
import { encodeProof, LEAF_TAG, type StateProof } from './proof.js';

const WORDS = 8;
const NO_PARENT = -1;
const tagWords = new Int32Array(LEAF_TAG.slice().buffer);

/** A leaf to write: `record` numbers the key, new records must come in order without a gap. 32-byte values joined in `values`. */
export interface TreeChanges {
  readonly count: number;
  readonly records: Int32Array;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

/**
 * The compact sparse Merkle tree of docs/spec/state.md, nodes in typed arrays.
 *
 * Changes are applied once per block: leaves first, then the branches above them level by level, each level one native hash batch.
 * The shape depends only on the set of keys, so leaves can also be taken out again when blocks are undone.
 */
export class StateTree {
  /** Leaves `0 .. size - 1` are in the tree. */
  size = 0;
  private root = EMPTY;
  private paths = new Int32Array(WORDS * 64);
  private leafHashes = new Int32Array(WORDS * 64);
  private leafParents = new Int32Array(64);
  private readonly branches = new BranchTable();
  private readonly hasher = new PairHasher();

  /** 32 bytes; zero for the empty tree. */
  rootHash(): Uint8Array {
    const out = new Int32Array(WORDS);
    this.copyHash(this.root, out, 0);
    return new Uint8Array(out.buffer);
  }

  /** Writes leaves and rehashes everything above them. */
  apply(changes: TreeChanges): void {
    for (let index = 0; index < changes.count; index++) {
      const record = changes.records[index]!;
      if (record < this.size) this.branches.markUp(this.leafParents[record]!);
      else this.add(record, changes.keys.subarray(index * 32, index * 32 + 32));
    }
    this.hashLeaves(changes);
    this.hashBranches();
  }

  /** Takes the newest leaves out until `size` are left, and rehashes. Values of the others are set by `apply`. */
  truncate(size: number): void {
    for (let record = this.size - 1; record >= size; record--) this.remove(record);
    this.size = Math.min(size, this.size);
    this.branches.releaseRemoved();
    this.hashBranches();
  }

  /** Proof of a key (docs/spec/state.md). `valueOf` gives the value of a leaf by its record. */
  proof(key: Uint8Array, valueOf: (record: number) => Uint8Array): Uint8Array {
    const path = sha256(key);
    const siblings: Uint8Array[] = [];
    let node = this.root;
    for (let depth = 0; node > 0; depth++) {
      const right = bitAt(path, depth);
      siblings.unshift(this.hashBytes(this.branches.child(node, 1 - right)));
      node = this.branches.child(node, right);
    }
    return encodeProof(this.ending(node, path, siblings, valueOf));
  }

  private ending(
    node: number,
    path: Uint8Array,
    siblings: readonly Uint8Array[],
    valueOf: (record: number) => Uint8Array,
  ): StateProof {
    if (node === EMPTY) return { kind: 'empty', siblings };
    const record = leafOf(node);
    const leafPath = new Uint8Array(this.paths.slice(record * WORDS, (record + 1) * WORDS).buffer);
    const value = valueOf(record).slice();
    if (Buffer.compare(leafPath, path) === 0) return { kind: 'leaf', value, siblings };
    return { kind: 'other', path: leafPath, value, siblings };
  }

  private hashBytes(node: number): Uint8Array {
    const out = new Int32Array(WORDS);
    this.copyHash(node, out, 0);
    return new Uint8Array(out.buffer);
  }

  private copyHash(node: number, out: Int32Array, at: number): void {
    if (node > 0) copyWord(this.branches.hashes, node * WORDS, out, at);
    else if (node < 0) copyWord(this.leafHashes, leafOf(node) * WORDS, out, at);
    else out.fill(0, at, at + WORDS);
  }

  private add(record: number, key: Uint8Array): void {
    if (record !== this.size) throw new EngineError('state/order', 'new leaves must come in order');
    this.reserveLeaf(record);
    const path = sha256(key);
    new Uint8Array(this.paths.buffer).set(path, record * 32);
    this.size++;
    let parent = NO_PARENT;
    let side = 0;
    let node = this.root;
    let depth = 0;
    for (; node > 0; depth++) {
      parent = node;
      side = bitAt(path, depth);
      node = this.branches.child(node, side);
    }
    this.attach(record, path, parent, side, node, depth);
  }

  /** Puts the leaf where `node` (empty or another leaf) stands, splitting as far as both paths agree. */
  private attach(record: number, path: Uint8Array, above: number, aboveSide: number, node: number, from: number): void {
    let parent = above;
    let side = aboveSide;
    if (node !== EMPTY) {
      for (let depth = from; ; depth++) {
        const branch = this.branches.create(parent, depth);
        this.place(parent, side, branch);
        parent = branch;
        side = bitAt(path, depth);
        if (this.pathBit(leafOf(node), depth) !== side) break;
      }
      this.place(parent, 1 - side, node);
    }
    this.place(parent, side, leafReference(record));
    this.branches.markUp(parent);
  }

  /** Makes `node` the child of `parent` on `side`, or the root. */
  private place(parent: number, side: number, node: number): void {
    if (parent === NO_PARENT) this.root = node;
    else this.branches.setChild(parent, side, node);
    if (isLeaf(node)) this.leafParents[leafOf(node)] = parent;
    else if (node > 0) this.branches.setParent(node, parent);
  }

  /** Takes a leaf out; a leaf that is then alone moves up to the shallowest depth at which it is. */
  private remove(record: number): void {
    const leaf = leafReference(record);
    let branch = this.leafParents[record]!;
    if (branch === NO_PARENT) {
      this.root = EMPTY;
      return;
    }
    const sideOfLeaf = this.branches.child(branch, 0) === leaf ? 0 : 1;
    this.branches.setChild(branch, sideOfLeaf, EMPTY);
    const lonely = this.branches.child(branch, 1 - sideOfLeaf);
    while (isLeaf(lonely) && branch !== NO_PARENT) {
      const other =
        this.branches.child(branch, 0) === lonely ? this.branches.child(branch, 1) : this.branches.child(branch, 0);
      if (other !== EMPTY) break;
      branch = this.lift(branch, lonely);
    }
    this.branches.markUp(branch);
  }

  /** Replaces a branch by the only leaf below it; returns the branch above. */
  private lift(branch: number, leaf: number): number {
    const parent = this.branches.parent(branch);
    const side = parent !== NO_PARENT && this.branches.child(parent, 1) === branch ? 1 : 0;
    this.place(parent, side, leaf);
    this.branches.remove(branch);
    return parent;
  }

  private pathBit(record: number, depth: number): number {
    const word = this.paths[record * WORDS + (depth >> 5)]!;
    return (word >>> ((depth & 24) + 7 - (depth & 7))) & 1;
  }

  private hashLeaves({ count, records, values }: TreeChanges): void {
    const valueWords = new Int32Array(values.buffer, values.byteOffset, count * WORDS);
    const { hasher, paths, leafHashes } = this;
    hasher.run(
      count,
      (index, input, at) => {
        copyWord(paths, records[index]! * WORDS, input, at);
        copyWord(valueWords, index * WORDS, input, at + WORDS);
      },
      (index, output, at) => copyWord(output, at, leafHashes, records[index]! * WORDS),
    );
    hasher.run(
      count,
      (index, input, at) => {
        copyWord(leafHashes, records[index]! * WORDS, input, at);
        copyWord(tagWords, 0, input, at + WORDS);
      },
      (index, output, at) => copyWord(output, at, leafHashes, records[index]! * WORDS),
    );
  }

  private hashBranches(): void {
    const { branches } = this;
    branches.drainDirty((level) => {
      this.hasher.run(
        level.length,
        (index, input, at) => {
          const branch = level[index]!;
          this.copyHash(branches.child(branch, 0), input, at);
          this.copyHash(branches.child(branch, 1), input, at + WORDS);
        },
        (index, output, at) => copyWord(output, at, branches.hashes, level[index]! * WORDS),
      );
    });
  }

  private reserveLeaf(record: number): void {
    if (record < this.leafParents.length) return;
    const size = this.leafParents.length * 2;
    const grown = (array: Int32Array, width: number): Int32Array<ArrayBuffer> => {
      const out = new Int32Array(size * width);
      out.set(array);
      return out;
    };
    this.paths = grown(this.paths, WORDS);
    this.leafHashes = grown(this.leafHashes, WORDS);
    this.leafParents = grown(this.leafParents, 1);
  }
}

const bitAt = (path: Uint8Array, depth: number): number => (path[depth >> 3]! >> (7 - (depth & 7))) & 1;
