import { sha256 } from '../crypto/sha256.js';
import { EngineError } from '../errors.js';
import { branchOf, BranchTable, EMPTY, isLeaf, leafOf, leafReference, ROOT_PLACE } from './branch-table.js';
import { BATCH, copyWord, PairHasher } from './pair-hasher.js';
import { encodeProof, LEAF_TAG, type StateProof } from './proof.js';

const WORDS = 8;
const PAIR = 16;
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
    for (let index = 0; index < changes.count; index++) {
      const record = changes.records[index]!;
      if (record < this.size) this.branches.markUp(branchOf(this.leafPlaces[record]!));
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

  private add(record: number, key: Uint8Array): void {
    if (record !== this.size) throw new EngineError('state/order', 'new leaves must come in order');
    this.reserveLeaf(record);
    const path = sha256(key);
    new Uint8Array(this.paths.buffer).set(path, record * 32);
    this.size++;
    let place = ROOT_PLACE;
    let depth = 0;
    for (let node = this.branches.at(place); node > 0; node = this.branches.at(place)) {
      place = node * 2 + bitAt(path, depth++);
    }
    this.attach(record, path, place, depth);
  }

  /** Puts the leaf at a place that is empty or holds another leaf, splitting as far as both paths agree. */
  private attach(record: number, path: Uint8Array, at: number, from: number): void {
    const other = this.branches.at(at);
    let place = at;
    if (other !== EMPTY) {
      for (let depth = from; ; depth++) {
        const side = this.pathBit(leafOf(other), depth);
        const branch = this.branches.create(place, depth);
        place = branch * 2 + bitAt(path, depth);
        if (place === branch * 2 + side) continue;
        this.moveLeaf(other, at, place ^ 1);
        break;
      }
    }
    this.branches.put(place, leafReference(record));
    this.leafPlaces[record] = place;
    this.branches.markUp(branchOf(place));
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

  private pathBit(record: number, depth: number): number {
    const word = this.paths[record * WORDS + (depth >> 5)]!;
    return (word >>> ((depth & 24) + 7 - (depth & 7))) & 1;
  }

  private hashLeaves({ count, records, values }: TreeChanges): void {
    const valueWords = new Int32Array(values.buffer, values.byteOffset, count * WORDS);
    for (let start = 0; start < count; start += BATCH) {
      const size = Math.min(BATCH, count - start);
      this.hashLeafBatch(records.subarray(start, start + size), valueWords.subarray(start * WORDS));
    }
  }

  private hashLeafBatch(records: Int32Array, values: Int32Array): void {
    const { paths, leafPlaces, hasher } = this;
    const { input, output } = hasher;
    const { pairs } = this.branches;
    const count = records.length;
    for (let index = 0; index < count; index++) {
      copyWord(paths, records[index]! * WORDS, input, index * PAIR);
      copyWord(values, index * WORDS, input, index * PAIR + WORDS);
    }
    hasher.run(count);
    for (let index = 0; index < count; index++) {
      copyWord(output, index * WORDS, input, index * PAIR);
      copyWord(tagWords, 0, input, index * PAIR + WORDS);
    }
    hasher.run(count);
    for (let index = 0; index < count; index++)
      copyWord(output, index * WORDS, pairs, leafPlaces[records[index]!]! * WORDS);
  }

  private hashBranches(): void {
    this.branches.drainDirty((level) => {
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
