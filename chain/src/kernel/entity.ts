import { isZeroWord } from './bytes';

/** Addresses of system entities: `"META" || kind || 11 zero bytes || index u32 big-endian` (docs/spec/state.md). */

/** "META" as it stands in memory. */
const PREFIX: u32 = 0x4154454d;

export const KIND_TOKEN: u32 = 0x01;
export const KIND_POOL: u32 = 0x02;
export const KIND_MODULE: u32 = 0x10;

/** Token references `kind << 32 | index` of the first tokens. */
export const TOKEN_ETH: u64 = 0x1_0000_0000;
export const TOKEN_MB: u64 = 0x1_0000_0001;
export const TOKEN_DCEP: u64 = 0x1_0000_0002;
/** What `referenceOf` answers for an address that is no entity. */
export const NO_ENTITY: u64 = 0;

/** Writes the 20-byte address of a reference `kind << 32 | index`. */
export function entityAddress(out: usize, reference: u64): void {
  store<u64>(out, u64(PREFIX) | ((reference >> 32) << 32));
  store<u64>(out, 0, 8);
  store<u32>(out, bswap<u32>(u32(reference)), 16);
}

/** Reference of an entity address, or NO_ENTITY. Whether the entity exists is for its module to say. */
export function referenceOf(address: usize): u64 {
  const head = load<u64>(address);
  if (u32(head) != PREFIX || head >> 40 != 0 || load<u64>(address, 8) != 0) return NO_ENTITY;
  return ((head >> 32) << 32) | u64(bswap<u32>(load<u32>(address, 16)));
}

export function kindOf(reference: u64): u32 {
  return u32(reference >> 32);
}

export function indexOf(reference: u64): u32 {
  return u32(reference);
}

/** Reference of a token or pool (LP token), or NO_ENTITY for anything else. */
export function tokenReferenceOf(address: usize): u64 {
  const reference = referenceOf(address);
  const kind = kindOf(reference);
  return kind == KIND_TOKEN || kind == KIND_POOL ? reference : NO_ENTITY;
}

export function tokenReference(index: u32): u64 {
  return (u64(KIND_TOKEN) << 32) | u64(index);
}

export function poolReference(index: u32): u64 {
  return (u64(KIND_POOL) << 32) | u64(index);
}

/** Whether a 32-byte state word says that nothing was ever written. */
export function isAbsent(word: usize): bool {
  return isZeroWord(word);
}
