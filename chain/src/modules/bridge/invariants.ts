import { BRIDGE } from '../../kernel/memory';
import { readState } from '../../kernel/store';
import { add128, equal128 } from '../../math/u128';
import { supplyOf } from '../bank/keeper';
import { loadNonces } from './keeper';
import { relayedKey, sentKey } from './keys';
import { FAILED, RELAYED, noncesWord } from './types';

/** Statements about the bridge that always hold. What L1 holds in escrow is the caller's to say. */

const SUM: usize = BRIDGE + 0x360;
const WORD: usize = BRIDGE + 0x380;

/**
 * The supply of ETH or of a bridged token, and what waits in messages not relayed yet, are what L1 holds in escrow less the withdrawals
 * that it will pay. u128 pointers, base units.
 */
export function isEscrowed(token: u64, escrow: usize, waiting: usize): bool {
  supplyOf(token, SUM);
  return !add128(SUM, SUM, waiting) && equal128(SUM, escrow);
}

/** Every message is a withdrawal too, so the messenger never counts more than the message passer. */
export function areNoncesOrdered(): bool {
  loadNonces();
  return noncesWord().messenger <= noncesWord().passer;
}

/** Whether the word at `key` holds one byte, at most `maximum`, and nothing else. */
function isByte(key: usize, maximum: u8): bool {
  readState(key, WORD);
  const rest = load<u64>(WORD, 8) | load<u64>(WORD, 16) | load<u64>(WORD, 24);
  return rest == 0 && load<u64>(WORD) <= u64(maximum);
}

/** The word of a withdrawal, which L1 proves byte by byte, is 0 or 1. */
export function isMarkPlain(withdrawalHash: usize): bool {
  return isByte(sentKey(withdrawalHash), 1);
}

/** A message is unknown, failed, relayed, or failed and relayed later. */
export function areFlagsKnown(messageHash: usize): bool {
  return isByte(relayedKey(messageHash), RELAYED | FAILED);
}
