import { TOKEN_ETH } from '../../kernel/entity';
import { ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { copyBytes, isZeroAddress, roundToWord, zeroBytes } from '../../kernel/bytes';
import { callDataLength, callValue, caller, requireWritable, selector } from '../../kernel/call';
import {
  argumentAddress,
  argumentBytes,
  argumentError,
  argumentLength,
  argumentNumber,
  argumentWord,
  beginArguments,
} from '../../kernel/abi';
import { keccak } from '../../kernel/host';
import { returnBool, returnText, returnWord } from '../../kernel/result';
import { putAddressWord, putAmountWord, putNumberWord } from '../../kernel/event-record';
import { burnQuietly } from '../bank/keeper';
import { ERR_L1_RECIPIENT_ZERO, ERR_WITHDRAWAL_TOO_LONG } from './errors';
import { emitMessagePassed, putNonceWord } from './events';
import { isSent, loadNonces, storeSent, takePasserNonce } from './keeper';
import { MAXIMUM_WITHDRAWAL_BYTES, MESSAGE_VERSION, PLAIN_WITHDRAWAL_GAS } from './params';
import * as selectors from './selectors';
import { FLAG, HASH, WITHDRAWAL, WITHDRAWAL_DATA, noncesWord } from './types';
import { viewNumber } from './views';

/** The message passer `0x4200...0016`: every withdrawal goes through it, and the word it stores is what L1 verifies. */

const HEAD_BYTES: u32 = 7 * 32;

function encode(nonce: u64, sender: usize, target: usize, value: usize, gasLimit: u64, length: u32): void {
  putNonceWord(WITHDRAWAL, nonce);
  putAddressWord(WITHDRAWAL + 32, sender);
  putAddressWord(WITHDRAWAL + 64, target);
  putAmountWord(WITHDRAWAL + 96, value);
  putNumberWord(WITHDRAWAL + 128, gasLimit);
  putNumberWord(WITHDRAWAL + 160, 192);
  putNumberWord(WITHDRAWAL + 192, u64(length));
  zeroBytes(WITHDRAWAL_DATA + usize(length), roundToWord(length) - length);
}

/**
 * Sends the `length` bytes at WITHDRAWAL_DATA to `target` on L1 in the name of `sender`. The value, u128 in wei, is burned from `payer`: L1 pays
 * it out of escrow. Fails: ERR_WITHDRAWAL_TOO_LONG, ERR_L1_RECIPIENT_ZERO, those of the bank.
 */
export function pass(payer: usize, sender: usize, target: usize, value: usize, gasLimit: u64, length: u32): u32 {
  if (length > MAXIMUM_WITHDRAWAL_BYTES) return ERR_WITHDRAWAL_TOO_LONG;
  if (isZeroAddress(target)) return ERR_L1_RECIPIENT_ZERO;
  const code = burnQuietly(TOKEN_ETH, payer, value);
  if (code != OK) return code;
  const nonce = takePasserNonce();
  encode(nonce, sender, target, value, gasLimit, length);
  keccak(WITHDRAWAL, HEAD_BYTES + roundToWord(length), HASH);
  storeSent(HASH);
  emitMessagePassed(nonce, sender, target, value, gasLimit, WITHDRAWAL_DATA, length, HASH);
  return OK;
}

/** `initiateWithdrawal(target, gasLimit, data)`, payable. */
function callInitiateWithdrawal(): u32 {
  const code = requireWritable();
  if (code != OK) return code;
  beginArguments(3);
  const target = argumentAddress(0);
  const gasLimit = argumentNumber(1);
  const data = argumentBytes(2, MAXIMUM_WITHDRAWAL_BYTES);
  const length = argumentLength();
  if (argumentError() != OK) return argumentError();
  copyBytes(WITHDRAWAL_DATA, data, length);
  return pass(caller(), caller(), target, callValue(), gasLimit, length);
}

/** A plain transfer withdraws to the sender's own address. */
function callReceive(): u32 {
  const code = requireWritable();
  return code != OK ? code : pass(caller(), caller(), caller(), callValue(), PLAIN_WITHDRAWAL_GAS, 0);
}

function viewSent(): u32 {
  beginArguments(1);
  const hash = argumentWord(0);
  if (argumentError() != OK) return argumentError();
  returnBool(isSent(hash));
  return OK;
}

function viewNonce(): u32 {
  loadNonces();
  putNonceWord(FLAG, noncesWord().passer);
  returnWord(FLAG);
  return OK;
}

/** A call of the message passer. Fails: ERR_UNKNOWN_SELECTOR, those of the function. */
export function callMessagePasser(): u32 {
  if (callDataLength() == 0) return callReceive();
  const id = selector();
  if (id == selectors.INITIATE_WITHDRAWAL) return callInitiateWithdrawal();
  if (id == selectors.SENT_MESSAGES) return viewSent();
  if (id == selectors.MESSAGE_NONCE) return viewNonce();
  if (id == selectors.MESSAGE_VERSION_GETTER) return viewNumber(MESSAGE_VERSION);
  if (id != selectors.VERSION) return ERR_UNKNOWN_SELECTOR;
  returnText('1.1.0');
  return OK;
}
