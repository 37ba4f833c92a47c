import { createKeccak } from 'hash-wasm';

/** One hasher for the process: `init / update / digest` never interleave, because all of them are synchronous. */
const hasher = await createKeccak(256);

/** Keccak-256 of the bytes; a fresh 32-byte array. */
export const keccak256 = (bytes: Uint8Array): Uint8Array => {
  hasher.init();
  hasher.update(bytes);
  return hasher.digest('binary');
};

/** Keccak-256 of the parts joined. */
export const keccakOf = (...parts: readonly Uint8Array[]): Uint8Array => {
  hasher.init();
  for (const part of parts) hasher.update(part);
  return hasher.digest('binary');
};
