import { CONTEXT_DOMAIN, block } from '../../src/kernel/block-context';
import { copyAddress } from '../../src/kernel/bytes';
import { OK } from '../../src/kernel/errors';
import { readEnvelope } from '../../src/modules/auth/envelope';
import { checkNonce, checkSequence, consumeNonce, consumeSequence } from '../../src/modules/auth/keeper';
import { readPacked } from '../../src/modules/auth/packed';
import { hashDomain } from '../../src/modules/auth/typed-data';
import { SENDER, TRANSACTION_HASH, transaction } from '../../src/modules/auth/types';

/** The decoders of auth and its replay protection for the tests. */

export { isNonceCounted, isSequenceCounted } from '../../src/modules/auth/invariants';
export { nonceOf, sequenceOf } from '../../src/modules/auth/keeper';

export { packedEnd } from '../../src/modules/auth/packed';
export { putSingleSwapTypeHash, putTypeHash } from '../../src/modules/auth/type-strings';

export function configure(chainId: u64, timestamp: u64): void {
  block().chainId = chainId;
  block().timestamp = timestamp;
  hashDomain(CONTEXT_DOMAIN);
}

export function domain(): usize {
  return CONTEXT_DOMAIN;
}

export function envelope(from: usize, length: u32): u32 {
  return readEnvelope(from, length);
}

export function packed(from: usize, length: u32): u32 {
  return readPacked(from, length);
}

export function sender(): usize {
  return SENDER;
}

export function transactionHash(): usize {
  return TRANSACTION_HASH;
}

export function nonce(): u64 {
  return transaction().nonce;
}

export function lane(): u32 {
  return transaction().lane;
}

export function deadline(): u64 {
  return transaction().deadline;
}

/** Uses the next nonce of an account as an Ethereum transaction does. Fails: those of `checkNonce`. */
export function useNonce(account: usize, nonce: u64): u32 {
  copyAddress(SENDER, account);
  const code = checkNonce(nonce);
  if (code == OK) consumeNonce();
  return code;
}

/** Uses the next sequence of a lane as a packed transaction does. Fails: those of `checkSequence`. */
export function useSequence(account: usize, lane: u32, sequence: u64): u32 {
  copyAddress(SENDER, account);
  const code = checkSequence(lane, sequence);
  if (code == OK) consumeSequence(lane);
  return code;
}
