import { OK } from '../../kernel/errors';
import { isZeroAddress } from '../../kernel/bytes';
import { NO_ENTITY, referenceOf } from '../../kernel/entity';
import { readState, writeState } from '../../kernel/store';
import { add128, copy128, isZero128, less128, subtract128 } from '../../math/u128';
import {
  ERR_BALANCE_OVERFLOW,
  ERR_INSUFFICIENT_ALLOWANCE,
  ERR_INSUFFICIENT_BALANCE,
  ERR_RECIPIENT_FORBIDDEN,
  ERR_RECIPIENT_ZERO,
  ERR_SPENDER_ZERO,
  ERR_SUPPLY_UNDERFLOW,
} from './errors';
import { emitApproval, emitTransfer } from './events';
import { allowanceKey, balanceKey, supplyKey } from './keys';
import { ALLOWANCE_WORD, FROM_WORD, SUPPLY_WORD, TO_WORD, isUnlimited } from './types';

/**
 * Balances, supplies and allowances of every token. `token` is a token reference, accounts are pointers to 20 bytes, amounts are
 * pointers to a u128 in base units. Functions that can fail answer 0 or an error number; what they wrote before is undone by the
 * rollback of the transaction.
 */

/** The zero address: mints come from it, burns go to it. */
export const ZERO_ADDRESS: usize = memory.data(32, 32);

/** Writes the balance of an account, a u128, to `out`. */
export function balanceOf(token: u64, account: usize, out: usize): void {
  readState(balanceKey(token, account), FROM_WORD);
  copy128(out, FROM_WORD);
}

/** Writes the total supply, a u128, to `out`. */
export function supplyOf(token: u64, out: usize): void {
  readState(supplyKey(token), SUPPLY_WORD);
  copy128(out, SUPPLY_WORD);
}

/** Takes from an account; the caller says where it goes. No event. Fails: ERR_INSUFFICIENT_BALANCE. */
export function debit(token: u64, account: usize, amount: usize): u32 {
  const key = balanceKey(token, account);
  readState(key, FROM_WORD);
  if (subtract128(FROM_WORD, FROM_WORD, amount)) return ERR_INSUFFICIENT_BALANCE;
  writeState(key, FROM_WORD);
  return OK;
}

/** Gives to an account; the caller says where it comes from. No event. Fails: ERR_BALANCE_OVERFLOW. */
export function credit(token: u64, account: usize, amount: usize): u32 {
  const key = balanceKey(token, account);
  readState(key, TO_WORD);
  if (add128(TO_WORD, TO_WORD, amount)) return ERR_BALANCE_OVERFLOW;
  writeState(key, TO_WORD);
  return OK;
}

/** Moves between any two accounts, system addresses included. No event. Fails: ERR_INSUFFICIENT_BALANCE. */
export function moveBalance(token: u64, from: usize, to: usize, amount: usize): u32 {
  const code = debit(token, from, amount);
  return code != OK ? code : credit(token, to, amount);
}

/** Tokens, pools and modules, and the predeploys at `0x4200...0000` to `0x4200...ffff`. */
function isSystemAddress(account: usize): bool {
  if (referenceOf(account) != NO_ENTITY) return true;
  return load<u64>(account) == 0x42 && load<u64>(account, 8) == 0 && load<u16>(account, 16) == 0;
}

/**
 * Whether an account may be named as recipient by a user: system addresses hold nothing for others, so what is sent there would be
 * lost, and the zero address is for burns. Fails: ERR_RECIPIENT_FORBIDDEN, ERR_RECIPIENT_ZERO.
 */
export function requireRecipient(to: usize): u32 {
  if (isZeroAddress(to)) return ERR_RECIPIENT_ZERO;
  return isSystemAddress(to) ? ERR_RECIPIENT_FORBIDDEN : OK;
}

/** A user's transfer, with its event. Fails: ERR_RECIPIENT_FORBIDDEN, ERR_RECIPIENT_ZERO, ERR_INSUFFICIENT_BALANCE. */
export function transfer(token: u64, from: usize, to: usize, amount: usize): u32 {
  let code = requireRecipient(to);
  if (code != OK) return code;
  code = moveBalance(token, from, to, amount);
  if (code != OK) return code;
  emitTransfer(token, from, to, amount);
  return OK;
}

/** Creates units without an event (ETH of a delayed message). Fails: ERR_BALANCE_OVERFLOW, then nothing was written. */
export function mintQuietly(token: u64, to: usize, amount: usize): u32 {
  const key = supplyKey(token);
  readState(key, SUPPLY_WORD);
  // The supply bounds every balance, so once it fits the credit cannot overflow.
  if (add128(SUPPLY_WORD, SUPPLY_WORD, amount)) return ERR_BALANCE_OVERFLOW;
  writeState(key, SUPPLY_WORD);
  return credit(token, to, amount);
}

/** Destroys units without an event. Fails: ERR_INSUFFICIENT_BALANCE, ERR_SUPPLY_UNDERFLOW. */
export function burnQuietly(token: u64, from: usize, amount: usize): u32 {
  const code = debit(token, from, amount);
  if (code != OK) return code;
  const key = supplyKey(token);
  readState(key, SUPPLY_WORD);
  if (subtract128(SUPPLY_WORD, SUPPLY_WORD, amount)) return ERR_SUPPLY_UNDERFLOW;
  writeState(key, SUPPLY_WORD);
  return OK;
}

/** Creates units, with `Transfer` from the zero address. Fails: ERR_BALANCE_OVERFLOW. */
export function mint(token: u64, to: usize, amount: usize): u32 {
  const code = mintQuietly(token, to, amount);
  if (code == OK) emitTransfer(token, ZERO_ADDRESS, to, amount);
  return code;
}

/** Destroys units, with `Transfer` to the zero address. Fails: ERR_INSUFFICIENT_BALANCE, ERR_SUPPLY_UNDERFLOW. */
export function burn(token: u64, from: usize, amount: usize): u32 {
  const code = burnQuietly(token, from, amount);
  if (code == OK) emitTransfer(token, from, ZERO_ADDRESS, amount);
  return code;
}

/** Writes what `spender` may still move for `owner`, a u128, to `out`. */
export function allowanceOf(token: u64, owner: usize, spender: usize, out: usize): void {
  readState(allowanceKey(token, owner, spender), ALLOWANCE_WORD);
  copy128(out, ALLOWANCE_WORD);
}

/**
 * Sets an allowance, with its event. `amount` is a u128, 2^128 - 1 for unlimited; `value` the 32-byte big-endian word for the event.
 * Fails: ERR_SPENDER_ZERO.
 */
export function approve(token: u64, owner: usize, spender: usize, amount: usize, value: usize): u32 {
  if (isZeroAddress(spender)) return ERR_SPENDER_ZERO;
  const key = allowanceKey(token, owner, spender);
  store<u64>(ALLOWANCE_WORD, 0, 16);
  store<u64>(ALLOWANCE_WORD, 0, 24);
  copy128(ALLOWANCE_WORD, amount);
  writeState(key, ALLOWANCE_WORD);
  emitApproval(token, owner, spender, value);
  return OK;
}

/** Uses up an allowance; an unlimited one stays. Fails: ERR_INSUFFICIENT_ALLOWANCE. */
function spendAllowance(token: u64, owner: usize, spender: usize, amount: usize): u32 {
  const key = allowanceKey(token, owner, spender);
  readState(key, ALLOWANCE_WORD);
  if (isUnlimited(ALLOWANCE_WORD)) return OK;
  if (less128(ALLOWANCE_WORD, amount)) return ERR_INSUFFICIENT_ALLOWANCE;
  if (isZero128(amount)) return OK;
  subtract128(ALLOWANCE_WORD, ALLOWANCE_WORD, amount);
  writeState(key, ALLOWANCE_WORD);
  return OK;
}

/** A transfer by a spender, with its event. Fails: as `transfer`, ERR_INSUFFICIENT_ALLOWANCE. */
export function transferFrom(token: u64, spender: usize, owner: usize, to: usize, amount: usize): u32 {
  const code = spendAllowance(token, owner, spender, amount);
  return code != OK ? code : transfer(token, owner, to, amount);
}
