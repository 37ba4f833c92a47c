import { describe, expect, it } from '@jest/globals';
import { bytesToHex, concat, keccak256, numberToHex, toHex, zeroHash } from 'viem';

import { calldataRoot, encodeItem, encodeMessage, nextDelayed, sourceHashOf } from './words.js';

const content = {
  index: 3n,
  from: '0x1111111111111111111111111111111111111111',
  to: '0x2222222222222222222222222222222222222222',
  mint: 5n,
  value: 6n,
  gasLimit: 7n,
  blockNumber: 8n,
  timestamp: 9n,
  data: '0x',
} as const;

describe('delayed message words', () => {
  it('lays out nine words and no data word for empty data', () => {
    const { words, hash } = encodeMessage(content);
    expect(words).toHaveLength(9);
    expect(bytesToHex(words[0]!)).toBe('0x0000000000000000000000001111111111111111111111111111111111111111');
    expect(bytesToHex(words[7]!)).toBe(keccak256(concat([zeroHash, keccak256(numberToHex(3, { size: 32 }))])));
    expect(hash).toBe(keccak256(concat([...words.map((word) => bytesToHex(word)), keccak256('0x')])));
    expect(sourceHashOf(3n)).toBe(bytesToHex(words[7]!));
  });

  it('pads data to words but hashes it bare', () => {
    const { words, hash } = encodeMessage({ ...content, data: '0xabcdef' });
    expect(words).toHaveLength(10);
    expect(bytesToHex(words[9]!)).toBe(`0xabcdef${'00'.repeat(29)}`);
    expect(bytesToHex(words[8]!)).toBe(numberToHex(3, { size: 32 }));
    expect(hash).toBe(keccak256(concat([...words.slice(0, 9).map((word) => bytesToHex(word)), keccak256('0xabcdef')])));
  });

  it('chains the accumulator', () => {
    expect(nextDelayed(zeroHash, zeroHash)).toBe(keccak256(concat([zeroHash, zeroHash])));
  });
});

describe('item words', () => {
  it('hashes the eleven words', () => {
    const { words, hash } = encodeItem({
      previous: zeroHash,
      poster: content.from,
      blockNumber: 1n,
      timestamp: 2n,
      baseFee: 3n,
      blobBaseFee: 4n,
      delayedCount: 5n,
      delayedAccumulator: zeroHash,
      kind: 'calldata',
      payloadWords: 6,
      payloadHash: zeroHash,
    });
    expect(words).toHaveLength(11);
    expect(words[8]![31]).toBe(2);
    expect(hash).toBe(keccak256(concat(words.map((word) => bytesToHex(word)))));
  });
});

describe('calldata root', () => {
  const leaf = (value: number) => numberToHex(value, { size: 32 });
  const node = (left: `0x${string}`, right: `0x${string}`) => keccak256(concat([left, right]));
  const words = (count: number) =>
    Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.from(leaf(i + 1).slice(2), 'hex')));

  it('is the word itself for one word', () => {
    expect(calldataRoot(words(1))).toBe(leaf(1));
  });

  it('pads five words to eight with zero words', () => {
    const zero = toHex(0, { size: 32 });
    const left = node(node(leaf(1), leaf(2)), node(leaf(3), leaf(4)));
    const right = node(node(leaf(5), zero), node(zero, zero));
    expect(calldataRoot(words(5))).toBe(node(left, right));
  });
});
