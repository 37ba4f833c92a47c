import { copyAddress, zeroWord } from '../../kernel/bytes';
import { readState, writeState } from '../../kernel/store';
import { l1BridgeKey, l1MessengerKey, noncesKey, relayedKey, sentKey } from './keys';
import { FAILED, FLAG, FLAGS_WORD, L1_ADDRESS, L1_WORD, NONCES_WORD, RELAYED, noncesWord } from './types';

/** The only user of the bridge's part of the state. Hashes and addresses are pointers. */

/** Reads the address of the messenger on L1 into L1_ADDRESS. */
export function loadL1Messenger(): usize {
  readState(l1MessengerKey(), L1_WORD);
  return L1_ADDRESS;
}

/** Reads the address of the standard bridge on L1 into L1_ADDRESS. */
export function loadL1Bridge(): usize {
  readState(l1BridgeKey(), L1_WORD);
  return L1_ADDRESS;
}

/** Reads both nonces into `noncesWord()`. */
export function loadNonces(): void {
  readState(noncesKey(), NONCES_WORD);
}

function storeNonces(): void {
  writeState(noncesKey(), NONCES_WORD);
}

/** Answers the next nonce of the messenger and moves on. */
export function takeMessengerNonce(): u64 {
  loadNonces();
  const nonce = noncesWord().messenger;
  noncesWord().messenger = nonce + 1;
  storeNonces();
  return nonce;
}

/** Answers the next nonce of the message passer and moves on. */
export function takePasserNonce(): u64 {
  loadNonces();
  const nonce = noncesWord().passer;
  noncesWord().passer = nonce + 1;
  storeNonces();
  return nonce;
}

export function isSent(withdrawalHash: usize): bool {
  readState(sentKey(withdrawalHash), FLAG);
  return load<u8>(FLAG) != 0;
}

/** Marks a withdrawal as sent: the word that is proved on L1. */
export function storeSent(withdrawalHash: usize): void {
  zeroWord(FLAG);
  store<u8>(FLAG, 1);
  writeState(sentKey(withdrawalHash), FLAG);
}

function hasFlag(messageHash: usize, flag: u8): bool {
  readState(relayedKey(messageHash), FLAGS_WORD);
  return (load<u8>(FLAGS_WORD) & flag) != 0;
}

export function isRelayed(messageHash: usize): bool {
  return hasFlag(messageHash, RELAYED);
}

export function isFailed(messageHash: usize): bool {
  return hasFlag(messageHash, FAILED);
}

/** Adds a flag of a message. A message that failed and was relayed later has both, as in the op-stack. */
export function addFlag(messageHash: usize, flag: u8): void {
  const key = relayedKey(messageHash);
  readState(key, FLAGS_WORD);
  store<u8>(FLAGS_WORD, load<u8>(FLAGS_WORD) | flag);
  writeState(key, FLAGS_WORD);
}

/** out = address + 0x1111000000000000000000000000000000001111 modulo 2^160: what L1 makes of a contract that sends a delayed message. */
export function aliasAddress(out: usize, address: usize): void {
  copyAddress(out, address);
  let carry: u32 = 0;
  for (let i: i32 = 19; i >= 0; i--) {
    const offset: u32 = i >= 18 || i <= 1 ? 0x11 : 0;
    const sum = u32(load<u8>(out + usize(i))) + offset + carry;
    store<u8>(out + usize(i), u8(sum));
    carry = sum >> 8;
  }
}
