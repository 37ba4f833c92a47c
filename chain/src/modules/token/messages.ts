import { TOKEN_ETH } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { copyWord, zeroWord } from '../../kernel/bytes';
import { caller, callValue, requireWritable, requireWritableWithoutValue } from '../../kernel/call';
import {
  argumentAddress,
  argumentAmount,
  argumentAmountSaturated,
  argumentError,
  argumentWord,
  beginArguments,
} from '../../kernel/abi';
import { returnBool } from '../../kernel/result';
import { TOKEN } from '../../kernel/memory';
import { less128, storeBigEndian128 } from '../../math/u128';
import { approve, balanceOf, transfer, transferFrom } from '../bank/keeper';
import { isUnlimited } from '../bank/types';
import { ERR_INSUFFICIENT_BALANCE } from '../bank/errors';
import { emitDeposit, emitWithdrawal } from './events';

/** Messages of tokens: the packed operations Transfer and Approve, and the calls of the ERC-20 face that change state. */

const AMOUNT: usize = TOKEN + 0x200;
const BALANCE: usize = TOKEN + 0x210;
/** The allowance as the word that the event shows. */
const VALUE_WORD: usize = TOKEN + 0x220;

/** Transfer: moves the account's tokens. Fails: those of the bank. */
export function transferToken(token: u64, from: usize, to: usize, amount: usize): u32 {
  return transfer(token, from, to, amount);
}

/** Approve: sets what a spender may move; 2^128 - 1 is unlimited and shown as 2^256 - 1. Fails: ERR_SPENDER_ZERO. */
export function approveToken(token: u64, owner: usize, spender: usize, amount: usize): u32 {
  zeroWord(VALUE_WORD);
  storeBigEndian128(VALUE_WORD + 16, amount);
  if (isUnlimited(amount)) {
    store<u64>(VALUE_WORD, u64.MAX_VALUE);
    store<u64>(VALUE_WORD, u64.MAX_VALUE, 8);
  }
  return approve(token, owner, spender, amount, VALUE_WORD);
}

/** `transfer(to, amount) -> bool`. */
export function callTransfer(token: u64): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(2);
  const to = argumentAddress(0);
  argumentAmount(1, AMOUNT);
  if (argumentError() != OK) return argumentError();
  code = transfer(token, caller(), to, AMOUNT);
  if (code == OK) returnBool(true);
  return code;
}

/** `transferFrom(owner, to, amount) -> bool`. */
export function callTransferFrom(token: u64): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(3);
  const owner = argumentAddress(0);
  const to = argumentAddress(1);
  argumentAmount(2, AMOUNT);
  if (argumentError() != OK) return argumentError();
  code = transferFrom(token, caller(), owner, to, AMOUNT);
  if (code == OK) returnBool(true);
  return code;
}

/** `approve(spender, amount) -> bool`; 2^128 - 1 and everything above is unlimited. */
export function callApprove(token: u64): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(2);
  const spender = argumentAddress(0);
  argumentAmountSaturated(1, AMOUNT);
  if (argumentError() != OK) return argumentError();
  copyWord(VALUE_WORD, argumentWord(1));
  code = approve(token, caller(), spender, AMOUNT, VALUE_WORD);
  if (code == OK) returnBool(true);
  return code;
}

/** `deposit()` of the ETH face, payable: wrapped and plain ether are one balance, so nothing moves. Fails: ERR_INSUFFICIENT_BALANCE. */
export function callDeposit(): u32 {
  const code = requireWritable();
  if (code != OK) return code;
  balanceOf(TOKEN_ETH, caller(), BALANCE);
  if (less128(BALANCE, callValue())) return ERR_INSUFFICIENT_BALANCE;
  emitDeposit(caller(), callValue());
  return OK;
}

/** `withdraw(amount)` of the ETH face: nothing moves either. Fails: ERR_INSUFFICIENT_BALANCE. */
export function callWithdraw(): u32 {
  const code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(1);
  argumentAmount(0, AMOUNT);
  if (argumentError() != OK) return argumentError();
  balanceOf(TOKEN_ETH, caller(), BALANCE);
  if (less128(BALANCE, AMOUNT)) return ERR_INSUFFICIENT_BALANCE;
  emitWithdrawal(caller(), AMOUNT);
  return OK;
}
