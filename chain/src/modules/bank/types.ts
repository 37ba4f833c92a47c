import { BANK } from '../../kernel/memory';

/** A word that holds one u128 in its low half: balance, supply or allowance. */
@unmanaged
export class AmountWord {
  low: u64;
  high: u64;
  /** Always zero. */
  unused0: u64;
  unused1: u64;
}

/** Scratch words: the account that gives, the one that receives, and the total. */
export const FROM_WORD: usize = BANK + 0x100;
export const TO_WORD: usize = BANK + 0x120;
export const SUPPLY_WORD: usize = BANK + 0x140;
export const ALLOWANCE_WORD: usize = BANK + 0x160;

/** An allowance of 2^128 - 1 is unlimited: it is not used up, and reads back as 2^256 - 1. */
export function isUnlimited(allowance: usize): bool {
  const word = changetype<AmountWord>(allowance);
  return word.low == u64.MAX_VALUE && word.high == u64.MAX_VALUE;
}
