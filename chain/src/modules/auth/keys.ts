import { makeKeyAddress } from '../../kernel/store';

/** State keys of auth: `2, kind, 0, 0, reference u64, address[20]` (README, "State"). */

export const MODULE_AUTH: u32 = 2;
/** Nonce and the first three lanes. */
const KIND_ACCOUNT: u32 = 1;
/** Four lanes a word. */
const KIND_LANES: u32 = 2;

/** Lanes whose sequence stands in the account word. */
export const INLINE_LANES: u32 = 3;

export function accountKey(key: usize, account: usize): void {
  makeKeyAddress(key, MODULE_AUTH, KIND_ACCOUNT, 0, account);
}

/** Key of the word that holds a lane from `INLINE_LANES` on. */
export function laneKey(key: usize, account: usize, lane: u32): void {
  makeKeyAddress(key, MODULE_AUTH, KIND_LANES, u64(lane >> 2), account);
}
