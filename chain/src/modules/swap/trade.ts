import { now } from '../../kernel/block-context';
import { OK } from '../../kernel/errors';
import { copyAddress } from '../../kernel/bytes';
import { entityAddress, poolReference } from '../../kernel/entity';
import { SWAP } from '../../kernel/memory';
import { add128, copy128, isZero128, less128, subtract128 } from '../../math/u128';
import { credit, debit } from '../bank/keeper';
import { emitTransfer } from '../bank/events';
import { collectFees } from './buckets';
import {
  ERR_INPUT_TOO_HIGH,
  ERR_OUTPUT_TOO_LOW,
  ERR_OUTPUT_ZERO,
  ERR_RESERVE_LIMIT,
  ERR_ROUTE_BROKEN,
  ERR_ROUTE_LENGTH,
  ERR_ROUTE_REPEATS,
} from './errors';
import { emitSwap, emitSync, poolAddress } from './events';
import { loadPool, storeReserves } from './keeper';
import { MAXIMUM_HOPS } from './params';
import { touchPrice } from './price';
import { exceedsLimit, quoteInput, quoteOutput } from './quote';
import { poolWord, reserveIn, reserveOut, tokenIn, tokenOut } from './types';

/**
 * Trades through one pool or a route of up to three. `sender` pays in and is named in the events, `to` gets the
 * output; both are pointers to addresses. Amounts are u128. What fails half way is undone by the rollback of the transaction.
 */

/** Amounts between the hops, u128 each: AMOUNTS[0] goes into the first pool, AMOUNTS[count] comes out of the last. */
const AMOUNTS: usize = SWAP + 0x500;
const FEES: usize = SWAP + 0x540;
/** Route: pool indices u32 and directions u32 of the hops. */
const POOLS: usize = SWAP + 0x560;
const DIRECTIONS: usize = SWAP + 0x570;
const FROM: usize = SWAP + 0x580;
const TO: usize = SWAP + 0x5a0;

/** Amount before hop `i`, or after the last. */
export function routeAmount(i: u32): usize {
  return AMOUNTS + (usize(i) << 4);
}

function hopPool(i: u32): u32 {
  return load<u32>(POOLS + (usize(i) << 2));
}

function hopDirection(i: u32): bool {
  return load<u32>(DIRECTIONS + (usize(i) << 2)) != 0;
}

/**
 * Changes the loaded pool's reserves by a trade whose amounts satisfy the quote: the input comes in, the fee buckets and the output
 * leave. Fails: ERR_OUTPUT_ZERO, ERR_RESERVE_LIMIT.
 */
function settle(zeroForOne: bool, amountIn: usize, amountOut: usize): u32 {
  if (isZero128(amountOut)) return ERR_OUTPUT_ZERO;
  touchPrice();
  const paidIn = reserveIn(zeroForOne);
  const paidOut = reserveOut(zeroForOne);
  collectFees(tokenIn(zeroForOne), amountIn, poolWord().lpBps, FEES);
  add128(paidIn, paidIn, amountIn);
  subtract128(paidIn, paidIn, FEES);
  if (exceedsLimit(paidIn)) return ERR_RESERVE_LIMIT;
  subtract128(paidOut, paidOut, amountOut);
  storeReserves(now());
  return OK;
}

/** Settles one hop with all its events: `from` pays in (an account or the pool before), `to` gets the output. */
function hop(sender: usize, from: usize, to: usize, zeroForOne: bool, amountIn: usize, amountOut: usize): u32 {
  const code = settle(zeroForOne, amountIn, amountOut);
  if (code != OK) return code;
  emitTransfer(tokenIn(zeroForOne), from, poolAddress(), amountIn);
  emitTransfer(tokenOut(zeroForOne), poolAddress(), to, amountOut);
  emitSync();
  emitSwap(sender, to, zeroForOne, amountIn, amountOut);
  return OK;
}

/** Pays both sides of a trade through the loaded pool whose amounts are AMOUNTS[0] and AMOUNTS[1]. */
function tradeLoaded(sender: usize, to: usize, zeroForOne: bool): u32 {
  let code = debit(tokenIn(zeroForOne), sender, routeAmount(0));
  if (code != OK) return code;
  code = credit(tokenOut(zeroForOne), to, routeAmount(1));
  return code != OK ? code : hop(sender, sender, to, zeroForOne, routeAmount(0), routeAmount(1));
}

/**
 * Swaps an exact input through one pool: the hot path, five reads and four writes of state after the first change in a block.
 * Fails: those of `loadPool`, `quoteOutput`, ERR_OUTPUT_TOO_LOW, those of the bank.
 */
export function tradeExactIn(
  sender: usize,
  to: usize,
  pool: u32,
  zeroForOne: bool,
  amountIn: usize,
  minimumOut: usize,
): u32 {
  let code = loadPool(pool);
  if (code != OK) return code;
  copy128(routeAmount(0), amountIn);
  code = quoteOutput(routeAmount(1), amountIn, reserveIn(zeroForOne), reserveOut(zeroForOne));
  if (code != OK) return code;
  if (less128(routeAmount(1), minimumOut)) return ERR_OUTPUT_TOO_LOW;
  return tradeLoaded(sender, to, zeroForOne);
}

/** Swaps for an exact output through one pool. Fails: those of `loadPool`, `quoteInput`, ERR_INPUT_TOO_HIGH, those of the bank. */
export function tradeExactOut(
  sender: usize,
  to: usize,
  pool: u32,
  zeroForOne: bool,
  amountOut: usize,
  maximumIn: usize,
): u32 {
  let code = loadPool(pool);
  if (code != OK) return code;
  copy128(routeAmount(1), amountOut);
  code = quoteInput(routeAmount(0), amountOut, reserveIn(zeroForOne), reserveOut(zeroForOne));
  if (code != OK) return code;
  if (less128(maximumIn, routeAmount(0))) return ERR_INPUT_TOO_HIGH;
  return tradeLoaded(sender, to, zeroForOne);
}

/** Remembers the pools of a route. Fails: ERR_ROUTE_LENGTH, ERR_ROUTE_REPEATS. */
export function setRoute(pools: usize, count: u32): u32 {
  if (count == 0 || count > MAXIMUM_HOPS) return ERR_ROUTE_LENGTH;
  for (let i: u32 = 0; i < count; i++) {
    const pool = load<u32>(pools + (usize(i) << 2));
    for (let j: u32 = 0; j < i; j++) if (hopPool(j) == pool) return ERR_ROUTE_REPEATS;
    store<u32>(POOLS + (usize(i) << 2), pool);
  }
  return OK;
}

/** Finds the direction of every hop; the pools are checked to connect. Fails: ERR_POOL_UNKNOWN, ERR_ROUTE_BROKEN. */
export function directRoute(count: u32, zeroForOne: bool): u32 {
  let direction = zeroForOne;
  let token: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const code = loadPool(hopPool(i));
    if (code != OK) return code;
    if (i > 0) {
      direction = poolWord().token0 == token;
      if (!direction && poolWord().token1 != token) return ERR_ROUTE_BROKEN;
    }
    store<u32>(DIRECTIONS + (usize(i) << 2), u32(direction));
    token = tokenOut(direction);
  }
  return OK;
}

/** Fills the amounts of the route forwards from AMOUNTS[0]. Fails: as `quoteOutput`. */
export function quoteRouteOut(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    loadPool(hopPool(i));
    const direction = hopDirection(i);
    const code = quoteOutput(routeAmount(i + 1), routeAmount(i), reserveIn(direction), reserveOut(direction));
    if (code != OK) return code;
  }
  return OK;
}

/** Fills the amounts of the route backwards from AMOUNTS[count]. Fails: as `quoteInput`. */
export function quoteRouteIn(count: u32): u32 {
  for (let i = count; i > 0; i--) {
    loadPool(hopPool(i - 1));
    const direction = hopDirection(i - 1);
    const code = quoteInput(routeAmount(i - 1), routeAmount(i), reserveIn(direction), reserveOut(direction));
    if (code != OK) return code;
  }
  return OK;
}

/** Settles the hops of a quoted route one after another. */
function settleRoute(sender: usize, to: usize, count: u32): u32 {
  copyAddress(FROM, sender);
  for (let i: u32 = 0; i < count; i++) {
    loadPool(hopPool(i));
    if (i + 1 == count) copyAddress(TO, to);
    else entityAddress(TO, poolReference(hopPool(i + 1)));
    const code = hop(sender, FROM, TO, hopDirection(i), routeAmount(i), routeAmount(i + 1));
    if (code != OK) return code;
    entityAddress(FROM, poolReference(hopPool(i)));
  }
  return OK;
}

/** Takes the input of a quoted route, settles it and pays its output. Fails: those of the bank and of `settle`. */
function tradeRoute(sender: usize, to: usize, count: u32): u32 {
  loadPool(hopPool(0));
  let code = debit(tokenIn(hopDirection(0)), sender, routeAmount(0));
  if (code != OK) return code;
  code = settleRoute(sender, to, count);
  if (code != OK) return code;
  return credit(tokenOut(hopDirection(count - 1)), to, routeAmount(count));
}

/** Swaps an exact input along the route that was set. Fails: as the parts, ERR_OUTPUT_TOO_LOW. */
export function routeExactIn(sender: usize, to: usize, count: u32, amountIn: usize, minimumOut: usize): u32 {
  copy128(routeAmount(0), amountIn);
  const code = quoteRouteOut(count);
  if (code != OK) return code;
  if (less128(routeAmount(count), minimumOut)) return ERR_OUTPUT_TOO_LOW;
  return tradeRoute(sender, to, count);
}

/** Swaps for an exact output along the route that was set. Fails: as the parts, ERR_INPUT_TOO_HIGH. */
export function routeExactOut(sender: usize, to: usize, count: u32, amountOut: usize, maximumIn: usize): u32 {
  copy128(routeAmount(count), amountOut);
  const code = quoteRouteIn(count);
  if (code != OK) return code;
  if (less128(maximumIn, routeAmount(0))) return ERR_INPUT_TOO_HIGH;
  return tradeRoute(sender, to, count);
}
