import { OK } from '../../kernel/errors';
import { copyAddress, copyBytes, isZeroAddress, zeroWord, zeroWords } from '../../kernel/bytes';
import { readState, writeState } from '../../kernel/store';
import { ERR_L1_TOKEN_ZERO, ERR_NAME_LENGTH, ERR_SYMBOL_LENGTH, ERR_TOKEN_COUNT, ERR_TOKEN_UNKNOWN } from './errors';
import { countKey, headKey, l1TokenKey, nameKey, symbolKey } from './keys';
import { MAXIMUM_NAME_BYTES, MAXIMUM_SYMBOL_BYTES } from './params';
import {
  COUNT_WORD,
  L1_TOKEN_WORD,
  NAME_WORDS,
  SYMBOL_WORD,
  TOKEN_WORD,
  TOKEN_WORD_L1_TOKEN,
  tokenWord,
} from './types';

/** The registry of tokens: what they are called and which L1 token they stand for. Indices are u32; names and symbols are UTF-8 bytes. */

/** Tokens registered so far, which is the next index. */
export function tokenCount(): u32 {
  readState(countKey(), COUNT_WORD);
  return load<u32>(COUNT_WORD);
}

/** Reads a token into `tokenWord()`. Fails: ERR_TOKEN_UNKNOWN. */
export function loadToken(index: u32): u32 {
  readState(headKey(index), TOKEN_WORD);
  return tokenWord().exists == 1 ? OK : ERR_TOKEN_UNKNOWN;
}

export function tokenExists(index: u32): bool {
  return loadToken(index) == OK;
}

/** Reads a loaded token's name into NAME_WORDS. */
export function loadName(index: u32): void {
  readState(nameKey(index, 0), NAME_WORDS);
  readState(nameKey(index, 1), NAME_WORDS + 32);
}

/** Reads a loaded token's symbol into SYMBOL_WORD. */
export function loadSymbol(index: u32): void {
  readState(symbolKey(index), SYMBOL_WORD);
}

/** Index of the first token registered for an L1 token, or 0 (index 0 is ETH, which has none). */
export function tokenOfL1(l1Token: usize): u32 {
  readState(l1TokenKey(l1Token), L1_TOKEN_WORD);
  return load<u32>(L1_TOKEN_WORD);
}

/** Whether a token stands for this L1 token. Loads the token. */
export function standsFor(index: u32, l1Token: usize): bool {
  if (loadToken(index) != OK) return false;
  if (isZeroAddress(l1Token)) return false;
  for (let i: usize = 0; i < 20; i += 4) {
    if (load<u32>(TOKEN_WORD_L1_TOKEN + i) != load<u32>(l1Token + i)) return false;
  }
  return true;
}

function storeTexts(index: u32, name: usize, nameLength: u32, symbol: usize, symbolLength: u32): void {
  zeroWords(NAME_WORDS, 3);
  copyBytes(NAME_WORDS, name, nameLength);
  copyBytes(SYMBOL_WORD, symbol, symbolLength);
  writeState(nameKey(index, 0), NAME_WORDS);
  if (nameLength > 32) writeState(nameKey(index, 1), NAME_WORDS + 32);
  writeState(symbolKey(index), SYMBOL_WORD);
}

function storeHead(index: u32, l1Token: usize, nameLength: u32, symbolLength: u32, decimals: u8): void {
  zeroWord(TOKEN_WORD);
  const word = tokenWord();
  word.exists = 1;
  word.decimals = decimals;
  word.nameLength = u8(nameLength);
  word.symbolLength = u8(symbolLength);
  copyAddress(TOKEN_WORD_L1_TOKEN, l1Token);
  writeState(headKey(index), TOKEN_WORD);
}

function storeCount(count: u32): void {
  zeroWord(COUNT_WORD);
  store<u32>(COUNT_WORD, count);
  writeState(countKey(), COUNT_WORD);
}

/** Remembers the first token of an L1 token, for look-ups; later ones of the same L1 token are separate tokens. */
function storeFirst(index: u32, l1Token: usize): void {
  if (tokenOfL1(l1Token) != 0) return;
  zeroWord(L1_TOKEN_WORD);
  store<u32>(L1_TOKEN_WORD, index);
  writeState(l1TokenKey(l1Token), L1_TOKEN_WORD);
}

/** What a registration must satisfy. Fails: ERR_L1_TOKEN_ZERO, ERR_NAME_LENGTH, ERR_SYMBOL_LENGTH. */
function checkRegistration(l1Token: usize, nameLength: u32, symbolLength: u32): u32 {
  if (isZeroAddress(l1Token)) return ERR_L1_TOKEN_ZERO;
  if (nameLength == 0 || nameLength > MAXIMUM_NAME_BYTES) return ERR_NAME_LENGTH;
  return symbolLength == 0 || symbolLength > MAXIMUM_SYMBOL_BYTES ? ERR_SYMBOL_LENGTH : OK;
}

/**
 * Registers a token for an L1 token; its index is `tokenCount() - 1` afterwards. Supply appears only by deposits of that L1 token, so
 * anyone may register any name. Fails: ERR_L1_TOKEN_ZERO, ERR_NAME_LENGTH, ERR_SYMBOL_LENGTH, ERR_TOKEN_COUNT.
 */
export function registerToken(
  l1Token: usize,
  name: usize,
  nameLength: u32,
  symbol: usize,
  symbolLength: u32,
  decimals: u8,
): u32 {
  const code = checkRegistration(l1Token, nameLength, symbolLength);
  if (code != OK) return code;
  const index = tokenCount();
  if (index == u32.MAX_VALUE) return ERR_TOKEN_COUNT;
  storeHead(index, l1Token, nameLength, symbolLength, decimals);
  storeTexts(index, name, nameLength, symbol, symbolLength);
  storeFirst(index, l1Token);
  storeCount(index + 1);
  return OK;
}
