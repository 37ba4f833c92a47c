import { readState } from '../../kernel/store';
import { BANK } from '../../kernel/memory';
import { add128, copy128, equal128, less128 } from '../../math/u128';
import { balanceOf, supplyOf } from './keeper';
import { balanceKey, supplyKey } from './keys';

/** Statements about one token that always hold. The rules cannot list accounts, so the caller names the holders. */

const SUM: usize = BANK + 0x200;
const PART: usize = BANK + 0x220;
const WORD: usize = BANK + 0x240;

/**
 * The supply of a token is what `count` holders have, plus `elsewhere`, a u128: pool reserves, fee buckets and fee pots. Holders are
 * addresses 32 bytes apart; each account is named once.
 */
export function isSupplyHeld(token: u64, holders: usize, count: u32, elsewhere: usize): bool {
  copy128(SUM, elsewhere);
  for (let i: u32 = 0; i < count; i++) {
    balanceOf(token, holders + (usize(i) << 5), PART);
    if (add128(SUM, SUM, PART)) return false;
  }
  supplyOf(token, PART);
  return equal128(SUM, PART);
}

/** No balance exceeds the supply, which is why a credit after a mint cannot overflow. */
export function isBalanceBounded(token: u64, account: usize): bool {
  balanceOf(token, account, PART);
  supplyOf(token, SUM);
  return !less128(SUM, PART);
}

function isPlain(key: usize): bool {
  readState(key, WORD);
  return load<u64>(WORD, 16) == 0 && load<u64>(WORD, 24) == 0;
}

/** The words of balance and supply hold one u128 in their low half, and nothing above it. */
export function areWordsPlain(token: u64, account: usize): bool {
  return isPlain(balanceKey(token, account)) && isPlain(supplyKey(token));
}
