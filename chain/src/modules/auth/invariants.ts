import { nonceOf, sequenceOf } from './keeper';

/** Statements about an account that always hold. How many transactions were used is the caller's to count: the state knows only the next number. */

/** The next nonce is the number of the account's Ethereum transactions in blocks, so none was used twice or left out. */
export function isNonceCounted(account: usize, used: u64): bool {
  return nonceOf(account) == used;
}

/** The next sequence of a lane is the number of packed transactions in it, whatever its neighbours in the same word did. */
export function isSequenceCounted(account: usize, lane: u32, used: u64): bool {
  return sequenceOf(account, lane) == used;
}
