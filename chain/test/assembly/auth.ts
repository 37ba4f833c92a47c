import { CONTEXT_DOMAIN, block } from '../../src/kernel/block-context';
import { readEnvelope } from '../../src/modules/auth/envelope';
import { readPacked } from '../../src/modules/auth/packed';
import { hashDomain } from '../../src/modules/auth/typed-data';

/** The decoders of auth for the tests. */
export { SENDER_WORD, TRANSACTION_HASH, transaction } from '../../src/modules/auth/types';
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
