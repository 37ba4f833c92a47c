import { concat, hexToBytes, keccak256, pad, toHex, type Address, type Hash, type Hex } from 'viem';

/** Words of an item header (docs/spec/batch.md). */
export const ITEM_WORDS = 11;
/** Words of a delayed message before its data (docs/spec/l1.md). */
export const MESSAGE_HEADER_WORDS = 9;
/** Data of a delayed message in bytes, at most. */
export const MAX_MESSAGE_DATA = 4_096;

/** Payload kinds of item word 8. */
export const PAYLOAD_KINDS = ['none', 'blobs', 'calldata'] as const;

const number = (value: bigint | number) => toHex(value, { size: 32 });
const word = (value: Hex) => pad(value, { size: 32 });
const split = (bytes: Hex): readonly Uint8Array[] => {
  const flat = hexToBytes(bytes);
  return Array.from({ length: flat.length / 32 }, (_, i) => flat.subarray(i * 32, i * 32 + 32));
};

/** Content of a delayed message as L1 records it. Wei, seconds. */
export interface MessageContent {
  readonly index: bigint;
  readonly from: Address;
  readonly to: Address;
  readonly mint: bigint;
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly blockNumber: bigint;
  readonly timestamp: bigint;
  readonly data: Hex;
}

/** Source hash of a message: the op-stack user deposit form over the message index. */
export const sourceHashOf = (index: bigint): Hash => keccak256(concat([number(0), keccak256(number(index))]));

/** Words and hash of a delayed message. */
export function encodeMessage(content: MessageContent): { words: readonly Uint8Array[]; hash: Hash; sourceHash: Hash } {
  const sourceHash = sourceHashOf(content.index);
  const length = (content.data.length - 2) / 2;
  const header = concat([
    word(content.from),
    word(content.to),
    number(content.mint),
    number(content.value),
    number(content.gasLimit),
    number(content.blockNumber),
    number(content.timestamp),
    sourceHash,
    number(length),
  ]);
  const padded = pad(content.data, { dir: 'right', size: Math.ceil(length / 32) * 32 });
  return {
    words: split(concat([header, length === 0 ? '0x' : padded])),
    hash: keccak256(concat([header, keccak256(content.data)])),
    sourceHash,
  };
}

/** `delayed[i]` from `delayed[i-1]`. */
export const nextDelayed = (previous: Hash, messageHash: Hash): Hash => keccak256(concat([previous, messageHash]));

/** Header of an item. Wei, seconds. */
export interface ItemHeader {
  readonly previous: Hash;
  readonly poster: Address;
  readonly blockNumber: bigint;
  readonly timestamp: bigint;
  readonly baseFee: bigint;
  readonly blobBaseFee: bigint;
  readonly delayedCount: bigint;
  readonly delayedAccumulator: Hash;
  readonly kind: (typeof PAYLOAD_KINDS)[number];
  readonly payloadWords: number;
  readonly payloadHash: Hash;
}

/** Words and hash (`items[n]`) of an item. */
export function encodeItem(item: ItemHeader): { words: readonly Uint8Array[]; hash: Hash } {
  const bytes = concat([
    item.previous,
    word(item.poster),
    number(item.blockNumber),
    number(item.timestamp),
    number(item.baseFee),
    number(item.blobBaseFee),
    number(item.delayedCount),
    item.delayedAccumulator,
    number(PAYLOAD_KINDS.indexOf(item.kind)),
    number(item.payloadWords),
    item.payloadHash,
  ]);
  return { words: split(bytes), hash: keccak256(bytes) };
}

/** Payload hash of a blob item. */
export const blobPayloadHash = (versionedHashes: readonly Hash[]): Hash => keccak256(concat([...versionedHashes]));

/** Merkle root of calldata words: keccak pairs, padded with zero words to a power of two. One word is its own root. */
export function calldataRoot(words: Uint8Array): Hash {
  const count = words.length / 32;
  let level = Array.from({ length: count }, (_, i) => toHex(words.subarray(i * 32, i * 32 + 32)));
  let zero: Hex = number(0);
  for (let width = 1; width < count; width *= 2) {
    if (level.length % 2 === 1) level.push(zero);
    zero = keccak256(concat([zero, zero]));
    level = Array.from({ length: level.length / 2 }, (_, i) => keccak256(concat([level[2 * i]!, level[2 * i + 1]!])));
  }
  return level[0] ?? number(0);
}
