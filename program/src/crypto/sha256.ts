import { hashInto } from '@chainsafe/hashtree';
import { createSHA256 } from 'hash-wasm';

const hasher = await createSHA256();

/** SHA-256 of the bytes; a fresh 32-byte array. For keys: the batch hash below takes 64-byte inputs only. */
export const sha256 = (bytes: Uint8Array): Uint8Array => {
  hasher.init();
  hasher.update(bytes);
  return hasher.digest('binary');
};

/** SHA-256 of each 64-byte pair of the input, natively in batch; `output` is half as long. */
export const sha256Pairs = (input: Uint8Array, output: Uint8Array): void => hashInto(input, output);
