import { makeKey, makeKeyNumbers } from '../../kernel/store';

/** State keys of fees (README, "State"). */

export const MODULE_FEES: u32 = 6;
const KIND_PARAMS: u32 = 1;
const KIND_POSTER: u32 = 2;
const KIND_POT: u32 = 3;
const KIND_L1_PRICES: u32 = 4;
const KIND_L1_ORIGIN: u32 = 5;

export function paramsKey(key: usize): void {
  makeKey(key, MODULE_FEES, KIND_PARAMS);
}

export function posterKey(key: usize): void {
  makeKey(key, MODULE_FEES, KIND_POSTER);
}

export function potKey(key: usize, token: u64): void {
  makeKeyNumbers(key, MODULE_FEES, KIND_POT, token, 0);
}

export function l1PricesKey(key: usize): void {
  makeKey(key, MODULE_FEES, KIND_L1_PRICES);
}

export function l1OriginKey(key: usize): void {
  makeKey(key, MODULE_FEES, KIND_L1_ORIGIN);
}
