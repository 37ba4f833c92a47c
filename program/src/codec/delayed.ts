import type { Address, Hex } from 'viem';

import { keccakOf } from '../crypto/keccak.js';
import { concatBytes, fixedBytes, fromHex, numberWord, toHex, word } from './bytes.js';
import { WORD_BYTES } from './words.js';

/** A message from L1 (docs/spec/l1.md). Amounts in wei; `sender` already aliased. */
export interface DelayedMessage {
  readonly sender: Address;
  readonly to: Address;
  readonly mint: bigint;
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly l1BlockNumber: bigint;
  readonly l1Timestamp: bigint;
  readonly sourceHash: Hex;
  readonly data: Hex;
}

const headWords = (message: DelayedMessage, dataLength: number): Uint8Array =>
  concatBytes(
    word(fixedBytes(message.sender, 20)),
    word(fixedBytes(message.to, 20)),
    numberWord(message.mint),
    numberWord(message.value),
    numberWord(message.gasLimit),
    numberWord(message.l1BlockNumber),
    numberWord(message.l1Timestamp),
    fixedBytes(message.sourceHash, 32),
    numberWord(BigInt(dataLength)),
  );

/** All words of a message, joined; data zero-padded to words. */
export const delayedWords = (message: DelayedMessage): Uint8Array => {
  const data = fromHex(message.data);
  const padded = new Uint8Array(Math.ceil(data.length / WORD_BYTES) * WORD_BYTES);
  padded.set(data);
  return concatBytes(headWords(message, data.length), padded);
};

export const delayedHash = (message: DelayedMessage): Hex => {
  const data = fromHex(message.data);
  return toHex(keccakOf(headWords(message, data.length), keccakOf(data)));
};

/** `delayed[i]` from `delayed[i-1]` (zero for none). */
export const nextAccumulator = (accumulator: Hex, message: DelayedMessage): Hex =>
  toHex(keccakOf(fixedBytes(accumulator, 32), fixedBytes(delayedHash(message), 32)));

/** Source hash of the message with this index: word 7, and the hash of its receipt. */
export const delayedSourceHash = (index: bigint): Hex =>
  toHex(keccakOf(new Uint8Array(32), keccakOf(numberWord(index))));
