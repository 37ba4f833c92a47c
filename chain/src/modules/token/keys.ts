import { makeKeyAddress, makeKeyNumbers } from '../../kernel/store';
import { TOKEN } from '../../kernel/memory';

/** Keys of the token registry (docs/spec/state.md). Every function returns where the key is; it stays there until the next call of that function. */

export const MODULE_TOKEN: u32 = 4;
const KIND_HEAD: u32 = 1;
const KIND_NAME: u32 = 2;
const KIND_SYMBOL: u32 = 3;
const KIND_L1_TOKEN: u32 = 4;
const KIND_COUNT: u32 = 5;

const HEAD_KEY: usize = TOKEN;
const NAME_KEY: usize = TOKEN + 0x20;
const SYMBOL_KEY: usize = TOKEN + 0x40;
const L1_TOKEN_KEY: usize = TOKEN + 0x60;
const COUNT_KEY: usize = TOKEN + 0x80;

export function headKey(index: u32): usize {
  makeKeyNumbers(HEAD_KEY, MODULE_TOKEN, KIND_HEAD, u64(index), 0);
  return HEAD_KEY;
}

/** Names take up to two words. */
export function nameKey(index: u32, part: u32): usize {
  makeKeyNumbers(NAME_KEY, MODULE_TOKEN, KIND_NAME, u64(index), u64(part));
  return NAME_KEY;
}

export function symbolKey(index: u32): usize {
  makeKeyNumbers(SYMBOL_KEY, MODULE_TOKEN, KIND_SYMBOL, u64(index), 0);
  return SYMBOL_KEY;
}

/** First token registered for an L1 token. */
export function l1TokenKey(l1Token: usize): usize {
  makeKeyAddress(L1_TOKEN_KEY, MODULE_TOKEN, KIND_L1_TOKEN, 0, l1Token);
  return L1_TOKEN_KEY;
}

export function countKey(): usize {
  makeKeyNumbers(COUNT_KEY, MODULE_TOKEN, KIND_COUNT, 0, 0);
  return COUNT_KEY;
}
