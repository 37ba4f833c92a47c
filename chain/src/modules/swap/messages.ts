import { OK } from '../../kernel/errors';
import { requireRecipient } from '../bank/keeper';
import { requireToken } from './tokens';
import { deposit, openPool, withdraw } from './liquidity';
import { directRoute, routeExactIn, routeExactOut, setRoute, tradeExactIn, tradeExactOut } from './trade';

/**
 * Handlers of the packed operations (docs/spec/transactions.md), also used by the router. `account` acts and pays, `to` receives; pools are
 * u32 indices. Each checks who and what is named, then leaves the work to the rules.
 */

/** Prepares a route of two or three hops. Fails: ERR_ROUTE_LENGTH, ERR_ROUTE_REPEATS, ERR_ROUTE_BROKEN, ERR_POOL_UNKNOWN. */
function prepareRoute(pools: usize, count: u32, zeroForOne: bool): u32 {
  const code = setRoute(pools, count);
  return code != OK ? code : directRoute(count, zeroForOne);
}

/**
 * Swap, SwapRoute: an exact input through `count` pools, at least `minimumOut` out of the last.
 * Fails: those of the bank's recipient check, of the route and of the trade.
 */
export function swapExactIn(
  account: usize,
  to: usize,
  pools: usize,
  count: u32,
  zeroForOne: bool,
  amountIn: usize,
  minimumOut: usize,
): u32 {
  let code = requireRecipient(to);
  if (code != OK) return code;
  if (count == 1) return tradeExactIn(account, to, load<u32>(pools), zeroForOne, amountIn, minimumOut);
  code = prepareRoute(pools, count, zeroForOne);
  return code != OK ? code : routeExactIn(account, to, count, amountIn, minimumOut);
}

/** SwapExactOut, SwapRouteExactOut: an exact output for at most `maximumIn`. Fails: as `swapExactIn`. */
export function swapExactOut(
  account: usize,
  to: usize,
  pools: usize,
  count: u32,
  zeroForOne: bool,
  amountOut: usize,
  maximumIn: usize,
): u32 {
  let code = requireRecipient(to);
  if (code != OK) return code;
  if (count == 1) return tradeExactOut(account, to, load<u32>(pools), zeroForOne, amountOut, maximumIn);
  code = prepareRoute(pools, count, zeroForOne);
  return code != OK ? code : routeExactOut(account, to, count, amountOut, maximumIn);
}

/** AddLiquidity. Fails: those of the recipient check and of `deposit`. */
export function addLiquidity(
  account: usize,
  to: usize,
  pool: u32,
  amount0: usize,
  amount1: usize,
  minimum0: usize,
  minimum1: usize,
): u32 {
  const code = requireRecipient(to);
  return code != OK ? code : deposit(account, to, pool, amount0, amount1, minimum0, minimum1);
}

/** RemoveLiquidity. Fails: those of the recipient check and of `withdraw`. */
export function removeLiquidity(
  account: usize,
  to: usize,
  pool: u32,
  liquidity: usize,
  minimum0: usize,
  minimum1: usize,
): u32 {
  const code = requireRecipient(to);
  return code != OK ? code : withdraw(account, to, pool, liquidity, minimum0, minimum1);
}

/** CreatePool: anyone may open the pool of two existing tokens. Fails: those of `requireToken` and of `openPool`. */
export function createPool(_account: usize, tokenA: u64, tokenB: u64): u32 {
  let code = requireToken(tokenA);
  if (code != OK) return code;
  code = requireToken(tokenB);
  return code != OK ? code : openPool(tokenA, tokenB);
}
