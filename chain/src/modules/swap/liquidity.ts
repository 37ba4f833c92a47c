import { now } from '../../kernel/block-context';
import { OK } from '../../kernel/errors';
import { zeroWord } from '../../kernel/bytes';
import { poolReference } from '../../kernel/entity';
import { SWAP } from '../../kernel/memory';
import { add128, copy128, isZero128, less128, set128, subtract128 } from '../../math/u128';
import { mulDiv128, multiply128, sqrt256 } from '../../math/u256';
import { ZERO_ADDRESS, burn, credit, debit, mint, supplyOf } from '../bank/keeper';
import { emitTransfer } from '../bank/events';
import {
  ERR_AMOUNT0_TOO_LOW,
  ERR_AMOUNT1_TOO_LOW,
  ERR_AMOUNT_ZERO,
  ERR_IDENTICAL_TOKENS,
  ERR_LIQUIDITY_TOO_LOW,
  ERR_POOL_COUNT,
  ERR_POOL_EXISTS,
  ERR_RESERVE_LIMIT,
} from './errors';
import { emitBurn, emitMint, emitPairCreated, emitSync, poolAddress } from './events';
import { loadPool, pairIndex, poolCount, storeNewPool, storeReserves } from './keeper';
import { DEFAULT_LP_BPS, MINIMUM_LIQUIDITY } from './params';
import { touchPrice } from './price';
import { exceedsLimit, quoteRatio } from './quote';
import { POOL_WORD, RESERVE0, RESERVE1, loadedPool, poolWord } from './types';

/** Opening pools, adding and removing liquidity. Amounts are u128; shares are rounded in favour of the pool. */

/** Amounts that really move, and the liquidity of the step; u128 each. */
export const AMOUNT0: usize = SWAP + 0x600;
export const AMOUNT1: usize = SWAP + 0x610;
export const LIQUIDITY: usize = SWAP + 0x620;
const OTHER_LIQUIDITY: usize = SWAP + 0x630;
const TOTAL: usize = SWAP + 0x640;
const LOCKED: usize = SWAP + 0x650;
const PRODUCT: usize = SWAP + 0x660;

/** Opens the pool of a pair of existing tokens; answers through `loadedPool().index`. Fails: ERR_IDENTICAL_TOKENS, ERR_POOL_EXISTS, ERR_POOL_COUNT. */
export function openPool(tokenA: u64, tokenB: u64): u32 {
  if (tokenA == tokenB) return ERR_IDENTICAL_TOKENS;
  if (pairIndex(tokenA, tokenB) != 0) return ERR_POOL_EXISTS;
  const index = poolCount();
  if (index >= u32.MAX_VALUE - 1) return ERR_POOL_COUNT;
  zeroWord(POOL_WORD);
  const pool = poolWord();
  pool.token0 = tokenA < tokenB ? tokenA : tokenB;
  pool.token1 = tokenA < tokenB ? tokenB : tokenA;
  pool.created = now();
  pool.lpBps = DEFAULT_LP_BPS;
  storeNewPool(index);
  loadedPool().index = index;
  emitPairCreated(index + 1);
  return OK;
}

/**
 * Chooses AMOUNT0 and AMOUNT1 at the pool's ratio, at most the wanted ones and at least the minimums, as Uniswap V2's router does.
 * Fails: ERR_AMOUNT0_TOO_LOW, ERR_AMOUNT1_TOO_LOW, those of `quoteRatio`.
 */
function chooseAmounts(wanted0: usize, wanted1: usize, minimum0: usize, minimum1: usize): u32 {
  copy128(AMOUNT0, wanted0);
  copy128(AMOUNT1, wanted1);
  if (isZero128(RESERVE0) && isZero128(RESERVE1)) return OK;
  let code = quoteRatio(AMOUNT1, wanted0, RESERVE0, RESERVE1);
  if (code == OK && !less128(wanted1, AMOUNT1)) return less128(AMOUNT1, minimum1) ? ERR_AMOUNT1_TOO_LOW : OK;
  if (code == ERR_AMOUNT_ZERO) return code;
  // Here the other token is the scarce one; its counterpart is below `wanted0`, so it fits.
  copy128(AMOUNT1, wanted1);
  code = quoteRatio(AMOUNT0, wanted1, RESERVE1, RESERVE0);
  if (code != OK) return code;
  return less128(AMOUNT0, minimum0) ? ERR_AMOUNT0_TOO_LOW : OK;
}

/** First mint: LIQUIDITY = sqrt(x * y) - 1000, the 1000 locked at the zero address. Fails: ERR_LIQUIDITY_TOO_LOW. */
function firstLiquidity(token: u64): u32 {
  multiply128(PRODUCT, AMOUNT0, AMOUNT1);
  sqrt256(LIQUIDITY, PRODUCT);
  set128(LOCKED, MINIMUM_LIQUIDITY, 0);
  if (!less128(LOCKED, LIQUIDITY)) return ERR_LIQUIDITY_TOO_LOW;
  subtract128(LIQUIDITY, LIQUIDITY, LOCKED);
  return mint(token, ZERO_ADDRESS, LOCKED);
}

/** Later mints: LIQUIDITY = min(dx * L / x, dy * L / y), floor. Fails: ERR_RESERVE_LIMIT, ERR_LIQUIDITY_TOO_LOW. */
function laterLiquidity(): u32 {
  if (mulDiv128(LIQUIDITY, AMOUNT0, TOTAL, RESERVE0)) return ERR_RESERVE_LIMIT;
  if (mulDiv128(OTHER_LIQUIDITY, AMOUNT1, TOTAL, RESERVE1)) return ERR_RESERVE_LIMIT;
  if (less128(OTHER_LIQUIDITY, LIQUIDITY)) copy128(LIQUIDITY, OTHER_LIQUIDITY);
  return isZero128(LIQUIDITY) ? ERR_LIQUIDITY_TOO_LOW : OK;
}

/** Takes one side from the sender into the pool. Fails: ERR_RESERVE_LIMIT, those of the bank. */
function payIn(token: u64, sender: usize, amount: usize, reserve: usize): u32 {
  if (exceedsLimit(amount)) return ERR_RESERVE_LIMIT;
  const code = debit(token, sender, amount);
  if (code != OK) return code;
  add128(reserve, reserve, amount);
  if (exceedsLimit(reserve)) return ERR_RESERVE_LIMIT;
  emitTransfer(token, sender, poolAddress(), amount);
  return OK;
}

function payInBoth(sender: usize): u32 {
  const code = payIn(poolWord().token0, sender, AMOUNT0, RESERVE0);
  return code != OK ? code : payIn(poolWord().token1, sender, AMOUNT1, RESERVE1);
}

/**
 * Adds liquidity to a pool: `sender` pays, `to` gets the LP tokens. AMOUNT0, AMOUNT1 and LIQUIDITY tell what happened.
 * Fails: ERR_POOL_UNKNOWN, those of `chooseAmounts` and of the mint, those of the bank.
 */
export function deposit(
  sender: usize,
  to: usize,
  pool: u32,
  wanted0: usize,
  wanted1: usize,
  minimum0: usize,
  minimum1: usize,
): u32 {
  let code = loadPool(pool);
  if (code != OK) return code;
  code = chooseAmounts(wanted0, wanted1, minimum0, minimum1);
  if (code != OK) return code;
  const token = poolReference(pool);
  supplyOf(token, TOTAL);
  code = isZero128(TOTAL) ? firstLiquidity(token) : laterLiquidity();
  if (code != OK) return code;
  touchPrice();
  code = payInBoth(sender);
  if (code != OK) return code;
  code = mint(token, to, LIQUIDITY);
  if (code != OK) return code;
  storeReserves(now());
  emitSync();
  emitMint(sender, AMOUNT0, AMOUNT1);
  return OK;
}

/** Pays one side out of the pool. Fails: those of the bank. */
function payOut(token: u64, to: usize, amount: usize, reserve: usize): u32 {
  subtract128(reserve, reserve, amount);
  const code = credit(token, to, amount);
  if (code != OK) return code;
  emitTransfer(token, poolAddress(), to, amount);
  return OK;
}

function payOutBoth(to: usize): u32 {
  const code = payOut(poolWord().token0, to, AMOUNT0, RESERVE0);
  return code != OK ? code : payOut(poolWord().token1, to, AMOUNT1, RESERVE1);
}

/** AMOUNT0 and AMOUNT1 = shares of the reserves, floor. Fails: ERR_LIQUIDITY_TOO_LOW, ERR_AMOUNT0_TOO_LOW, ERR_AMOUNT1_TOO_LOW. */
function shareOfReserves(liquidity: usize, minimum0: usize, minimum1: usize): u32 {
  if (less128(TOTAL, liquidity) || isZero128(liquidity)) return ERR_LIQUIDITY_TOO_LOW;
  mulDiv128(AMOUNT0, liquidity, RESERVE0, TOTAL);
  mulDiv128(AMOUNT1, liquidity, RESERVE1, TOTAL);
  if (isZero128(AMOUNT0) || isZero128(AMOUNT1)) return ERR_LIQUIDITY_TOO_LOW;
  if (less128(AMOUNT0, minimum0)) return ERR_AMOUNT0_TOO_LOW;
  return less128(AMOUNT1, minimum1) ? ERR_AMOUNT1_TOO_LOW : OK;
}

/**
 * Removes liquidity: burns LP tokens of `sender` and pays both shares to `to`. AMOUNT0 and AMOUNT1 tell how much.
 * Fails: ERR_POOL_UNKNOWN, those of `shareOfReserves`, those of the bank.
 */
export function withdraw(sender: usize, to: usize, pool: u32, liquidity: usize, minimum0: usize, minimum1: usize): u32 {
  let code = loadPool(pool);
  if (code != OK) return code;
  const token = poolReference(pool);
  supplyOf(token, TOTAL);
  code = shareOfReserves(liquidity, minimum0, minimum1);
  if (code != OK) return code;
  touchPrice();
  code = burn(token, sender, liquidity);
  if (code != OK) return code;
  code = payOutBoth(to);
  if (code != OK) return code;
  storeReserves(now());
  emitSync();
  emitBurn(sender, to, AMOUNT0, AMOUNT1);
  return OK;
}
