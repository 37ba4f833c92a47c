import type { Address } from 'viem';

import { concatBytes, fixedBytes, littleEndian } from '../codec/bytes.js';

/** State keys that genesis writes; the same as keys.ts of the modules (docs/spec/state.md). */
const key = (module: number, kind: number, rest: Uint8Array = new Uint8Array()): Uint8Array => {
  const out = new Uint8Array(32);
  out.set([module, kind]);
  out.set(rest, 4);
  return out;
};

const numbers = (first: bigint, second = 0n): Uint8Array =>
  concatBytes(littleEndian(first, 8), littleEndian(second, 8));

const KERNEL = 1;
const AUTH = 2;
const BANK = 3;
const TOKEN = 4;
const FEES = 6;
const BRIDGE = 7;

export const headKey = (): Uint8Array => key(KERNEL, 1);
export const chainKey = (): Uint8Array => key(KERNEL, 2);
export const producerKey = (): Uint8Array => key(KERNEL, 3);
/** Nonce (u64) and the sequences of the first lanes of an account. */
export const accountKey = (account: Address): Uint8Array =>
  key(AUTH, 1, concatBytes(littleEndian(0n, 8), fixedBytes(account, 20)));
export const supplyKey = (reference: bigint): Uint8Array => key(BANK, 2, numbers(reference));
export const tokenKey = (index: number): Uint8Array => key(TOKEN, 1, numbers(BigInt(index)));
export const tokenNameKey = (index: number, part: number): Uint8Array =>
  key(TOKEN, 2, numbers(BigInt(index), BigInt(part)));
export const tokenSymbolKey = (index: number): Uint8Array => key(TOKEN, 3, numbers(BigInt(index)));
export const l1TokenKey = (l1Token: Address): Uint8Array =>
  key(TOKEN, 4, concatBytes(littleEndian(0n, 8), fixedBytes(l1Token, 20)));
export const tokenCountKey = (): Uint8Array => key(TOKEN, 5);
export const feeParametersKey = (): Uint8Array => key(FEES, 1);
export const posterKey = (): Uint8Array => key(FEES, 2);
export const l1MessengerKey = (): Uint8Array => key(BRIDGE, 2);
export const l1StandardBridgeKey = (): Uint8Array => key(BRIDGE, 3);
