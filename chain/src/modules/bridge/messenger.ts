import { ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { copyBytes, roundToWord, zeroBytes } from '../../kernel/bytes';
import { callValue, caller, requireWritable, selector } from '../../kernel/call';
import {
  argumentAddress,
  argumentBytes,
  argumentError,
  argumentLength,
  argumentNumber,
  argumentWord,
  beginArguments,
} from '../../kernel/abi';
import { putAddressWord, putAmountWord, putNumberWord } from '../../kernel/event-record';
import { returnBool, returnNumber, returnText, returnWord } from '../../kernel/result';
import { ERR_GAS_LIMIT_RANGE, ERR_NO_SENDER } from './errors';
import { emitSentMessage, putNonceWord } from './events';
import { isFailed, isRelayed, loadL1Messenger, loadNonces, takeMessengerNonce } from './keeper';
import {
  MAXIMUM_MESSAGE_BYTES,
  MAXIMUM_RELAYED_BYTES,
  MESSAGE_VERSION,
  MINIMUM_GAS_CALLDATA_OVERHEAD,
  MINIMUM_GAS_DYNAMIC_DENOMINATOR,
  MINIMUM_GAS_DYNAMIC_NUMERATOR,
  RELAY_CALL_OVERHEAD,
  RELAY_CONSTANT_OVERHEAD,
  RELAY_GAS_CHECK_BUFFER,
  RELAY_RESERVED_GAS,
} from './params';
import { pass } from './passer';
import { callRelayMessage } from './relay';
import * as selectors from './selectors';
import { FLAG, MESSAGE, MESSENGER_ADDRESS, WITHDRAWAL_DATA, noncesWord } from './types';
import { viewAddress, viewBool, viewNumber } from './views';

/** The cross-domain messenger `0x4200...0007`: sends messages to L1; messages from L1 are in relay.ts. */

const HEAD_BYTES: u32 = 4 + 7 * 32;

/** Gas that a message of `length` bytes with a minimum for its target needs on L1, as the op-stack computes it. */
function baseGas(length: u32, minimumGas: u64): u64 {
  return (
    RELAY_CONSTANT_OVERHEAD +
    u64(length) * MINIMUM_GAS_CALLDATA_OVERHEAD +
    (minimumGas * MINIMUM_GAS_DYNAMIC_NUMERATOR) / MINIMUM_GAS_DYNAMIC_DENOMINATOR +
    RELAY_CALL_OVERHEAD +
    RELAY_RESERVED_GAS +
    RELAY_GAS_CHECK_BUFFER
  );
}

/** Wraps the message at MESSAGE into the call of the L1 messenger's `relayMessage`, in place. */
function encode(nonce: u64, sender: usize, target: usize, value: usize, minimumGas: u64, length: u32): void {
  store<u32>(WITHDRAWAL_DATA, bswap<u32>(selectors.RELAY_MESSAGE));
  const words = WITHDRAWAL_DATA + 4;
  putNonceWord(words, nonce);
  putAddressWord(words + 32, sender);
  putAddressWord(words + 64, target);
  putAmountWord(words + 96, value);
  putNumberWord(words + 128, minimumGas);
  putNumberWord(words + 160, 192);
  putNumberWord(words + 192, u64(length));
  zeroBytes(MESSAGE + usize(length), roundToWord(length) - length);
}

/**
 * Sends the `length` bytes at MESSAGE to `target` on L1 in the name of `sender`, with a value that `payer` pays.
 * Fails: those of `pass`.
 */
export function send(payer: usize, sender: usize, target: usize, value: usize, minimumGas: u64, length: u32): u32 {
  const nonce = takeMessengerNonce();
  encode(nonce, sender, target, value, minimumGas, length);
  const bytes = HEAD_BYTES + roundToWord(length);
  const code = pass(payer, MESSENGER_ADDRESS, loadL1Messenger(), value, baseGas(length, minimumGas), bytes);
  if (code != OK) return code;
  emitSentMessage(target, sender, MESSAGE, length, nonce, minimumGas, value);
  return OK;
}

/** A uint32 argument: minimum gas on L1. Fails: ERR_GAS_LIMIT_RANGE. */
export function checkMinimumGas(minimumGas: u64): u32 {
  return minimumGas > u64(u32.MAX_VALUE) ? ERR_GAS_LIMIT_RANGE : OK;
}

/** `sendMessage(target, message, minGasLimit)`, payable. */
function callSendMessage(): u32 {
  let code = requireWritable();
  if (code != OK) return code;
  beginArguments(3);
  const target = argumentAddress(0);
  const minimumGas = argumentNumber(2);
  const message = argumentBytes(1, MAXIMUM_MESSAGE_BYTES);
  const length = argumentLength();
  if (argumentError() != OK) return argumentError();
  code = checkMinimumGas(minimumGas);
  if (code != OK) return code;
  copyBytes(MESSAGE, message, length);
  return send(caller(), caller(), target, callValue(), minimumGas, length);
}

function viewMessageFlag(relayed: bool): u32 {
  beginArguments(1);
  const hash = argumentWord(0);
  if (argumentError() != OK) return argumentError();
  returnBool(relayed ? isRelayed(hash) : isFailed(hash));
  return OK;
}

function viewNonce(): u32 {
  loadNonces();
  putNonceWord(FLAG, noncesWord().messenger);
  returnWord(FLAG);
  return OK;
}

function viewBaseGas(): u32 {
  beginArguments(2);
  argumentBytes(0, MAXIMUM_RELAYED_BYTES);
  const length = argumentLength();
  const minimumGas = argumentNumber(1);
  if (argumentError() != OK) return argumentError();
  const code = checkMinimumGas(minimumGas);
  if (code == OK) returnNumber(baseGas(length, minimumGas));
  return code;
}

function callView(id: u32): u32 {
  if (id == selectors.SUCCESSFUL_MESSAGES) return viewMessageFlag(true);
  if (id == selectors.FAILED_MESSAGES) return viewMessageFlag(false);
  if (id == selectors.MESSAGE_NONCE) return viewNonce();
  if (id == selectors.BASE_GAS) return viewBaseGas();
  if (id == selectors.MESSAGE_VERSION_GETTER) return viewNumber(MESSAGE_VERSION);
  if (id == selectors.PAUSED) return viewBool(false);
  // A message is relayed within one call, so nobody can ask while it is.
  if (id == selectors.X_DOMAIN_MESSAGE_SENDER) return ERR_NO_SENDER;
  if (
    id == selectors.OTHER_MESSENGER ||
    id == selectors.OTHER_MESSENGER_GETTER ||
    id == selectors.L1_CROSS_DOMAIN_MESSENGER
  ) {
    return viewAddress(loadL1Messenger());
  }
  return ERR_UNKNOWN_SELECTOR;
}

/** A call of the messenger. Fails: ERR_UNKNOWN_SELECTOR, those of the function. */
export function callMessenger(): u32 {
  const id = selector();
  if (id == selectors.RELAY_MESSAGE) return callRelayMessage();
  if (id == selectors.SEND_MESSAGE) return callSendMessage();
  if (id != selectors.VERSION) return callView(id);
  returnText('2.0.0');
  return OK;
}
