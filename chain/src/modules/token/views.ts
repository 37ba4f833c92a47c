import { KIND_POOL, indexOf, kindOf, referenceOf } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { argumentAddress, argumentError, argumentWord, beginArguments } from '../../kernel/abi';
import { returnAddress, returnAmount, returnBool, returnBytes, returnNumber, returnWord } from '../../kernel/result';
import { TOKEN } from '../../kernel/memory';
import { allowanceOf, balanceOf, supplyOf } from '../bank/keeper';
import { isUnlimited } from '../bank/types';
import { poolHolding } from '../swap/keeper';
import { loadName, loadSymbol, loadToken } from './keeper';
import { NAME_WORDS, SYMBOL_WORD, TOKEN_WORD_L1_TOKEN, tokenWord } from './types';

/** Reads of the ERC-20 face. Those that read the registry load the token first and fail with ERR_TOKEN_UNKNOWN. */

const AMOUNT: usize = TOKEN + 0x280;
/** 2^256 - 1. */
const UNLIMITED: usize = memory.data<u64>([u64.MAX_VALUE, u64.MAX_VALUE, u64.MAX_VALUE, u64.MAX_VALUE], 32);
/** Address 0x4200...0010 of the standard bridge. */
const STANDARD_BRIDGE: usize = memory.data<u8>([0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10], 32);

/** ERC-165, and the op-stack's interfaces of a bridged token. */
const INTERFACE_ERC165: u32 = 0x01ffc9a7;
const INTERFACE_LEGACY_MINTABLE: u32 = 0x1d1d8b63;
const INTERFACE_MINTABLE: u32 = 0xec4fc8e3;

export function viewName(index: u32): u32 {
  const code = loadToken(index);
  if (code != OK) return code;
  loadName(index);
  returnBytes(NAME_WORDS, u32(tokenWord().nameLength));
  return OK;
}

export function viewSymbol(index: u32): u32 {
  const code = loadToken(index);
  if (code != OK) return code;
  loadSymbol(index);
  returnBytes(SYMBOL_WORD, u32(tokenWord().symbolLength));
  return OK;
}

export function viewDecimals(index: u32): u32 {
  const code = loadToken(index);
  if (code != OK) return code;
  returnNumber(u64(tokenWord().decimals));
  return OK;
}

export function viewTotalSupply(token: u64): u32 {
  supplyOf(token, AMOUNT);
  returnAmount(AMOUNT);
  return OK;
}

/** A pool holds its reserves; every other account what the bank says. */
export function viewBalanceOf(token: u64): u32 {
  beginArguments(1);
  const account = argumentAddress(0);
  if (argumentError() != OK) return argumentError();
  const holder = referenceOf(account);
  if (kindOf(holder) == KIND_POOL) poolHolding(indexOf(holder), token, AMOUNT);
  else balanceOf(token, account, AMOUNT);
  returnAmount(AMOUNT);
  return OK;
}

/** An unlimited allowance reads as 2^256 - 1. */
export function viewAllowance(token: u64): u32 {
  beginArguments(2);
  const owner = argumentAddress(0);
  const spender = argumentAddress(1);
  if (argumentError() != OK) return argumentError();
  allowanceOf(token, owner, spender, AMOUNT);
  if (isUnlimited(AMOUNT)) returnWord(UNLIMITED);
  else returnAmount(AMOUNT);
  return OK;
}

/** The L1 token, zero for tokens of this chain alone. */
export function viewL1Token(index: u32): u32 {
  const code = loadToken(index);
  if (code != OK) return code;
  returnAddress(TOKEN_WORD_L1_TOKEN);
  return OK;
}

export function viewBridge(): u32 {
  returnAddress(STANDARD_BRIDGE);
  return OK;
}

/** `supportsInterface(bytes4)`. */
export function viewSupportsInterface(): u32 {
  beginArguments(1);
  const word = argumentWord(0);
  if (argumentError() != OK) return argumentError();
  const id = bswap<u32>(load<u32>(word));
  returnBool(id == INTERFACE_ERC165 || id == INTERFACE_LEGACY_MINTABLE || id == INTERFACE_MINTABLE);
  return OK;
}
