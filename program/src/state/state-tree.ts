import { sha256 } from '../crypto/sha256.js';
import { EngineError } from '../errors.js';
import { branchOf, BranchTable, EMPTY, isLeaf, leafOf, leafReference, ROOT_PLACE } from './branch-table.js';
import { orderBy } from './order.js';
import { BATCH, copyWord, PairHasher } from './pair-hasher.js';
import { encodeProof, LEAF_TAG, type StateProof } from './proof.js';

const WORDS = 8;
const PAIR = 16;
/** Changed leaves in a part of the tree that is hashed on its own: their branches then fit the processor's second cache. */
const PART_LEAVES = 1_024;
const MAXIMUM_PART_BITS = 16;
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
  private paths = new Int32Array(WORDS * 64);
  /** Where each leaf hangs. */
  private leafPlaces = new Int32Array(64);
  private readonly branches = new BranchTable();
  private readonly hasher = new PairHasher();

  /** 32 bytes; zero for the empty tree. */
  rootHash(): Uint8Array {
    return this.branches.hashAt(ROOT_PLACE);
  }

  /** Writes leaves and rehashes everything above them. */
  apply(changes: TreeChanges): void {
    const { count, records } = changes;
    this.addAll(changes);
    const order = orderBy(count, (index) => this.pathPrefix(records[index]!));
    // One subtree after another, so that what a level writes is still in the cache when the next reads it.
    const bits = Math.min(MAXIMUM_PART_BITS, Math.max(0, Math.ceil(Math.log2(count / PART_LEAVES))));
    const partOf = (at: number): number => this.pathPrefix(records[order[at]!]!) / 2 ** (32 - bits);
    for (let start = 0, end = 0; start < count; start = end) {
      const part = Math.floor(partOf(start));
      while (end < count && partOf(end) < part + 1) end++;
      this.writeLeaves(changes, order.subarray(start, end));
      this.hashBranches(bits);
    }
    this.hashBranches(0);
  }

  private writeLeaves({ count, records, values }: TreeChanges, order: Int32Array): void {
    const valueWords = new Int32Array(values.buffer, values.byteOffset, count * WORDS);
    for (const index of order) this.branches.markUp(branchOf(this.leafPlaces[records[index]!]!));
    for (let start = 0; start < order.length; start += BATCH)
      this.hashLeafBatch(records, valueWords, order.subarray(start, start + BATCH));
  }

  /** Hangs the new leaves, without their hashes. In the order of their paths: branches created together then lie together. */
  private addAll({ count, records, keys }: TreeChanges): void {
    const first = this.size;
    for (let index = 0; index < count; index++) {
      if (records[index]! >= first) this.addPath(records[index]!, keys.subarray(index * 32, index * 32 + 32));
    }
    const order = orderBy(this.size - first, (index) => this.pathPrefix(first + index));
    for (const index of order) this.hang(first + index);
  }

  /** Takes the newest leaves out until `size` are left, and rehashes. Values of the others are set by `apply`. */
  truncate(size: number): void {
    for (let record = this.size - 1; record >= size; record--) this.remove(record);
    this.size = Math.min(size, this.size);
    this.branches.releaseRemoved();
    this.hashBranches(0);
  }

  /** Proof of a key (docs/spec/state.md). `valueOf` gives the value of a leaf by its record. */
  proof(key: Uint8Array, valueOf: (record: number) => Uint8Array): Uint8Array {
    const path = sha256(key);
    const siblings: Uint8Array[] = [];
    let node = this.branches.at(ROOT_PLACE);
    for (let depth = 0; node > 0; depth++) {
      const place = node * 2 + bitAt(path, depth);
      siblings.unshift(this.branches.hashAt(place ^ 1));
      node = this.branches.at(place);
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

  private addPath(record: number, key: Uint8Array): void {
    if (record !== this.size) throw new EngineError('state/order', 'new leaves must come in order');
    this.reserveLeaf(record);
    new Uint8Array(this.paths.buffer, record * 32, 32).set(sha256(key));
    this.size++;
  }

  /** Hangs a leaf where its path leads. */
  private hang(record: number): void {
    let place = ROOT_PLACE;
    let depth = 0;
    for (let node = this.branches.at(place); node > 0; node = this.branches.at(place)) {
      place = node * 2 + this.pathBit(record, depth++);
    }
    this.attach(record, place, depth);
  }

  /** Puts the leaf at a place that is empty or holds another leaf, splitting as far as both paths agree. */
  private attach(record: number, at: number, from: number): void {
    const other = this.branches.at(at);
    let place = at;
    if (other !== EMPTY) {
      let sameSide = true;
      for (let depth = from; sameSide; depth++) {
        const branch = this.branches.create(place, depth);
        place = branch * 2 + this.pathBit(record, depth);
        sameSide = place === branch * 2 + this.pathBit(leafOf(other), depth);
      }
      this.moveLeaf(other, at, place ^ 1);
    }
    this.branches.put(place, leafReference(record));
    this.leafPlaces[record] = place;
  }

  /** Hangs a leaf elsewhere, with its hash. */
  private moveLeaf(leaf: number, from: number, to: number): void {
    this.branches.put(to, leaf);
    this.branches.copyHash(from, to);
    this.leafPlaces[leafOf(leaf)] = to;
  }

  /** Takes a leaf out; a leaf that is then alone moves up to the shallowest depth at which it is. */
  private remove(record: number): void {
    const place = this.leafPlaces[record]!;
    this.branches.clear(place);
    let branch = branchOf(place);
    const lonely = branch === 0 ? EMPTY : this.branches.at(place ^ 1);
    let lonelyPlace = place ^ 1;
    while (isLeaf(lonely) && branch !== 0 && this.branches.at(lonelyPlace ^ 1) === EMPTY) {
      const above = this.branches.placeOf(branch);
      this.moveLeaf(lonely, lonelyPlace, above);
      this.branches.remove(branch);
      lonelyPlace = above;
      branch = branchOf(above);
    }
    this.branches.markUp(branch);
  }

  /** The first 32 bits of a path. */
  private pathPrefix(record: number): number {
    const word = this.paths[record * WORDS]!;
    return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
  }

  private pathBit(record: number, depth: number): number {
    const word = this.paths[record * WORDS + (depth >> 5)]!;
    return (word >>> ((depth & 24) + 7 - (depth & 7))) & 1;
  }

  private hashLeafBatch(records: Int32Array, values: Int32Array, order: Int32Array): void {
    const { paths, leafPlaces, hasher } = this;
    const { input, output } = hasher;
    const { pairs } = this.branches;
    const count = order.length;
    for (let index = 0; index < count; index++) {
      copyWord(paths, records[order[index]!]! * WORDS, input, index * PAIR);
      copyWord(values, order[index]! * WORDS, input, index * PAIR + WORDS);
    }
    hasher.run(count);
    for (let index = 0; index < count; index++) {
      copyWord(output, index * WORDS, input, index * PAIR);
      copyWord(tagWords, 0, input, index * PAIR + WORDS);
    }
    hasher.run(count);
    for (let index = 0; index < count; index++)
      copyWord(output, index * WORDS, pairs, leafPlaces[records[order[index]!]!]! * WORDS);
  }

  /** Rehashes the stale branches at `depth` and below. */
  private hashBranches(depth: number): void {
    this.branches.drainDirty(depth, (level) => {
      for (let start = 0; start < level.length; start += BATCH)
        this.hashBranchBatch(level, start, Math.min(BATCH, level.length - start));
    });
  }

  private hashBranchBatch(level: readonly number[], start: number, count: number): void {
    const { branches, hasher } = this;
    const { input, output } = hasher;
    const { pairs } = branches;
    for (let index = 0; index < count; index++) {
      const from = level[start + index]! * PAIR;
      copyWord(pairs, from, input, index * PAIR);
      copyWord(pairs, from + WORDS, input, index * PAIR + WORDS);
    }
    hasher.run(count);
    for (let index = 0; index < count; index++)
      copyWord(output, index * WORDS, pairs, branches.placeOf(level[start + index]!) * WORDS);
  }

  private reserveLeaf(record: number): void {
    if (record < this.leafPlaces.length) return;
    const size = this.leafPlaces.length * 2;
    const grown = (array: Int32Array, width: number): Int32Array<ArrayBuffer> => {
      const out = new Int32Array(size * width);
      out.set(array);
      return out;
    };
    this.paths = grown(this.paths, WORDS);
    this.leafPlaces = grown(this.leafPlaces, 1);
  }
}

const bitAt = (path: Uint8Array, depth: number): number => (path[depth >> 3]! >> (7 - (depth & 7))) & 1;
