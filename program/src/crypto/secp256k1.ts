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

/**
 * Address that signed the digest, 20 bytes, or undefined for an invalid signature: r or s zero or not below the order, or no such point.
 * A high s is valid here, as in the EVM precompile; `parity` is 0 or 1.
 */
export const recoverAddress = (digest: Uint8Array, parity: number, signature: Uint8Array): Uint8Array | undefined => {
  try {
    secp256k1.ecdsaRecover(signature, parity, digest, false, publicKey);
  } catch {
    return undefined;
  }
  return keccak256(publicKey.subarray(1)).subarray(12);
};

/** The `ecrecover` operation: 128 bytes `digest || v || r || s` to the address left-padded to 32 bytes, zero if invalid. */
export const ecrecover = (input: Uint8Array): Uint8Array => {
  const out = new Uint8Array(32);
  const v = input[63]!;
  if ((v !== 27 && v !== 28) || input.subarray(32, 63).some((byte) => byte !== 0)) return out;
  const address = recoverAddress(input.subarray(0, 32), v - 27, input.subarray(64, 128));
  if (address) out.set(address, 12);
  return out;
};
