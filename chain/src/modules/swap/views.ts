import {
  KIND_POOL,
  NO_ENTITY,
  entityAddress,
  indexOf,
  kindOf,
  poolReference,
  referenceOf,
  tokenReferenceOf,
} from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import {
  argumentAddress,
  argumentAmount,
  argumentError,
  argumentNumberSaturated,
  beginArguments,
} from '../../kernel/abi';
import { returnAddress, returnAmount, returnAmount256, returnNumber } from '../../kernel/result';
import { SWAP } from '../../kernel/memory';
import { copy128 } from '../../math/u128';
import { ZERO_ADDRESS } from '../bank/keeper';
import { ERR_TOKEN_UNKNOWN } from '../token/errors';
import { bucketsOf } from './buckets';
import { ERR_POOL_UNKNOWN } from './errors';
import { createPool } from './messages';
import { caller, requireWritableWithoutValue } from '../../kernel/call';
import { isPoolSound } from './invariants';
import { loadAccumulator, loadPool, pairIndex, poolCount } from './keeper';
import { pathHops, preparePath, readPath, returnPathAmounts } from './path';
import { meanPrice } from './price';
import { quoteInput, quoteOutput, quoteRatio } from './quote';
import { quoteRouteIn, quoteRouteOut, routeAmount } from './trade';
import { RESERVE0, RESERVE1, accumulator, loadedPool, poolWord } from './types';

/** Reads of the exchange, shaped as those of Uniswap V2's factory, pairs and router, and two of our own: `twap` and `buckets`. */

const ADDRESS: usize = SWAP + 0x800;
const FIRST: usize = SWAP + 0x820;
const SECOND: usize = SWAP + 0x840;
const THIRD: usize = SWAP + 0x860;
const BUCKETS: usize = SWAP + 0x880;

function returnEntity(reference: u64): void {
  entityAddress(ADDRESS, reference);
  returnAddress(ADDRESS);
}

/** `token0()` or `token1()` of the loaded pool. */
export function viewPoolToken(first: bool): u32 {
  returnEntity(first ? poolWord().token0 : poolWord().token1);
  return OK;
}

/** `getReserves()`: both reserves and the time of the last change modulo 2^32. */
export function viewReserves(): u32 {
  returnAmount(RESERVE0);
  returnAmount(RESERVE1);
  returnNumber(loadedPool().lastChange & 0xffff_ffff);
  return OK;
}

/** `price0CumulativeLast()` or `price1CumulativeLast()`: the accumulator at the last change. */
export function viewAccumulator(side: u32): u32 {
  loadAccumulator(loadedPool().index, side);
  returnAmount256(accumulator(side));
  return OK;
}

/** `getPair(tokenA, tokenB)`: zero when there is no pool. */
export function viewPair(): u32 {
  beginArguments(2);
  const tokenA = tokenReferenceOf(argumentAddress(0));
  const tokenB = tokenReferenceOf(argumentAddress(1));
  if (argumentError() != OK) return argumentError();
  const index = pairIndex(tokenA, tokenB);
  if (index == 0) returnAddress(ZERO_ADDRESS);
  else returnEntity(poolReference(index - 1));
  return OK;
}

/** `allPairs(index)`. Fails: ERR_POOL_UNKNOWN. */
export function viewPairAt(): u32 {
  beginArguments(1);
  const index = argumentNumberSaturated(0);
  if (argumentError() != OK) return argumentError();
  if (index >= u64(poolCount())) return ERR_POOL_UNKNOWN;
  returnEntity(poolReference(u32(index)));
  return OK;
}

/** `createPair(tokenA, tokenB)`: a message, answered with the new pool's address. Fails: as `createPool`. */
export function callCreatePair(): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(2);
  const tokenA = tokenReferenceOf(argumentAddress(0));
  const tokenB = tokenReferenceOf(argumentAddress(1));
  if (argumentError() != OK) return argumentError();
  code = createPool(caller(), tokenA, tokenB);
  if (code == OK) returnEntity(poolReference(loadedPool().index));
  return code;
}

/**
 * `twap(pool, window)`: mean prices of the last `window` seconds, Q112, of token 0 in token 1 and the reverse.
 * Fails: ERR_POOL_UNKNOWN, ERR_PRICE_WINDOW, ERR_PRICE_HISTORY.
 */
export function viewMeanPrice(): u32 {
  beginArguments(2);
  const pool = referenceOf(argumentAddress(0));
  const window = argumentNumberSaturated(1);
  if (argumentError() != OK) return argumentError();
  if (kindOf(pool) != KIND_POOL) return ERR_POOL_UNKNOWN;
  let code = loadPool(indexOf(pool));
  if (code == OK) code = meanPrice(FIRST, 0, window);
  if (code == OK) code = meanPrice(SECOND, 1, window);
  if (code != OK) return code;
  returnAmount256(FIRST);
  returnAmount256(SECOND);
  return OK;
}

/** `buckets(token)`: tax, retained, promoters and reserve share collected in a token. Fails: ERR_TOKEN_UNKNOWN. */
export function viewBuckets(): u32 {
  beginArguments(1);
  const token = tokenReferenceOf(argumentAddress(0));
  if (argumentError() != OK) return argumentError();
  if (token == NO_ENTITY) return ERR_TOKEN_UNKNOWN;
  bucketsOf(token, BUCKETS);
  for (let i: usize = 0; i < 64; i += 16) returnAmount(BUCKETS + i);
  return OK;
}

/** `checkPool(pool)`: whether the invariants of one pool hold. Fails: ERR_POOL_UNKNOWN. */
export function viewPoolSoundness(): u32 {
  beginArguments(1);
  const pool = referenceOf(argumentAddress(0));
  if (argumentError() != OK) return argumentError();
  if (kindOf(pool) != KIND_POOL || indexOf(pool) >= poolCount()) return ERR_POOL_UNKNOWN;
  returnNumber(u64(isPoolSound(indexOf(pool))));
  return OK;
}

/** What the three pure quotes compute: 0 `getAmountOut`, 1 `getAmountIn`, 2 `quote`. */
function quoteBy(kind: u32): u32 {
  if (kind == 0) return quoteOutput(FIRST, FIRST, SECOND, THIRD);
  if (kind == 1) return quoteInput(FIRST, FIRST, SECOND, THIRD);
  return quoteRatio(FIRST, FIRST, SECOND, THIRD);
}

/** `getAmountOut`, `getAmountIn`, `quote` of (amount, reserve, reserve). Fails: as the functions of quote.ts. */
export function viewQuote(kind: u32): u32 {
  beginArguments(3);
  argumentAmount(0, FIRST);
  argumentAmount(1, SECOND);
  argumentAmount(2, THIRD);
  if (argumentError() != OK) return argumentError();
  const code = quoteBy(kind);
  if (code == OK) returnAmount(FIRST);
  return code;
}

/** `getAmountsOut(amountIn, path)` or `getAmountsIn(amountOut, path)`. Fails: as the route. */
export function viewRouteAmounts(exactIn: bool): u32 {
  beginArguments(2);
  argumentAmount(0, FIRST);
  let code = readPath(1);
  if (code == OK) code = preparePath();
  if (code != OK) return code;
  const hops = pathHops();
  copy128(routeAmount(exactIn ? 0 : hops), FIRST);
  code = exactIn ? quoteRouteOut(hops) : quoteRouteIn(hops);
  if (code == OK) returnPathAmounts();
  return code;
}

/** An address that is always zero: `feeTo`, `feeToSetter`. */
export function viewZeroAddress(): u32 {
  returnAddress(ZERO_ADDRESS);
  return OK;
}

export function viewNumber(value: u64): u32 {
  returnNumber(value);
  return OK;
}

export function viewEntity(reference: u64): u32 {
  returnEntity(reference);
  return OK;
}
