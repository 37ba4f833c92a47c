import { copyBytes, roundToWord, zeroBytes } from '../../kernel/bytes';
import { openRecord, putAddressWord, putAmountWord, putNumberWord } from '../../kernel/event-record';
import { copyWord } from '../../kernel/bytes';
import { MESSENGER_ADDRESS, BRIDGE_ADDRESS, PASSER_ADDRESS, TOKEN_FACTORY_ADDRESS } from './types';
import {
  TOPIC_FAILED_RELAYED_MESSAGE,
  TOPIC_MESSAGE_PASSED,
  TOPIC_RELAYED_MESSAGE,
  TOPIC_SENT_MESSAGE,
  TOPIC_SENT_MESSAGE_EXTENSION,
} from './topics';
import { TOPIC_MINTABLE_TOKEN_CREATED, TOPIC_STANDARD_L2_TOKEN_CREATED } from '../token/topics';

/** Events of the op-stack's predeploys. Data with a dynamic part is head words, then length and padded bytes. */

/** Length word and zero-padded bytes at `out`. */
export function putBytes(out: usize, from: usize, length: u32): void {
  putNumberWord(out, u64(length));
  zeroBytes(out + 32, roundToWord(length));
  copyBytes(out + 32, from, length);
}

/** Nonce word: version 1 in the top 16 bits. */
export function putNonceWord(out: usize, nonce: u64): void {
  putNumberWord(out, nonce);
  store<u8>(out + 1, 1);
}

/** `MessagePassed(nonce, sender, target, value, gasLimit, data, withdrawalHash)` of the message passer. */
export function emitMessagePassed(
  nonce: u64,
  sender: usize,
  target: usize,
  value: usize,
  gasLimit: u64,
  data: usize,
  length: u32,
  hash: usize,
): void {
  const words = openRecord(PASSER_ADDRESS, TOPIC_MESSAGE_PASSED, 4, 160 + roundToWord(length));
  putNonceWord(words, nonce);
  putAddressWord(words + 32, sender);
  putAddressWord(words + 64, target);
  putAmountWord(words + 96, value);
  putNumberWord(words + 128, gasLimit);
  putNumberWord(words + 160, 128);
  copyWord(words + 192, hash);
  putBytes(words + 224, data, length);
}

/** `SentMessage(target, sender, message, messageNonce, gasLimit)` and, right after it, `SentMessageExtension1(sender, value)`. */
export function emitSentMessage(
  target: usize,
  sender: usize,
  message: usize,
  length: u32,
  nonce: u64,
  gasLimit: u64,
  value: usize,
): void {
  const words = openRecord(MESSENGER_ADDRESS, TOPIC_SENT_MESSAGE, 2, 160 + roundToWord(length));
  putAddressWord(words, target);
  putAddressWord(words + 32, sender);
  putNumberWord(words + 64, 128);
  putNonceWord(words + 96, nonce);
  putNumberWord(words + 128, gasLimit);
  putBytes(words + 160, message, length);
  const extension = openRecord(MESSENGER_ADDRESS, TOPIC_SENT_MESSAGE_EXTENSION, 2, 32);
  putAddressWord(extension, sender);
  putAmountWord(extension + 32, value);
}

/** `RelayedMessage(hash)` or `FailedRelayedMessage(hash)` of the messenger. */
export function emitRelayed(hash: usize, done: bool): void {
  copyWord(openRecord(MESSENGER_ADDRESS, done ? TOPIC_RELAYED_MESSAGE : TOPIC_FAILED_RELAYED_MESSAGE, 2, 0), hash);
}

/**
 * An event of the standard bridge with three indexed addresses: `topic(a, b, from, to, amount, extraData)`: WithdrawalInitiated,
 * DepositFinalized, ERC20BridgeInitiated, ERC20BridgeFinalized.
 */
export function emitTokenMove(
  topic: usize,
  a: usize,
  b: usize,
  from: usize,
  to: usize,
  amount: usize,
  extra: usize,
  length: u32,
): void {
  const words = openRecord(BRIDGE_ADDRESS, topic, 4, 128 + roundToWord(length));
  putAddressWord(words, a);
  putAddressWord(words + 32, b);
  putAddressWord(words + 64, from);
  putAddressWord(words + 96, to);
  putAmountWord(words + 128, amount);
  putNumberWord(words + 160, 96);
  putBytes(words + 192, extra, length);
}

/** `topic(from, to, amount, extraData)` of the standard bridge: ETHBridgeInitiated, ETHBridgeFinalized. */
export function emitEtherMove(topic: usize, from: usize, to: usize, amount: usize, extra: usize, length: u32): void {
  const words = openRecord(BRIDGE_ADDRESS, topic, 3, 96 + roundToWord(length));
  putAddressWord(words, from);
  putAddressWord(words + 32, to);
  putAmountWord(words + 64, amount);
  putNumberWord(words + 96, 64);
  putBytes(words + 128, extra, length);
}

/** `StandardL2TokenCreated(remote, local)` and `OptimismMintableERC20Created(local, remote, deployer)` of the token factory. */
export function emitTokenCreated(local: usize, remote: usize, deployer: usize): void {
  const first = openRecord(TOKEN_FACTORY_ADDRESS, TOPIC_STANDARD_L2_TOKEN_CREATED, 3, 0);
  putAddressWord(first, remote);
  putAddressWord(first + 32, local);
  const second = openRecord(TOKEN_FACTORY_ADDRESS, TOPIC_MINTABLE_TOKEN_CREATED, 3, 32);
  putAddressWord(second, local);
  putAddressWord(second + 32, remote);
  putAddressWord(second + 64, deployer);
}
