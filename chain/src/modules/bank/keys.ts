import { makeKeyAddress, makeKeyHash, makeKeyNumbers } from '../../kernel/store';
import { copyAddress, zeroWord } from '../../kernel/bytes';
import { keccak } from '../../kernel/host';
import { BANK } from '../../kernel/memory';

/** Keys of the bank (docs/spec/state.md). Every function returns where the key is; it stays there until the next call of that function. */

export const MODULE_BANK: u32 = 3;
const KIND_BALANCE: u32 = 1;
const KIND_SUPPLY: u32 = 2;
const KIND_ALLOWANCE: u32 = 3;

const BALANCE_KEY: usize = BANK;
const SUPPLY_KEY: usize = BANK + 0x20;
const ALLOWANCE_KEY: usize = BANK + 0x40;
/** Three words to hash, then the hash. */
const PREIMAGE: usize = BANK + 0x60;
const HASH: usize = BANK + 0xc0;

export function balanceKey(token: u64, account: usize): usize {
  makeKeyAddress(BALANCE_KEY, MODULE_BANK, KIND_BALANCE, token, account);
  return BALANCE_KEY;
}

export function supplyKey(token: u64): usize {
  makeKeyNumbers(SUPPLY_KEY, MODULE_BANK, KIND_SUPPLY, token, 0);
  return SUPPLY_KEY;
}

/** Two addresses and a token do not fit a key, so it holds a hash of them. */
export function allowanceKey(token: u64, owner: usize, spender: usize): usize {
  zeroWord(PREIMAGE);
  zeroWord(PREIMAGE + 32);
  zeroWord(PREIMAGE + 64);
  store<u64>(PREIMAGE, token);
  copyAddress(PREIMAGE + 32 + 12, owner);
  copyAddress(PREIMAGE + 64 + 12, spender);
  keccak(PREIMAGE, 96, HASH);
  makeKeyHash(ALLOWANCE_KEY, MODULE_BANK, KIND_ALLOWANCE, HASH);
  return ALLOWANCE_KEY;
}
