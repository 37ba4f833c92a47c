import { describe, expect, it } from '@jest/globals';
import { type Hex, size } from 'viem';

import { specVectors } from '../vectors/spec-vectors.js';
import { contentHash, decodeBlock, decodePayload, encodeBlock, encodePayload, producerDigest } from './block.js';
import { fromHex, toHex } from './bytes.js';
import { headerHash } from './tuple.js';
import { payloadToWords, wordsToPayload } from './words.js';

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

interface Vectors {
  readonly chainId: number;
  readonly blocks: readonly [BlockVector, BlockVector, BlockVector];
  readonly payload: Hex;
  readonly words: Hex;
  readonly header: { readonly parentHash: Hex; readonly stateRoot: Hex; readonly logHash: Hex; readonly hash: Hex };
}

const vectors = specVectors<Vectors>('batch.json');

const decoded = ({ parent, timestamp, delayed, priceItem, content, contentHash: hash, signature }: BlockVector) => ({
  parent,
  timestamp: BigInt(timestamp),
  delayed: BigInt(delayed),
  priceItem: BigInt(priceItem),
  contentHash: hash,
  signature,
  content: fromHex(content),
});

describe("the specification's batch in our codecs", () => {
  it.each(vectors.blocks)('block after $parent', (vector) => {
    const block = decoded(vector);
    expect(contentHash(block.content)).toBe(vector.contentHash);
    expect(producerDigest(vectors.chainId, block)).toBe(vector.digest);
    expect(toHex(encodeBlock(block))).toBe(vector.bytes);
    expect(decodeBlock(fromHex(vector.bytes))).toEqual(block);
  });

  it('payload and words', () => {
    const [first, , third] = vectors.blocks;
    expect(toHex(encodePayload([fromHex(first.bytes), fromHex(third.bytes)]))).toBe(vectors.payload);
    expect(decodePayload(fromHex(vectors.payload))).toEqual([decoded(first), decoded(third)]);
    expect(toHex(payloadToWords(fromHex(vectors.payload)))).toBe(vectors.words);
    expect(toHex(wordsToPayload(fromHex(vectors.words)).subarray(0, size(vectors.payload)))).toBe(vectors.payload);
  });

  it('header', () => {
    const { parentHash, stateRoot, logHash, hash } = vectors.header;
    expect(headerHash(parentHash, stateRoot, logHash)).toBe(hash);
  });
});
