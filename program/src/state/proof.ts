import { createHash } from 'node:crypto';

import { CodecError } from '../errors.js';
import { bigEndian, ByteReader, concatBytes, equalBytes } from '../codec/bytes.js';

/** Second half of a leaf's preimage; no hash, and refused as a sibling, so that no leaf can be read as two children. */
export const LEAF_TAG = (() => {
  const tag = new Uint8Array(32);
  tag.set(new TextEncoder().encode('MetaChain state leaf v1'));
  return tag;
})();

const MAXIMUM_DEPTH = 255;

/** Siblings from the leaf up. */
export type StateProof =
  | { readonly kind: 'empty'; readonly siblings: readonly Uint8Array[] }
  | { readonly kind: 'leaf'; readonly value: Uint8Array; readonly siblings: readonly Uint8Array[] }
  | {
      readonly kind: 'other';
      readonly path: Uint8Array;
      readonly value: Uint8Array;
      readonly siblings: readonly Uint8Array[];
    };

const kinds = ['empty', 'leaf', 'other'] as const;

const hash = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hasher = createHash('sha256');
  for (const part of parts) hasher.update(part);
  return new Uint8Array(hasher.digest());
};

/** Bytes of a proof: `kind u8, count u16 big-endian, [path], [value], siblings`. */
export const encodeProof = (proof: StateProof): Uint8Array =>
  concatBytes(
    Uint8Array.of(kinds.indexOf(proof.kind)),
    bigEndian(BigInt(proof.siblings.length), 2),
    proof.kind === 'other' ? proof.path : new Uint8Array(),
    proof.kind === 'empty' ? new Uint8Array() : proof.value,
    ...proof.siblings,
  );

/** Fails: codec/proof, codec/truncated. */
export const decodeProof = (bytes: Uint8Array): StateProof => {
  const reader = new ByteReader(bytes);
  const kind = kinds[reader.byte()];
  const count = Number(reader.number(2));
  if (kind === undefined || count > MAXIMUM_DEPTH)
    throw new CodecError('codec/proof', 'unknown kind or too many siblings');
  const path = kind === 'other' ? reader.take(32) : new Uint8Array();
  const value = kind === 'empty' ? new Uint8Array() : reader.take(32);
  const siblings = Array.from({ length: count }, () => reader.take(32));
  if (reader.remaining !== 0) throw new CodecError('codec/proof', `${reader.remaining} bytes after the proof`);
  // A leaf is H(inner || TAG). Were TAG let through as a sibling, a value that someone chose could pass for a node below its own leaf.
  if (siblings.some((sibling) => equalBytes(sibling, LEAF_TAG))) throw new CodecError('codec/proof', 'TAG is no node');
  return { kind, path, value, siblings };
};

const bit = (path: Uint8Array, depth: number): number => (path[depth >> 3]! >> (7 - (depth & 7))) & 1;

/** Two paths agree on their first `length` bits. */
const samePrefix = (a: Uint8Array, b: Uint8Array, length: number): boolean => {
  for (let depth = 0; depth < length; depth++) if (bit(a, depth) !== bit(b, depth)) return false;
  return true;
};

const endingHash = (proof: StateProof, path: Uint8Array): Uint8Array | undefined => {
  if (proof.kind === 'empty') return new Uint8Array(32);
  const leafPath = proof.kind === 'leaf' ? path : proof.path;
  if (proof.kind === 'other' && (equalBytes(leafPath, path) || !samePrefix(leafPath, path, proof.siblings.length)))
    return undefined;
  return hash(hash(leafPath, proof.value), LEAF_TAG);
};

/** Value of the key under the root as the proof shows it (zero if absent), or undefined if the proof is not one. Never throws on its bytes. */
export const verifyProof = (root: Uint8Array, key: Uint8Array, bytes: Uint8Array): Uint8Array | undefined => {
  let proof: StateProof;
  try {
    proof = decodeProof(bytes);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
  const path = hash(key);
  let node = endingHash(proof, path);
  if (node === undefined) return undefined;
  proof.siblings.forEach((sibling, index) => {
    const depth = proof.siblings.length - 1 - index;
    node = bit(path, depth) === 1 ? hash(sibling, node!) : hash(node!, sibling);
  });
  if (!equalBytes(node, root)) return undefined;
  return proof.kind === 'leaf' ? proof.value : new Uint8Array(32);
};
