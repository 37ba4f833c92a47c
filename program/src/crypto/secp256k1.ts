import { createRequire } from 'node:module';

import { EngineError } from '../errors.js';
import { keccak256 } from './keccak.js';

interface Secp256k1 {
  ecdsaRecover(
    signature: Uint8Array,
    recovery: number,
    digest: Uint8Array,
    compressed: boolean,
    output: Uint8Array,
  ): Uint8Array;
}

const load = (): Secp256k1 => {
  try {
    // The package's main entry falls back to JavaScript without a word, 25 times slower; its binding does not.
    return createRequire(import.meta.url)('secp256k1/bindings.js') as Secp256k1;
  } catch (cause) {
    throw new EngineError(
      'crypto/not-native',
      `the native secp256k1 binding did not load; install a C++ toolchain and run npm rebuild secp256k1 (${String(cause)})`,
    );
  }
};

const secp256k1 = load();
const publicKey = new Uint8Array(65);
/** The point without its leading format byte. */
const point = publicKey.subarray(1);
/** Operands of `ecrecover`, kept: making views costs as much as hashing. */
const digest = new Uint8Array(32);
const signature = new Uint8Array(64);

/**
 * Address that signed the digest, 20 bytes, or undefined for an invalid signature: r or s zero or not below the order, or no such point.
 * A high s is valid here, as in the EVM precompile; `parity` is 0 or 1.
 */
export const recoverAddress = (hash: Uint8Array, parity: number, compact: Uint8Array): Uint8Array | undefined => {
  try {
    secp256k1.ecdsaRecover(compact, parity, hash, false, publicKey);
  } catch {
    return undefined;
  }
  return keccak256(point).subarray(12);
};

/** The `ecrecover` operation: 128 bytes `digest || v || r || s` to the address left-padded to 32 bytes, zero if invalid. */
export const ecrecover = (input: Uint8Array): Uint8Array => {
  const out = new Uint8Array(32);
  const v = input[63]!;
  if (v !== 27 && v !== 28) return out;
  for (let at = 32; at < 63; at++) if (input[at] !== 0) return out;
  for (let at = 0; at < 32; at++) digest[at] = input[at]!;
  for (let at = 0; at < 64; at++) signature[at] = input[64 + at]!;
  const address = recoverAddress(digest, v - 27, signature);
  if (address) out.set(address, 12);
  return out;
};
