import { OK } from '../../kernel/errors';
import { poolReference } from '../../kernel/entity';
import { SWAP } from '../../kernel/memory';
import { isZero128 } from '../../math/u128';
import { less256, multiply128 } from '../../math/u256';
import { supplyOf } from '../bank/keeper';
import { loadPool } from './keeper';
import { exceedsLimit } from './quote';
import { RESERVE0, RESERVE1, loadedPool, poolWord } from './types';

/**
 * Statements about the loaded pool that always hold; `checkPool(pool)` of the factory asks them. Sums over the whole state are the host's to
 * compute from the keys in the README.
 */

const LIQUIDITY: usize = SWAP + 0x8c0;
const SQUARE: usize = SWAP + 0x8e0;
const PRODUCT: usize = SWAP + 0x900;

/** L^2 <= x * y. Mints round down from equality, burns leave more than their share, swaps only raise x * y. */
export function isLiquidityBacked(): bool {
  supplyOf(poolReference(loadedPool().index), LIQUIDITY);
  multiply128(SQUARE, LIQUIDITY, LIQUIDITY);
  multiply128(PRODUCT, RESERVE0, RESERVE1);
  return !less256(PRODUCT, SQUARE);
}

/** Both reserves are below 2^112, and both are zero or neither. */
export function areReservesBounded(): bool {
  return !exceedsLimit(RESERVE0) && !exceedsLimit(RESERVE1) && isZero128(RESERVE0) == isZero128(RESERVE1);
}

/** Token 0 is the lower of two different tokens. */
export function areTokensOrdered(): bool {
  return poolWord().token0 < poolWord().token1;
}

/** Whether every statement holds for a pool; also when there is no such pool. */
export function isPoolSound(pool: u32): bool {
  if (loadPool(pool) != OK) return true;
  return isLiquidityBacked() && areReservesBounded() && areTokensOrdered();
}
