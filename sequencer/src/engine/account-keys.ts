import type { Hex } from 'viem';

/** Keys of the auth module (docs/spec/state.md): `2, kind, 0, 0, reference u64, address[20]`. */
const AUTH_MODULE = 2;
const ACCOUNT_KIND = 1;
const LANES_KIND = 2;
/** Lanes whose sequence stands in the account word, after the nonce. */
const INLINE_LANES = 3;
const LANES_PER_WORD = 4;

/** Key of the word that holds an account's nonce (`lane` undefined) or a lane's sequence. */
export function sequenceKey(account: Hex, lane: number | undefined): Uint8Array {
  const key = Buffer.alloc(32);
  key[0] = AUTH_MODULE;
  key[1] = lane === undefined || lane < INLINE_LANES ? ACCOUNT_KIND : LANES_KIND;
  if (key[1] === LANES_KIND) key.writeBigUInt64LE(BigInt(Math.floor(lane! / LANES_PER_WORD)), 4);
  key.write(account.slice(2), 12, 'hex');
  return key;
}

/** The nonce or sequence in that word. */
export function readSequence(word: Uint8Array, lane: number | undefined): bigint {
  const place = lane === undefined ? 0 : lane < INLINE_LANES ? lane + 1 : lane % LANES_PER_WORD;
  return Buffer.from(word).readBigUInt64LE(place * 8);
}
