// delayed.json and items.json: what L1 commits of messages and items (docs/spec/l1.md and batch.md).
import { concat, keccak256, numberToHex, pad, size } from 'viem';
import { named, word, ZERO } from './encoding.mjs';

const message = (length, index) => ({
  sender: pad(numberToHex(0xa11ce + index), { size: 20 }),
  to: '0x00000000000000000000000000000000000000b0',
  mint: numberToHex(BigInt(index) * 10n ** 18n),
  value: numberToHex(BigInt(index) * 7n),
  gasLimit: numberToHex(100_000n + BigInt(index)),
  l1BlockNumber: numberToHex(2_000n + BigInt(index)),
  l1Timestamp: numberToHex(1_800_000_000n + BigInt(index)),
  sourceHash: keccak256(concat([ZERO, keccak256(word(index))])),
  data: `0x${'ab'.repeat(length)}`,
});

/** Words 0 to 8 of a message. */
const messageHead = ({ sender, to, mint, value, gasLimit, l1BlockNumber, l1Timestamp, sourceHash, data }) =>
  concat([
    pad(sender, { size: 32 }),
    pad(to, { size: 32 }),
    ...[mint, value, gasLimit, l1BlockNumber, l1Timestamp].map((v) => word(BigInt(v))),
    sourceHash,
    word(size(data)),
  ]);

const delayedCases = (lengths) => {
  let accumulator = ZERO;
  return lengths.map((length, index) => {
    const fields = message(length, index);
    const head = messageHead(fields);
    const hash = keccak256(concat([head, keccak256(fields.data)]));
    accumulator = keccak256(concat([accumulator, hash]));
    return { ...fields, head, hash, accumulator };
  });
};

export const delayedVectors = () => {
  const cases = delayedCases([0, 1, 31, 32, 33, 4096]);
  return {
    description:
      'Delayed messages in the order of their numbers (docs/spec/l1.md): head = words 0 to 8, hash = the message hash, accumulator = that of all messages up to this one.',
    count: cases.length,
    cases,
  };
};

/** All words of the first messages, data padded. */
export const messageWords = (count) =>
  delayedCases(Array.from({ length: count }, (_, i) => 33 * i)).map(({ head, data }) =>
    data === '0x' ? head : concat([head, pad(data, { dir: 'right', size: Math.ceil(size(data) / 32) * 32 })]),
  );

const merkleRoot = (words) => {
  let level = [...words];
  while (level.length & (level.length - 1)) level.push(ZERO);
  while (level.length > 1) {
    level = level.flatMap((_, i) => (i % 2 ? [] : [keccak256(concat([level[i], level[i + 1]]))]));
  }
  return level[0];
};

const KINDS = ['none', 'blobs', 'calldata'];

/** The eleven words of an item header. */
export const itemHeader = (previous, item) =>
  concat([
    previous,
    pad(item.poster, { size: 32 }),
    ...[item.l1BlockNumber, item.l1Timestamp, item.l1BaseFee, item.l1BlobBaseFee].map((v) => word(BigInt(v))),
    word(BigInt(item.delayedCount ?? 0)),
    item.delayedAccumulator ?? ZERO,
    word(KINDS.indexOf(item.payloadKind ?? 'calldata')),
    word(BigInt(item.payloadWords)),
    item.payloadHash,
  ]);

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
      payloadWords: numberToHex(count),
      payloadHash: merkleRoot(words),
    };
    const header = itemHeader(previous, item);
    previous = keccak256(header);
    return { ...item, header, hash: previous };
  });
};

const payloads = () => {
  const versionedHashes = concat([0, 1, 2].map((i) => `0x01${named(`blob ${i}`).slice(4)}`));
  return [
    { payloadKind: 'none', payloadWords: '0x0', payloadHash: ZERO },
    { payloadKind: 'blobs', payloadWords: numberToHex(4_096), versionedHashes: versionedHashes.slice(0, 66) },
    { payloadKind: 'blobs', payloadWords: numberToHex(3 * 4_096), versionedHashes },
    { payloadKind: 'calldata', payloadWords: '0x1', payloadHash: `0x00${named('single word').slice(4)}` },
  ];
};

/** Headers of each kind of payload, with messages that the item may consume. */
const kindCases = () => {
  let previous = ZERO;
  return payloads().map((payload, index) => {
    const item = {
      poster: pad(numberToHex(0xb0b + index), { size: 20 }),
      l1BlockNumber: numberToHex(2n ** 40n + BigInt(index)),
      l1Timestamp: numberToHex(1_900_000_000 + index),
      l1BaseFee: numberToHex(2n ** 64n - 1n),
      l1BlobBaseFee: numberToHex(2n ** 70n),
      delayedCount: numberToHex(index * 300),
      delayedAccumulator: index === 0 ? ZERO : named(`accumulator ${index}`),
      ...payload,
      payloadHash: payload.payloadHash ?? keccak256(payload.versionedHashes),
    };
    const header = itemHeader(previous, item);
    previous = keccak256(header);
    return { ...item, header, hash: previous };
  });
};

export const itemVectors = () => {
  const cases = itemCases();
  return {
    description:
      'Items in their order (docs/spec/batch.md): cases, with calldata and no messages; kinds, a second inbox with each kind of payload. header = the eleven words, hash = items[n].',
    count: cases.length,
    cases,
    kinds: kindCases(),
  };
};
