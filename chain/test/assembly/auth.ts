import { CONTEXT_DOMAIN, block } from '../../src/kernel/block-context';
import { readEnvelope } from '../../src/modules/auth/envelope';
import { readPacked } from '../../src/modules/auth/packed';
import { hashDomain } from '../../src/modules/auth/typed-data';
import { SENDER, TRANSACTION_HASH, transaction } from '../../src/modules/auth/types';

/** The decoders of auth for the tests. */

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
