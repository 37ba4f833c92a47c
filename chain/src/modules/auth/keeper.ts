import { OK } from '../../kernel/errors';
import { readState, writeState } from '../../kernel/store';
import { ERR_NONCE_TOO_HIGH, ERR_NONCE_TOO_LOW, ERR_SEQUENCE } from './errors';
import { INLINE_LANES, accountKey, laneKey } from './keys';
import { ACCOUNT_KEY, ACCOUNT_WORD, SENDER } from './types';

/** Replay protection: one nonce per account for Ethereum transactions, and 2^32 lanes with a sequence each for packed ones. */

/** The account's next nonce. */
export function nonceOf(account: usize): u64 {
  accountKey(ACCOUNT_KEY, account);
  readState(ACCOUNT_KEY, ACCOUNT_WORD);
  return load<u64>(ACCOUNT_WORD);
}

/** Reads the word that holds a lane's next sequence and answers where in it that is. */
function readLane(account: usize, lane: u32): usize {
  if (lane < INLINE_LANES) accountKey(ACCOUNT_KEY, account);
  else laneKey(ACCOUNT_KEY, account, lane);
  readState(ACCOUNT_KEY, ACCOUNT_WORD);
  return lane < INLINE_LANES ? ACCOUNT_WORD + usize((lane + 1) << 3) : ACCOUNT_WORD + usize((lane & 3) << 3);
}

/** The lane's next sequence. */
export function sequenceOf(account: usize, lane: u32): u64 {
  return load<u64>(readLane(account, lane));
}

/** Checks the sender's nonce without using it. Fails: ERR_NONCE_TOO_LOW, ERR_NONCE_TOO_HIGH. */
export function checkNonce(nonce: u64): u32 {
  const next = nonceOf(SENDER);
  if (nonce < next) return ERR_NONCE_TOO_LOW;
  return nonce > next ? ERR_NONCE_TOO_HIGH : OK;
}

/** Uses the nonce that `checkNonce` accepted last. */
export function consumeNonce(): void {
  store<u64>(ACCOUNT_WORD, load<u64>(ACCOUNT_WORD) + 1);
  writeState(ACCOUNT_KEY, ACCOUNT_WORD);
}

/** Checks the sequence of a lane of the sender without using it. Fails: ERR_SEQUENCE. */
export function checkSequence(lane: u32, sequence: u64): u32 {
  const next = load<u64>(readLane(SENDER, lane));
  return next == sequence && sequence != u64.MAX_VALUE ? OK : ERR_SEQUENCE;
}

/** Uses the sequence that `checkSequence` accepted last. */
export function consumeSequence(lane: u32): void {
  const at = lane < INLINE_LANES ? ACCOUNT_WORD + usize((lane + 1) << 3) : ACCOUNT_WORD + usize((lane & 3) << 3);
  store<u64>(at, load<u64>(at) + 1);
  writeState(ACCOUNT_KEY, ACCOUNT_WORD);
}
