import type { Address, Hex } from 'viem';

import { keccakOf } from '../crypto/keccak.js';
import { CodecError } from '../errors.js';
import { concatBytes, fixedBytes, numberWord, toHex, word } from './bytes.js';
import { WORD_BYTES } from './words.js';

export const payloadKinds = { none: 0, blobs: 1, calldata: 2 } as const;
export type PayloadKind = keyof typeof payloadKinds;

/** What L1 commits per item (docs/spec/batch.md). Prices in wei, times in seconds, counts absolute. */
export interface ItemHeader {
  readonly previous: Hex;
  readonly poster: Address;
  readonly l1BlockNumber: bigint;
  readonly l1Timestamp: bigint;
  readonly l1BaseFee: bigint;
  readonly l1BlobBaseFee: bigint;
  readonly delayedCount: bigint;
  readonly delayedAccumulator: Hex;
  readonly payloadKind: PayloadKind;
  readonly payloadWords: bigint;
  readonly payloadHash: Hex;
}

export const ITEM_HEADER_WORDS = 11;

/** The eleven words of a header, joined. */
export const itemHeaderWords = (item: ItemHeader): Uint8Array =>
  concatBytes(
    fixedBytes(item.previous, 32),
    word(fixedBytes(item.poster, 20)),
    numberWord(item.l1BlockNumber),
    numberWord(item.l1Timestamp),
    numberWord(item.l1BaseFee),
    numberWord(item.l1BlobBaseFee),
    numberWord(item.delayedCount),
    fixedBytes(item.delayedAccumulator, 32),
    numberWord(BigInt(payloadKinds[item.payloadKind])),
    numberWord(item.payloadWords),
    fixedBytes(item.payloadHash, 32),
  );

/** `items[n]`. */
export const itemHash = (item: ItemHeader): Hex => toHex(keccakOf(itemHeaderWords(item)));

/** Payload hash of a blob item. */
export const blobsPayloadHash = (versionedHashes: readonly Hex[]): Hex =>
  toHex(keccakOf(...versionedHashes.map((hash) => fixedBytes(hash, 32))));

/**
 * Merkle root of calldata words: depth `ceil(log2(count))`, missing leaves are zero words, `node = keccak(left || right)`.
 * Fails: codec/length when there is no word or a part of one.
 */
export const calldataRoot = (words: Uint8Array): Hex => {
  if (words.length === 0 || words.length % WORD_BYTES !== 0)
    throw new CodecError('codec/length', 'no whole number of words');
  let count = 1;
  while (count * WORD_BYTES < words.length) count *= 2;
  const level = new Uint8Array(count * WORD_BYTES);
  level.set(words);
  for (; count > 1; count /= 2) {
    for (let index = 0; index < count / 2; index++) {
      level.set(keccakOf(level.subarray(index * 64, index * 64 + 64)), index * WORD_BYTES);
    }
  }
  return toHex(level.subarray(0, WORD_BYTES));
};
