import { makeKey, makeKeyNumbers } from '../../kernel/store';

/** State keys of fees (README, "State"). */

const MODULE: u32 = 6;
const PARAMS: u32 = 1;
const POSTER: u32 = 2;
const POT: u32 = 3;
const L1_PRICES: u32 = 4;
const L1_ORIGIN: u32 = 5;

export function paramsKey(key: usize): void {
  makeKey(key, MODULE, PARAMS);
}

export function posterKey(key: usize): void {
  makeKey(key, MODULE, POSTER);
}

export function potKey(key: usize, token: u64): void {
  makeKeyNumbers(key, MODULE, POT, token, 0);
}

export function l1PricesKey(key: usize): void {
  makeKey(key, MODULE, L1_PRICES);
}

export function l1OriginKey(key: usize): void {
  makeKey(key, MODULE, L1_ORIGIN);
}
