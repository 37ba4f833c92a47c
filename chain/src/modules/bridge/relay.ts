import { TOKEN_ETH } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { copyAddress, copyBytes, copyWord, equalAddress, roundToWord, zeroBytes } from '../../kernel/bytes';
import { callValue, caller, openCall, requireWritable } from '../../kernel/call';
import {
  argumentAddress,
  argumentAmount,
  argumentBytes,
  argumentError,
  argumentLength,
  argumentWord,
  beginArguments,
} from '../../kernel/abi';
import { putAddressWord, putAmountWord, putNumberWord } from '../../kernel/event-record';
import { keccak } from '../../kernel/host';
import { BRIDGE } from '../../kernel/memory';
import { equal128, isZero128 } from '../../math/u128';
import { moveBalance, requireRecipient } from '../bank/keeper';
import {
  ERR_MESSAGE_NOT_FAILED,
  ERR_MESSAGE_RELAYED,
  ERR_MESSAGE_VALUE,
  ERR_MESSAGE_VERSION,
  ERR_TARGET_TAKES_NO_MESSAGE,
  ERR_UNSAFE_TARGET,
} from './errors';
import { emitRelayed } from './events';
import { finaliseFromL1 } from './finalise';
import { addFlag, aliasAddress, isFailed, isRelayed, loadL1Messenger } from './keeper';
import { MAXIMUM_RELAYED_BYTES, MESSAGE_VERSION } from './params';
import * as selectors from './selectors';
import { BRIDGE_ADDRESS, FAILED, HASH, MESSENGER_ADDRESS, PASSER_ADDRESS, RELAYED, WITHDRAWAL } from './types';

/**
 * Messages from L1. The L1 messenger, whose delayed messages arrive under its alias, relays each once; what fails may be tried again by anyone.
 * A message can reach the standard bridge or pay an account: other system addresses take no messages, their users call
 * them through delayed messages of their own.
 */

const SENDER: usize = BRIDGE + 0x1a0;
const TARGET: usize = BRIDGE + 0x1c0;
const VALUE: usize = BRIDGE + 0x1e0;
const ALIAS: usize = BRIDGE + 0x200;
const HEAD_BYTES: u32 = 4 + 7 * 32;

/** HASH = keccak of the canonical call `relayMessage(nonce, sender, target, value, minGasLimit, message)`: version 1 of the op-stack. */
function hashMessage(nonce: usize, minimumGas: usize, message: usize, length: u32): void {
  store<u32>(WITHDRAWAL, bswap<u32>(selectors.RELAY_MESSAGE));
  const words = WITHDRAWAL + 4;
  copyWord(words, nonce);
  putAddressWord(words + 32, SENDER);
  putAddressWord(words + 64, TARGET);
  putAmountWord(words + 96, VALUE);
  copyWord(words + 128, minimumGas);
  putNumberWord(words + 160, 192);
  putNumberWord(words + 192, u64(length));
  zeroBytes(words + 224, roundToWord(length));
  copyBytes(words + 224, message, length);
  keccak(WITHDRAWAL, HEAD_BYTES + roundToWord(length), HASH);
}

/** Whether the caller is the L1 messenger. */
function isFromL1Messenger(): bool {
  aliasAddress(ALIAS, loadL1Messenger());
  return equalAddress(caller(), ALIAS);
}

/** A first attempt brings the message's value along; a repeated one finds it with the messenger. */
function requireAttempt(): u32 {
  if (isRelayed(HASH)) return ERR_MESSAGE_RELAYED;
  if (!isFromL1Messenger()) {
    if (!isZero128(callValue())) return ERR_MESSAGE_VALUE;
    return isFailed(HASH) ? OK : ERR_MESSAGE_NOT_FAILED;
  }
  if (!equal128(callValue(), VALUE)) return ERR_MESSAGE_VALUE;
  if (isFailed(HASH)) return ERR_MESSAGE_RELAYED;
  return moveBalance(TOKEN_ETH, caller(), MESSENGER_ADDRESS, VALUE);
}

/** Executes the message. What fails here has written nothing. */
function deliver(message: usize, length: u32): u32 {
  if (equalAddress(TARGET, BRIDGE_ADDRESS)) {
    openCall(MESSENGER_ADDRESS, TARGET, VALUE, message, length, false);
    return finaliseFromL1(SENDER);
  }
  if (requireRecipient(TARGET) != OK) return ERR_TARGET_TAKES_NO_MESSAGE;
  return moveBalance(TOKEN_ETH, MESSENGER_ADDRESS, TARGET, VALUE);
}

function readVersion(nonce: usize): u64 {
  return u64(bswap<u16>(load<u16>(nonce)));
}

/** `relayMessage(nonce, sender, target, value, minGasLimit, message)`, payable. The minimum gas is not needed: every call has room to end. */
export function callRelayMessage(): u32 {
  let code = requireWritable();
  if (code != OK) return code;
  beginArguments(6);
  const nonce = argumentWord(0);
  copyAddress(SENDER, argumentAddress(1));
  copyAddress(TARGET, argumentAddress(2));
  argumentAmount(3, VALUE);
  const minimumGas = argumentWord(4);
  const message = argumentBytes(5, MAXIMUM_RELAYED_BYTES);
  const length = argumentLength();
  if (argumentError() != OK) return argumentError();
  if (readVersion(nonce) != MESSAGE_VERSION) return ERR_MESSAGE_VERSION;
  if (equalAddress(TARGET, MESSENGER_ADDRESS) || equalAddress(TARGET, PASSER_ADDRESS)) return ERR_UNSAFE_TARGET;
  hashMessage(nonce, minimumGas, message, length);
  code = requireAttempt();
  if (code != OK) return code;
  const done = deliver(message, length) == OK;
  addFlag(HASH, done ? RELAYED : FAILED);
  emitRelayed(HASH, done);
  return OK;
}
