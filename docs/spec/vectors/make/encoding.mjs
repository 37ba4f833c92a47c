// What all vectors are made of: words, and the two hashes.
import { createHash } from 'node:crypto';
import { concat, keccak256, numberToHex, stringToHex } from 'viem';

export const ZERO = `0x${'00'.repeat(32)}`;

/** A number as a big-endian word. */
export const word = (value) => numberToHex(value, { size: 32 });

/** SHA-256 of the parts joined. */
export const sha256 = (...parts) =>
  `0x${createHash('sha256')
    .update(Buffer.from(concat(parts).slice(2), 'hex'))
    .digest('hex')}`;

/** A word that means nothing, the same in every run. */
export const named = (text) => keccak256(stringToHex(text));
