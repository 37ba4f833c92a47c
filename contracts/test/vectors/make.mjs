// Computes the vectors of docs/spec with node:crypto and viem, independently of the contracts.
// `node make.mjs` writes them, `node make.mjs --check` fails when the files differ.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { concat, encodeAbiParameters, keccak256, numberToHex, pad, stringToHex, toRlp } from 'viem';

const ZERO = `0x${'00'.repeat(32)}`;
const word = (value) => numberToHex(value, { size: 32 });
const sha256 = (...parts) =>
  `0x${createHash('sha256')
    .update(Buffer.from(concat(parts).slice(2), 'hex'))
    .digest('hex')}`;
const named = (text) => keccak256(stringToHex(text));

// State tree (docs/spec/state.md), straight from the text: a leaf stands where no other leaf shares its prefix.
const TAG = pad(stringToHex('MetaChain state leaf v1'), { dir: 'right', size: 32 });
const bit = (path, depth) => (BigInt(path) >> BigInt(255 - depth)) & 1n;
const leaf = ({ path, value }) => sha256(sha256(path, value), TAG);
const node = (leaves, depth) => {
  if (leaves.length === 0) return ZERO;
  if (leaves.length === 1) return leaf(leaves[0]);
  const side = (which) => leaves.filter(({ path }) => bit(path, depth) === which);
  return sha256(node(side(0n), depth + 1), node(side(1n), depth + 1));
};
const prove = (leaves, path) => {
  const siblings = [];
  let rest = leaves;
  for (let depth = 0; rest.length > 1; depth += 1) {
    const other = rest.filter((entry) => bit(entry.path, depth) !== bit(path, depth));
    rest = rest.filter((entry) => bit(entry.path, depth) === bit(path, depth));
    siblings.unshift(node(other, depth + 1));
  }
  const [found] = rest;
  const kind = found === undefined ? 0 : found.path === path ? 1 : 2;
  const content = kind === 0 ? [] : kind === 1 ? [found.value] : [found.path, found.value];
  return concat([numberToHex(kind, { size: 1 }), numberToHex(siblings.length, { size: 2 }), ...content, ...siblings]);
};

const treeCases = () => {
  const cases = [];
  for (const size of [0, 1, 2, 3, 17, 64]) {
    const entries = Array.from({ length: size }, (_, i) => ({
      key: named(`key ${i}`),
      value: i === 2 ? ZERO : word(i + 1),
    }));
    const leaves = entries.map(({ key, value }) => ({ path: sha256(key), value }));
    const wanted = [
      ...entries.slice(0, 4),
      ...[0, 1, 2].map((i) => ({ key: named(`absent ${size} ${i}`), value: ZERO })),
    ];
    for (const { key, value } of wanted) {
      cases.push({ root: node(leaves, 0), key, value, proof: prove(leaves, sha256(key)) });
    }
  }
  return cases;
};

const withdrawalCase = () => {
  const transaction = {
    nonce: numberToHex((1n << 240n) | 5n),
    sender: '0x4200000000000000000000000000000000000007',
    target: '0x00000000000000000000000000000000deadbeef',
    value: numberToHex(10n ** 18n),
    gasLimit: numberToHex(200_000n),
    data: '0x010203',
  };
  const hash = keccak256(
    encodeAbiParameters(
      ['uint256', 'address', 'address', 'uint256', 'uint256', 'bytes'].map((type) => ({ type })),
      [
        BigInt(transaction.nonce),
        transaction.sender,
        transaction.target,
        BigInt(transaction.value),
        BigInt(transaction.gasLimit),
        transaction.data,
      ],
    ),
  );
  const key = `0x0701${hash.slice(2, 62)}`;
  const sent = pad('0x01', { dir: 'right', size: 32 });
  const leaves = [{ path: sha256(key), value: sent }];
  for (let i = 0; i < 9; i += 1) leaves.push({ path: sha256(named(`other ${i}`)), value: word(i) });
  const proof = prove(leaves, sha256(key));
  const chunks = proof
    .slice(2)
    .match(/.{1,64}/g)
    .map((chunk) => toRlp(`0x${chunk}`));
  return { ...transaction, hash, key, root: node(leaves, 0), proof, nodes: chunks };
};

// Delayed messages and items (docs/spec/l1.md and batch.md).
const delayedCases = () => {
  let accumulator = ZERO;
  return [0, 1, 31, 32, 33, 4096].map((length, index) => {
    const data = `0x${'ab'.repeat(length)}`;
    const message = {
      sender: pad(numberToHex(0xa11ce + index), { size: 20 }),
      to: '0x00000000000000000000000000000000000000b0',
      mint: numberToHex(BigInt(index) * 10n ** 18n),
      value: numberToHex(BigInt(index) * 7n),
      gasLimit: numberToHex(100_000n + BigInt(index)),
      l1BlockNumber: numberToHex(2_000n + BigInt(index)),
      l1Timestamp: numberToHex(1_800_000_000n + BigInt(index)),
      sourceHash: keccak256(concat([ZERO, keccak256(word(index))])),
      data,
    };
    const words = [
      pad(message.sender, { size: 32 }),
      pad(message.to, { size: 32 }),
      ...[message.mint, message.value, message.gasLimit, message.l1BlockNumber, message.l1Timestamp].map((v) =>
        word(BigInt(v)),
      ),
      message.sourceHash,
      word(length),
      keccak256(data),
    ];
    accumulator = keccak256(concat([accumulator, keccak256(concat(words))]));
    return { ...message, accumulator };
  });
};

const merkleRoot = (words) => {
  let level = [...words];
  while (level.length & (level.length - 1)) level.push(ZERO);
  while (level.length > 1) {
    level = level.flatMap((_, i) => (i % 2 ? [] : [keccak256(concat([level[i], level[i + 1]]))]));
  }
  return level[0];
};

const itemCases = () => {
  let previous = ZERO;
  return [1, 2, 3, 5, 8, 9, 33, 3200].map((count, index) => {
    const words = Array.from({ length: count }, (_, i) => `0x00${named(`word ${index} ${i}`).slice(4)}`);
    const item = {
      poster: '0x00000000000000000000000000000000000b0b00',
      l1BlockNumber: numberToHex(3_000 + index),
      l1Timestamp: numberToHex(1_800_100_000 + index),
      l1BaseFee: numberToHex(7_000_000_000n + BigInt(index)),
      l1BlobBaseFee: numberToHex(1n),
      words: concat(words),
      payloadHash: merkleRoot(words),
    };
    const header = [
      previous,
      pad(item.poster, { size: 32 }),
      ...[item.l1BlockNumber, item.l1Timestamp, item.l1BaseFee, item.l1BlobBaseFee].map((v) => word(BigInt(v))),
      word(0),
      ZERO,
      word(2),
      word(count),
      item.payloadHash,
    ];
    previous = keccak256(concat(header));
    return { ...item, hash: previous };
  });
};

const tupleCases = () =>
  [0n, 1n, 2n ** 40n, 2n ** 64n - 1n].map((n, i) => {
    const state = {
      stateRoot: named(`root ${i}`),
      headerHash: named(`header ${i}`),
      programHash: named(`program ${i}`),
      blockNumber: numberToHex(n),
      itemIndex: numberToHex(n / 2n),
      payloadOffset: numberToHex(i * 31),
      unitIndex: numberToHex(i * 17),
    };
    const position = concat([
      numberToHex(n, { size: 8 }),
      numberToHex(n / 2n, { size: 8 }),
      numberToHex(i * 31, { size: 4 }),
      numberToHex(i * 17, { size: 4 }),
    ]);
    return {
      ...state,
      tuple: keccak256(concat([state.stateRoot, state.headerHash, state.programHash, position])),
      outputRoot: keccak256(concat([ZERO, state.stateRoot, state.stateRoot, state.headerHash])),
    };
  });

const files = {
  'tree.json': { withdrawal: withdrawalCase(), cases: treeCases() },
  'delayed.json': { cases: delayedCases() },
  'items.json': { cases: itemCases() },
  'tuple.json': { cases: tupleCases() },
};

for (const [name, content] of Object.entries(files)) {
  const path = new URL(name, import.meta.url);
  const text = `${JSON.stringify({ count: content.cases.length, ...content }, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name} is not what the specification gives; run node test/vectors/make.mjs`);
    process.exitCode = 1;
  }
}
