import { TOKEN_DCEP, indexOf } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { copyAddress, isZeroAddress } from '../../kernel/bytes';
import { TOKEN } from '../../kernel/memory';
import { add128, equal128 } from '../../math/u128';
import { allowanceOf } from '../bank/keeper';
import { isUnlimited } from '../bank/types';
import { loadToken, standsFor, tokenCount, tokenExists, tokenOfL1 } from './keeper';
import { MAXIMUM_NAME_BYTES, MAXIMUM_SYMBOL_BYTES } from './params';
import { TOKEN_WORD_L1_TOKEN, tokenWord } from './types';

/** Statements about one token, or one allowance, that always hold. */

const L1_TOKEN: usize = TOKEN + 0x2a0;
const LEFT: usize = TOKEN + 0x2c0;

/** A token exists for every index below the count, except DCEP's on a chain without it, and for none from the count on. */
export function isIndexDense(index: u32): bool {
  const exists = tokenExists(index);
  if (index >= tokenCount()) return !exists;
  return exists || index == indexOf(TOKEN_DCEP);
}

/** A token has a name of 1 to MAXIMUM_NAME_BYTES and a symbol of 1 to MAXIMUM_SYMBOL_BYTES. */
export function areTextsBounded(index: u32): bool {
  if (loadToken(index) != OK) return true;
  const name = u32(tokenWord().nameLength);
  const symbol = u32(tokenWord().symbolLength);
  return name > 0 && name <= MAXIMUM_NAME_BYTES && symbol > 0 && symbol <= MAXIMUM_SYMBOL_BYTES;
}

/** The look-up of a token's L1 token finds that token, or an earlier one of the same L1 token. */
export function isLookupFirst(index: u32): bool {
  if (loadToken(index) != OK || isZeroAddress(TOKEN_WORD_L1_TOKEN)) return true;
  copyAddress(L1_TOKEN, TOKEN_WORD_L1_TOKEN);
  const first = tokenOfL1(L1_TOKEN);
  return first != 0 && first <= index && standsFor(first, L1_TOKEN);
}

/** What a spender moved since the approval and what it may still move make up the approval, or that was unlimited and still is. u128 pointers. */
export function isAllowanceKept(token: u64, owner: usize, spender: usize, approved: usize, moved: usize): bool {
  allowanceOf(token, owner, spender, LEFT);
  if (isUnlimited(approved)) return isUnlimited(LEFT);
  return !add128(LEFT, LEFT, moved) && equal128(LEFT, approved);
}
