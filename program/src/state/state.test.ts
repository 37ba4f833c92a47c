import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Hex } from 'viem';

import { concatBytes, toHex } from '../codec/bytes.js';
import { LEAF_TAG, verifyProof } from './proof.js';
import { StateStore } from './state-store.js';
import { StateTree } from './state-tree.js';

const bytes32 = (value: number): Uint8Array => new Uint8Array(createHash('sha256').update(`${value}`).digest());
const hash = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sha256')
      .update(concatBytes(...parts))
      .digest(),
  );
const zero = new Uint8Array(32);

/** The definition of docs/spec/state.md, recursive and slow, to compare with. */
const referenceRoot = (leaves: { path: Uint8Array; value: Uint8Array }[], depth = 0): Uint8Array => {
  if (leaves.length === 0) return zero;
  const [only] = leaves;
  if (leaves.length === 1) return hash(hash(only!.path, only!.value), LEAF_TAG);
  const bit = (path: Uint8Array) => (path[depth >> 3]! >> (7 - (depth & 7))) & 1;
  return hash(
    referenceRoot(
      leaves.filter(({ path }) => bit(path) === 0),
      depth + 1,
    ),
    referenceRoot(
      leaves.filter(({ path }) => bit(path) === 1),
      depth + 1,
    ),
  );
};

const rootOf = (model: Map<number, number>): Hex =>
  toHex(referenceRoot([...model].map(([key, value]) => ({ path: hash(bytes32(key)), value: valueBytes(value) }))));

const valueBytes = (value: number): Uint8Array => (value === 0 ? zero : bytes32(value));

describe('the table of state words', () => {
  const writes = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 5 })), { maxLength: 300 });

  it('reads what was written, through growth', () => {
    fc.assert(
      fc.property(writes, (list) => {
        const store = new StateStore(16);
        const model = new Map<number, number>();
        for (const [key, value] of list) {
          store.write(bytes32(key), valueBytes(value));
          model.set(key, value);
        }
        for (let key = 0; key <= 400; key++) {
          const expected = model.has(key) ? toHex(valueBytes(model.get(key)!)) : undefined;
          const found = store.read(bytes32(key));
          expect(found && toHex(found)).toBe(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('undoes to a mark as if never written, and writes on', () => {
    fc.assert(
      fc.property(writes, writes, writes, (first, second, third) => {
        const undone = new StateStore(16);
        const clean = new StateStore(16);
        for (const [key, value] of first)
          for (const store of [undone, clean]) store.write(bytes32(key), valueBytes(value));
        const mark = undone.mark();
        for (const [key, value] of second) undone.write(bytes32(key), valueBytes(value));
        undone.undo(mark);
        for (const [key, value] of third)
          for (const store of [undone, clean]) store.write(bytes32(key), valueBytes(value));
        expect(toHex(undone.contents())).toBe(toHex(clean.contents()));
      }),
      { numRuns: 40 },
    );
  });

  it('finds keys that end alike, as those of one account or with many zeros, forwards and backwards', () => {
    const key = (head: number, end: number): Uint8Array => {
      const bytes = new Uint8Array(32);
      new DataView(bytes.buffer).setUint32(0, head, true);
      bytes.fill(end, 12);
      return bytes;
    };
    const store = new StateStore(16);
    const check = (present: number, all: number): void => {
      for (let head = 0; head < all; head++)
        for (const end of [0, 7]) {
          const found = store.read(key(head, end));
          expect(found && toHex(found)).toBe(head < present ? toHex(bytes32(head + end)) : undefined);
        }
    };
    const fill = (from: number, to: number): void => {
      for (let head = from; head < to; head++)
        for (const end of [0, 7]) store.write(key(head, end), bytes32(head + end));
    };
    fill(0, 100);
    const mark = store.mark();
    fill(100, 300);
    check(300, 320);
    store.undo(mark);
    check(100, 300);
    fill(100, 200);
    check(200, 300);
    const copy = new StateStore();
    copy.load(store.contents());
    expect(copy.find(new Int32Array(key(150, 7).buffer), 0)).toBe(301);
    expect(() => new StateStore().load(concatBytes(store.contents(), store.contents()))).toThrow('twice');
  });

  it('brings records into the cache without changing anything', () => {
    const store = new StateStore(16);
    for (let index = 0; index < 64; index++) store.write(bytes32(index), bytes32(index + 1));
    const before = toHex(store.contents());
    const words = new Int32Array(64 * 5);
    for (let index = 0; index < 16; index++) words.set(new Int32Array(bytes32(index).slice(12).buffer), index * 5);
    store.warm(words, 0, 16, 5);
    expect(toHex(store.contents())).toBe(before);
    for (let index = 0; index < 64; index++) expect(store.read(bytes32(index))).toEqual(bytes32(index + 1));
  });

  it('gives a diff with each key once, which takes itself back', () => {
    const store = new StateStore(16);
    store.write(bytes32(1), bytes32(11));
    store.clearJournal();
    const before = toHex(store.contents());
    store.write(bytes32(1), bytes32(12));
    store.write(bytes32(2), bytes32(13));
    store.write(bytes32(1), bytes32(14));
    const diff = store.diffSince(0);
    expect([diff.count, [...diff.inserted], [...diff.records]]).toEqual([2, [0, 1], [0, 1]]);
    expect(toHex(diff.values)).toBe(toHex(concatBytes(bytes32(14), bytes32(13))));
    expect(toHex(diff.previous)).toBe(toHex(concatBytes(bytes32(11), zero)));
    store.revert(diff);
    expect(toHex(store.contents())).toBe(before);
    expect(store.read(bytes32(2))).toBeUndefined();
  });

  it('refuses to go to a mark it has not reached', () => {
    expect(() => new StateStore().undo(1)).toThrow('newer than the journal');
  });
});

describe('the state tree', () => {
  const block = fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 5 })), { maxLength: 60 });

  it('has the root of its definition after every block, forwards and backwards', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const store = new StateStore(16);
        const tree = new StateTree();
        const model = new Map<number, number>();
        const history = [
          { root: toHex(tree.rootHash()), diff: undefined as ReturnType<StateStore['diffSince']> | undefined },
        ];
        for (const writes of blocks) {
          for (const [key, value] of writes) {
            store.write(bytes32(key), valueBytes(value));
            model.set(key, value);
          }
          const diff = store.diffSince(0);
          store.clearJournal();
          tree.apply(diff);
          expect(toHex(tree.rootHash())).toBe(rootOf(model));
          history.push({ root: rootOf(model), diff });
        }
        for (let index = history.length - 1; index > 0; index--) {
          const { diff } = history[index]!;
          store.revert(diff!);
          tree.apply({ ...diff!, values: diff!.previous });
          tree.truncate(store.size);
          expect(toHex(tree.rootHash())).toBe(history[index - 1]!.root);
        }
      }),
      { numRuns: 60 },
    );
  });

  const build = (count: number): { store: StateStore; tree: StateTree; root: Uint8Array } => {
    const store = new StateStore();
    const tree = new StateTree();
    for (let key = 0; key < count; key++) store.write(bytes32(key), bytes32(key + 1));
    tree.apply(store.diffSince(0));
    return { store, tree, root: tree.rootHash() };
  };

  it('proves values and absences, and nothing else', () => {
    const { store, tree, root } = build(200);
    for (let key = 0; key < 400; key++) {
      const proof = tree.proof(bytes32(key), (record) => store.valueOf(record));
      const expected = key < 200 ? bytes32(key + 1) : zero;
      expect(toHex(verifyProof(root, bytes32(key), proof)!)).toBe(toHex(expected));
      const bent = proof.slice();
      bent[bent.length - 1 - (key % bent.length)]! ^= 1 << (key % 8);
      expect(verifyProof(root, bytes32(key), bent)).toBeUndefined();
      expect(verifyProof(root, bytes32(key), proof.subarray(1))).toBeUndefined();
    }
  });

  it('proves everything absent in an empty tree', () => {
    const tree = new StateTree();
    expect(
      verifyProof(
        tree.rootHash(),
        bytes32(1),
        tree.proof(bytes32(1), () => zero),
      ),
    ).toEqual(zero);
  });

  /** The fake key must lie below the leaf, on the left and then on the right: a few thousand tries find one. */
  const findKey = (accept: (path: Uint8Array) => boolean): Uint8Array => {
    for (let seed = 1_000; ; seed++) if (accept(hash(bytes32(seed)))) return bytes32(seed);
  };

  it('refuses a leaf forged below another by a value that is the hash of the forged leaf', () => {
    const bit = (path: Uint8Array, depth: number) => (path[depth >> 3]! >> (7 - (depth & 7))) & 1;
    const victim = bytes32(0);
    const victimPath = hash(victim);
    const fakeKey = findKey((path) => bit(path, 0) === bit(victimPath, 0) && bit(path, 1) === 0 && bit(path, 2) === 1);
    const fakeLeaf = hash(hash(hash(fakeKey), bytes32(99)), LEAF_TAG);
    const neighbour = findKey((path) => bit(path, 0) !== bit(victimPath, 0));
    const store = new StateStore();
    const tree = new StateTree();
    store.write(victim, fakeLeaf);
    store.write(neighbour, bytes32(8));
    tree.apply(store.diffSince(0));
    const honest = tree.proof(victim, (record) => store.valueOf(record));
    const sibling = honest.subarray(honest.length - 32);
    const forged = concatBytes(Uint8Array.of(1, 0, 3), bytes32(99), victimPath, LEAF_TAG, sibling);
    const climbed = hash(hash(victimPath, fakeLeaf), LEAF_TAG);
    const top = bit(victimPath, 0) === 1 ? hash(sibling, climbed) : hash(climbed, sibling);
    expect(toHex(top)).toBe(toHex(tree.rootHash()));
    expect(verifyProof(tree.rootHash(), fakeKey, forged)).toBeUndefined();
    expect(verifyProof(tree.rootHash(), victim, honest)).toEqual(fakeLeaf);
  });
});
