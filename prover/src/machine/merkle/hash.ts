import { createHash } from 'node:crypto';
import { keccakOf } from '@metachain/program';

export const ZERO_WORD: Uint8Array = new Uint8Array(32);

/** Keccak-256 of the parts joined. */
export const keccak = keccakOf;

/** SHA-256 of the parts joined. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** A number as a 32-byte big-endian word. */
export function word(value: bigint | number): Uint8Array {
  const out = new Uint8Array(32);
  let rest = BigInt(value);
  for (let at = 31; rest > 0n; at--, rest >>= 8n) out[at] = Number(rest & 0xffn);
  return out;
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export const joinBytes = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
