// tree.json: a list of writes with the root after each, proofs between them, proofs that must be refused, and a withdrawal.
import { concat, encodeAbiParameters, keccak256, numberToHex, pad, slice, toRlp } from 'viem';
import { named, sha256, word, ZERO } from './encoding.mjs';
import { bit, encodeProof, leaf, leavesOf, node, openPath, prove, TAG } from './state-tree.mjs';

const KEYS = 64;
/** After how many writes proofs are made. */
const STOPS = [0, 1, 2, 3, 17, 64, 69];
/** Leading bits that two of the paths share. */
const SHARED_BITS = 14;

/** A name whose key has a path that is accepted. */
const find = (prefix, accept) => {
  for (let i = 0; ; i += 1) if (accept(sha256(named(`${prefix} ${i}`)))) return named(`${prefix} ${i}`);
};

const sharesPrefix = (a, b, bits) => BigInt(a) >> BigInt(256 - bits) === BigInt(b) >> BigInt(256 - bits);

const firstWrites = () =>
  Array.from({ length: KEYS }, (_, i) => ({ key: named(`key ${i}`), value: i === 2 ? ZERO : word(i + 1) }));

const laterWrites = (deep) => [
  { key: named('key 0'), value: word(1_000) },
  { key: named('key 1'), value: ZERO },
  { key: named('key 2'), value: word(3) },
  { key: named('written with zero'), value: ZERO },
  { key: deep, value: named('deep') },
];

const proofsAt = (after, words, wanted) => {
  const leaves = leavesOf(words);
  return wanted.map((key) => ({
    after,
    root: node(leaves),
    key,
    value: words.get(key) ?? ZERO,
    proof: prove(leaves, sha256(key)),
  }));
};

const wantedAt = (after, words, deep) => [
  ...[...words.keys()].slice(0, 4),
  ...[0, 1, 2].map((i) => named(`absent ${after} ${i}`)),
  ...(after > KEYS ? [named('written with zero'), deep] : []),
];

const history = () => {
  const zeroPath = sha256(named('key 0'));
  const deep = find('deep', (path) => sharesPrefix(path, zeroPath, SHARED_BITS));
  const words = new Map();
  const cases = proofsAt(0, words, wantedAt(0, words, deep));
  const writes = [...firstWrites(), ...laterWrites(deep)].map(({ key, value }, index) => {
    words.set(key, value);
    const after = index + 1;
    if (STOPS.includes(after)) cases.push(...proofsAt(after, words, wantedAt(after, words, deep)));
    return { key, value, root: node(leavesOf(words)) };
  });
  return { writes, cases, words };
};

/** A value that is the hash of a leaf, opened as if it were a subtree: the hashes add up, only the rule about TAG refuses it. */
const forgedLeaf = () => {
  const key = find('forged', (path) => bit(path, 0) === 0n && bit(path, 1) === 1n);
  const stolen = word(10n ** 24n);
  const chosen = {
    path: sha256(named('a key whose value I may choose')),
    value: leaf({ path: sha256(key), value: stolen }),
  };
  const proof = encodeProof(1, [stolen], [chosen.path, TAG]);
  return { name: 'a leaf forged below another, with TAG as a sibling', root: leaf(chosen), key, proof };
};

/** A leaf that does stand in the tree, shown for a key whose path does not lead to it. */
const elsewhere = (words, root, kind) => {
  const leaves = leavesOf(words);
  const { siblings } = openPath(leaves, sha256(named('key 5')));
  const prefix = siblings.length;
  const key = find('elsewhere', (path) => !sharesPrefix(path, sha256(named('key 5')), prefix));
  const content = kind === 2 ? [sha256(named('key 5')), words.get(named('key 5'))] : [words.get(named('key 5'))];
  return { root, key, proof: encodeProof(kind, content, siblings) };
};

const refusals = (words) => {
  const leaves = leavesOf(words);
  const [root, key] = [node(leaves), named('key 5')];
  const path = sha256(key);
  const { content, siblings } = openPath(leaves, path);
  const honest = encodeProof(1, content, siblings);
  const [first, second, ...others] = siblings;
  return [
    forgedLeaf(),
    { name: 'another value', root, key, proof: encodeProof(1, [word(7)], siblings) },
    { name: 'another root', root: named('root'), key, proof: honest },
    { name: 'the root of an empty tree', root: ZERO, key, proof: honest },
    { name: 'siblings in another order', root, key, proof: encodeProof(1, content, [second, first, ...others]) },
    { name: 'a sibling left out', root, key, proof: encodeProof(1, content, siblings.slice(1)) },
    { name: 'absence of a key that is there', root, key, proof: encodeProof(0, [], siblings) },
    { name: 'the own leaf as another', root, key, proof: encodeProof(2, [path, ...content], siblings) },
    { name: 'another leaf that does not stand in the way', ...elsewhere(words, root, 2) },
    { name: 'the value of another key', ...elsewhere(words, root, 1) },
    { name: 'an unknown kind', root, key, proof: concat(['0x03', slice(honest, 1)]) },
    { name: 'a count of siblings that are not there', root, key, proof: concat(['0x01', '0x00ff', slice(honest, 3)]) },
    {
      name: '256 siblings',
      root,
      key,
      proof: encodeProof(
        1,
        content,
        Array.from({ length: 256 }, () => ZERO),
      ),
    },
    { name: 'a byte too few', root, key, proof: slice(honest, 0, (honest.length - 2) / 2 - 1) },
    { name: 'a byte too many', root, key, proof: concat([honest, '0x00']) },
    { name: 'no bytes', root, key, proof: '0x' },
  ];
};

const withdrawal = () => {
  const transaction = {
    nonce: numberToHex((1n << 240n) | 5n),
    sender: '0x4200000000000000000000000000000000000007',
    target: '0x00000000000000000000000000000000deadbeef',
    value: numberToHex(10n ** 18n),
    gasLimit: numberToHex(200_000n),
    data: '0x010203',
  };
  const types = ['uint256', 'address', 'address', 'uint256', 'uint256', 'bytes'].map((type) => ({ type }));
  const { nonce, sender, target, value, gasLimit, data } = transaction;
  const fields = [BigInt(nonce), sender, target, BigInt(value), BigInt(gasLimit), data];
  const hash = keccak256(encodeAbiParameters(types, fields));
  const key = `0x0701${hash.slice(2, 62)}`;
  const sent = pad('0x01', { dir: 'right', size: 32 });
  const leaves = leavesOf([[key, sent], ...Array.from({ length: 9 }, (_, i) => [named(`other ${i}`), word(i)])]);
  const proof = prove(leaves, sha256(key));
  const chunks = proof
    .slice(2)
    .match(/.{1,64}/g)
    .map((chunk) => toRlp(`0x${chunk}`));
  return { ...transaction, hash, key, root: node(leaves), proof, nodes: chunks };
};

export const treeVectors = () => {
  const { writes, cases, words } = history();
  const refused = refusals(words);
  return {
    description:
      'The state tree (docs/spec/state.md): writes into an empty tree with the root after each; cases: proofs after so many writes, with the value they show; refused: proofs that show nothing; the proof of a withdrawal (l1.md).',
    count: cases.length,
    refusedCount: refused.length,
    withdrawal: withdrawal(),
    writes,
    cases,
    refused,
  };
};
