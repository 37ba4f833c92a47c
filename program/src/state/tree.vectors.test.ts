import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { concat, type Hex, pad, size, slice, stringToHex, zeroHash } from 'viem';

import { fromHex, toHex } from '../codec/bytes.js';
import { nodesToProof, withdrawalHash, withdrawalKey } from '../codec/withdrawal.js';
import { specVectors } from '../vectors/spec-vectors.js';
import { verifyProof } from './proof.js';
import { StateStore } from './state-store.js';
import { StateTree } from './state-tree.js';

interface Proof {
  readonly root: Hex;
  readonly key: Hex;
  readonly proof: Hex;
}

interface Withdrawal extends Proof {
  readonly nonce: Hex;
  readonly sender: Hex;
  readonly target: Hex;
  readonly value: Hex;
  readonly gasLimit: Hex;
  readonly data: Hex;
  readonly hash: Hex;
  readonly nodes: readonly Hex[];
}

interface Vectors {
  readonly writes: readonly { readonly key: Hex; readonly value: Hex; readonly root: Hex }[];
  readonly cases: readonly (Proof & { readonly after: number; readonly value: Hex })[];
  readonly refused: readonly (Proof & { readonly name: string })[];
  readonly withdrawal: Withdrawal;
}

const vectors = specVectors<Vectors>('tree.json');
const { writes } = vectors;

/** docs/spec/state.md, "Tree", written out: what follows uses none of the code under test. */
const H = (...parts: readonly Hex[]): Hex =>
  `0x${createHash('sha256')
    .update(Buffer.from(concat(parts).slice(2), 'hex'))
    .digest('hex')}`;
const TAG = pad(stringToHex('MetaChain state leaf v1'), { dir: 'right', size: 32 });
const bit = (path: Hex, depth: number): number => Number((BigInt(path) >> BigInt(255 - depth)) & 1n);
const leaf = (path: Hex, value: Hex): Hex => H(H(path, value), TAG);

const root = (leaves: readonly (readonly [path: Hex, value: Hex])[], depth = 0): Hex => {
  if (leaves.length === 0) return zeroHash;
  if (leaves.length === 1) return leaf(...leaves[0]!);
  const side = (which: number): Hex =>
    root(
      leaves.filter(([path]) => bit(path, depth) === which),
      depth + 1,
    );
  return H(side(0), side(1));
};

/** The root that a well-formed proof leads to, and the value it shows. */
const climb = ({ key, proof }: Proof): { root: Hex; value: Hex } => {
  const path = H(key);
  const kind = Number(slice(proof, 0, 1));
  const count = Number(slice(proof, 1, 3));
  const word = (index: number): Hex => slice(proof, 3 + index * 32, 35 + index * 32);
  let node = [zeroHash, kind === 1 && leaf(path, word(0)), kind === 2 && leaf(word(0), word(1))][kind] as Hex;
  for (let index = 0; index < count; index++) {
    const sibling = word(kind + index);
    node = bit(path, count - 1 - index) === 0 ? H(node, sibling) : H(sibling, node);
  }
  expect(size(proof)).toBe(3 + 32 * (kind + count));
  return { root: node, value: kind === 1 ? word(0) : zeroHash };
};

/** Table and tree after the first writes, made in as many blocks as given. */
const build = (count: number, blocks = 1) => {
  const store = new StateStore();
  const tree = new StateTree();
  for (let block = 0; block < blocks; block++) {
    const part = writes.slice(Math.floor((count * block) / blocks), Math.floor((count * (block + 1)) / blocks));
    for (const { key, value } of part) store.write(fromHex(key), fromHex(value));
    tree.apply(store.diffSince(0));
    store.clearJournal();
  }
  return { store, tree };
};

describe('the tree of the vectors', () => {
  it('has the roots of the definition', () => {
    const words = new Map<Hex, Hex>();
    for (const { key, value, root: expected } of writes) {
      words.set(H(key), value);
      expect(root([...words])).toBe(expected);
    }
  });

  it('has the same roots in our tree, after every write and of all writes at once', () => {
    expect(toHex(new StateTree().rootHash())).toBe(zeroHash);
    const store = new StateStore();
    const tree = new StateTree();
    for (const { key, value, root: expected } of writes) {
      store.write(fromHex(key), fromHex(value));
      tree.apply(store.diffSince(0));
      store.clearJournal();
      expect(toHex(tree.rootHash())).toBe(expected);
    }
    for (const blocks of [1, 3]) {
      expect(toHex(build(writes.length, blocks).tree.rootHash())).toBe(writes.at(-1)!.root);
    }
  });

  it('has updates, a zero over a value, a zero under a new key, and two paths that part late', () => {
    const values = new Map<Hex, Hex[]>();
    for (const { key, value } of writes) values.set(key, [...(values.get(key) ?? []), value]);
    const histories = [...values.values()];
    expect(histories.some(([first, second]) => second && first !== zeroHash && second === zeroHash)).toBe(true);
    expect(histories.some(([first, second]) => second && first === zeroHash && second !== zeroHash)).toBe(true);
    expect(histories.some(([first, ...more]) => first === zeroHash && more.length === 0)).toBe(true);
    expect(Math.max(...vectors.cases.map(({ proof }) => Number(slice(proof, 1, 3))))).toBeGreaterThan(13);
  });
});

describe('proofs of the vectors', () => {
  it.each(vectors.cases)('$key after $after writes', (each) => {
    const { after, key, value, proof } = each;
    expect(climb(each)).toEqual({ root: each.root, value });
    expect(each.root).toBe(writes[after - 1]?.root ?? zeroHash);
    expect(value).toBe(writes.slice(0, after).findLast((write) => write.key === key)?.value ?? zeroHash);
    const { store, tree } = build(after);
    expect(toHex(tree.proof(fromHex(key), (record) => store.valueOf(record)))).toBe(proof);
    expect(toHex(verifyProof(fromHex(each.root), fromHex(key), fromHex(proof))!)).toBe(value);
  });

  it('are of each kind', () => {
    expect(new Set(vectors.cases.map(({ proof }) => slice(proof, 0, 1)))).toEqual(new Set(['0x00', '0x01', '0x02']));
  });

  it.each(vectors.refused)('refused: $name', ({ root: claimed, key, proof }) => {
    expect(verifyProof(fromHex(claimed), fromHex(key), fromHex(proof))).toBeUndefined();
  });

  it('a forged leaf is refused for its sibling TAG alone: its hashes add up', () => {
    const [forged] = vectors.refused;
    expect(climb(forged!)).toEqual({ root: forged!.root, value: slice(forged!.proof, 3, 35) });
    expect(slice(forged!.proof, 67)).toBe(TAG);
  });
});

describe('the withdrawal of the vectors', () => {
  it('has its hash, its key, its nodes and a proof that it was sent', () => {
    const { sender, target, data, hash, key, proof, nodes, ...fields } = vectors.withdrawal;
    const [nonce, value, gasLimit] = [fields.nonce, fields.value, fields.gasLimit].map(BigInt) as [
      bigint,
      bigint,
      bigint,
    ];
    expect(withdrawalHash({ nonce, sender, target, value, gasLimit, data })).toBe(hash);
    expect(toHex(withdrawalKey(hash))).toBe(key);
    const sent = pad('0x01', { dir: 'right', size: 32 });
    expect(climb(vectors.withdrawal)).toEqual({ root: fields.root, value: sent });
    expect(toHex(verifyProof(fromHex(fields.root), fromHex(key), fromHex(proof))!)).toBe(sent);
    expect(toHex(nodesToProof(nodes))).toBe(proof);
  });
});
