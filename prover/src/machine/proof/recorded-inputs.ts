import {
  delayedWords,
  type DelayedMessage,
  itemHeaderWords,
  type ItemHeader,
  type UnitInputs,
} from '@metachain/program';
import { hexToBytes } from 'viem';
import { keccak, sha256, word as wordOf, ZERO_WORD } from '../merkle/hash.js';
import { kzgLibrary } from '@metachain/bridge';
import { ProofError } from './errors.js';
import type { BlobOpening, InputWitnesses } from './witness.js';

const WORDS_PER_BLOB = 4_096;
const BLOB_BYTES = WORDS_PER_BLOB * 32;
const FIELD_MODULUS = 52435875175126190479447740508185965837690552500527637822603658699938581184513n;
const ROOT_OF_UNITY = 39033254847818212395286706435128746857159659164139250548781411570340225835782n;

/** Payload of an item: its words for calldata, whole blobs for blobs. */
export type RecordedPayload =
  | { readonly kind: 'none' }
  | { readonly kind: 'calldata'; readonly words: Uint8Array }
  | { readonly kind: 'blobs'; readonly blobs: readonly Uint8Array[] };

/** What L1 recorded, by index. */
export interface L1Record {
  item(index: bigint): ItemHeader | undefined;
  payload(item: bigint): RecordedPayload | undefined;
  message(index: bigint): DelayedMessage | undefined;
}

/** Inputs of units and their witnesses, from what L1 recorded. */
export class RecordedInputs implements UnitInputs, InputWitnesses {
  constructor(private readonly record: L1Record) {}

  itemWord(item: bigint, word: number): Uint8Array | undefined {
    const header = this.record.item(item);
    return header === undefined ? undefined : wordAt(itemHeaderWords(header), word);
  }

  payloadWord(item: bigint, word: number): Uint8Array | undefined {
    const payload = this.record.payload(item);
    if (payload?.kind === 'calldata') return wordAt(payload.words, word);
    if (payload?.kind !== 'blobs') return undefined;
    const blob = payload.blobs[Math.floor(word / WORDS_PER_BLOB)];
    return blob === undefined ? undefined : wordAt(blob, word % WORDS_PER_BLOB);
  }

  delayedWord(index: bigint, word: number): Uint8Array | undefined {
    const message = this.record.message(index);
    return message === undefined ? undefined : wordAt(delayedWords(message), word);
  }

  itemHeader(item: bigint): Uint8Array {
    return itemHeaderWords(known(this.record.item(item), `item ${item}`));
  }

  calldataSiblings(item: bigint, word: number): readonly Uint8Array[] {
    const payload = known(this.record.payload(item), `payload of item ${item}`);
    return payload.kind === 'calldata' ? wordSiblings(payload.words, word) : [];
  }

  blobOpening(item: bigint, word: number): BlobOpening {
    const payload = known(this.record.payload(item), `payload of item ${item}`);
    if (payload.kind !== 'blobs') throw new ProofError('no-witness', `item ${item} has no blobs`);
    return openBlobWord(payload.blobs, word);
  }

  delayedMessage(index: bigint): { header: Uint8Array; data: Uint8Array } {
    const message = known(this.record.message(index), `delayed message ${index}`);
    return { header: delayedWords(message).slice(0, 9 * 32), data: hexToBytes(message.data) };
  }
}

/** Opening of a word of a payload in blobs, for the point evaluation precompile. */
export function openBlobWord(blobs: readonly Uint8Array[], word: number): BlobOpening {
  const { blobToKzgCommitment, computeKzgProof } = kzgLibrary();
  const commitments = blobs.map((blob) => blobToKzgCommitment(blob));
  const blob = Math.floor(word / WORDS_PER_BLOB);
  const [proof] = computeKzgProof(blobs[blob] ?? new Uint8Array(BLOB_BYTES), pointOf(word % WORDS_PER_BLOB));
  return {
    versionedHashes: commitments.map(versionedHash),
    commitment: known(commitments[blob], `blob ${blob}`),
    proof,
  };
}

/** Hash by which L1 names a blob: `0x01 || sha256(commitment)[1..]`. */
export function versionedHash(commitment: Uint8Array): Uint8Array {
  const hash = sha256(commitment);
  hash[0] = 1;
  return hash;
}

const wordAt = (words: Uint8Array, index: number): Uint8Array | undefined =>
  index * 32 < words.length ? words.slice(index * 32, index * 32 + 32) : undefined;

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ProofError('no-witness', what);
  return value;
}

/** Siblings in the keccak tree of words, padded with zero words to a power of two. */
export function wordSiblings(words: Uint8Array, index: number): Uint8Array[] {
  const siblings: Uint8Array[] = [];
  let level: Uint8Array[] = Array.from({ length: words.length / 32 }, (_, i) => words.slice(i * 32, i * 32 + 32));
  let empty: Uint8Array = ZERO_WORD;
  for (let at = index; level.length > 1; at >>= 1) {
    const padding = empty;
    siblings.push(level[at ^ 1] ?? padding);
    const above = Math.ceil(level.length / 2);
    level = Array.from({ length: above }, (_, i) => keccak(level[2 * i] ?? padding, level[2 * i + 1] ?? padding));
    empty = keccak(padding, padding);
  }
  return siblings;
}

/** Point at which a blob's polynomial takes its element `index`: the elements stand in bit-reversed order. */
function pointOf(index: number): Uint8Array {
  let exponent = 0n;
  for (let bit = 0; bit < 12; bit++) exponent = (exponent << 1n) | BigInt((index >> bit) & 1);
  let [result, base] = [1n, ROOT_OF_UNITY];
  for (; exponent > 0n; exponent >>= 1n, base = (base * base) % FIELD_MODULUS) {
    if ((exponent & 1n) === 1n) result = (result * base) % FIELD_MODULUS;
  }
  return wordOf(result);
}
