import { describe, expect, it } from '@jest/globals';
import {
  compactSignatureToSignature,
  concat,
  type Hex,
  keccak256,
  pad,
  parseCompactSignature,
  recoverAddress,
  size,
  slice,
  toHex,
  zeroHash,
} from 'viem';

import { specVectors } from '../../test/spec-vectors.ts';

interface BlockVector {
  readonly parent: Hex;
  readonly timestamp: string;
  readonly delayed: string;
  readonly priceItem: string;
  readonly content: Hex;
  readonly contentHash: Hex;
  readonly digest: Hex;
  readonly signature: Hex;
  readonly bytes: Hex;
}

interface BatchVectors {
  readonly producer: Hex;
  readonly blocks: readonly [BlockVector, BlockVector, BlockVector];
  readonly payload: Hex;
  readonly words: Hex;
  readonly item: { readonly words: Hex; readonly hash: Hex };
  readonly header: { readonly parentHash: Hex; readonly stateRoot: Hex; readonly logHash: Hex; readonly hash: Hex };
}

const vectors = specVectors<BatchVectors>('batch.json');
const { domainSeparator } = specVectors<{ domainSeparator: Hex }>('transactions.json');

/** `h = keccak(h || chunk)` over chunks of 16,352 bytes. */
const contentHash = (content: Hex): Hex => {
  let hash: Hex = zeroHash;
  for (let at = 0; at < size(content); at += 16_352) {
    hash = keccak256(concat([hash, slice(content, at, Math.min(at + 16_352, size(content)))]));
  }
  return hash;
};

const number = (value: string, bytes: number): Hex => toHex(BigInt(value), { size: bytes });

/** The vectors written out by hand from docs/spec/batch.md, with nothing but concatenation and keccak. */
describe('batch vectors', () => {
  it.each(vectors.blocks)('block after $parent', async (block) => {
    const { parent, timestamp, delayed, priceItem, content } = block;
    expect(contentHash(content)).toBe(block.contentHash);
    const numbers = [timestamp, delayed, priceItem].map((value) => number(value, 32));
    expect(keccak256(concat([domainSeparator, parent, ...numbers, block.contentHash]))).toBe(block.digest);
    const signature = compactSignatureToSignature(parseCompactSignature(block.signature));
    expect((await recoverAddress({ hash: block.digest, signature })).toLowerCase()).toBe(vectors.producer);
    const fixed = [number(timestamp, 5), number(delayed, 2), number(priceItem, 5), number(String(size(content)), 3)];
    expect(concat(['0x01', parent, ...fixed, block.contentHash, block.signature, content])).toBe(block.bytes);
  });

  it('payload and words', () => {
    const [first, , third] = vectors.blocks;
    expect(concat(['0x01', first.bytes, third.bytes])).toBe(vectors.payload);
    const words: Hex[] = [];
    for (let at = 0; at < size(vectors.payload); at += 31) {
      const bytes = slice(vectors.payload, at, Math.min(at + 31, size(vectors.payload)));
      words.push(concat(['0x00', pad(bytes, { size: 31, dir: 'right' })]));
    }
    expect(concat(words)).toBe(vectors.words);
  });

  it('item and header', () => {
    expect(size(vectors.item.words)).toBe(11 * 32);
    expect(keccak256(vectors.item.words)).toBe(vectors.item.hash);
    const { parentHash, stateRoot, logHash, hash } = vectors.header;
    expect(keccak256(concat([parentHash, stateRoot, logHash]))).toBe(hash);
  });
});
