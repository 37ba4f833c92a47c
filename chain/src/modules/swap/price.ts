import { now } from '../../kernel/block-context';
import { OK } from '../../kernel/errors';
import { TOKEN_ETH } from '../../kernel/entity';
import { SWAP } from '../../kernel/memory';
import { isZero128, less128, set128 } from '../../math/u128';
import {
  add256,
  copy256,
  divide256,
  fits128,
  from128,
  mulDiv256,
  multiplySmall256,
  set256,
  shiftLeft256,
  subtract256,
} from '../../math/u256';
import { ERR_NO_FEE_POOL, ERR_PRICE_HISTORY, ERR_PRICE_WINDOW, ERR_RESERVE_LIMIT } from './errors';
import {
  loadAccumulator,
  loadPool,
  loadRecord,
  loadRecordHead,
  pairIndex,
  storeAccumulator,
  storeRecord,
  storeRecordHead,
} from './keeper';
import {
  FEE_POOL_DEPTH_WEI,
  FEE_WINDOW_SECONDS,
  MAXIMUM_WINDOW_SECONDS,
  RECORD_COUNT,
  RECORD_SPACING_SECONDS,
  RESERVE_HIGH_LIMIT,
} from './params';
import { RESERVE0, RESERVE1, accumulator, loadedPool, poolWord, recordHead } from './types';

/**
 * Price accumulators and mean prices. A price is Q112: units of the other token per unit of this one, times 2^112. Accumulators are sums
 * of price times seconds modulo 2^256, as in Uniswap V2; differences of them are exact.
 */

const PRICE: usize = SWAP + 0x300;
const DIVISOR: usize = SWAP + 0x320;
const SPAN: usize = SWAP + 0x340;
const BEFORE: usize = SWAP + 0x360;
const AFTER: usize = SWAP + 0x380;
const RECORD: usize = SWAP + 0x3a0;
const CURRENT: usize = SWAP + 0x3c0;
const AMOUNT: usize = SWAP + 0x3e0;
const DEPTH: usize = SWAP + 0x400;

/** Spot price of one side of the loaded pool, `floor(2^112 * other / this)`, to `out`. Both reserves are above zero. */
function spotPrice(out: usize, side: u32): void {
  from128(out, side == 0 ? RESERVE1 : RESERVE0);
  shiftLeft256(out, out, 112);
  from128(DIVISOR, side == 0 ? RESERVE0 : RESERVE1);
  divide256(out, out, DIVISOR);
}

/** out = accumulator + spot price * seconds, modulo 2^256. */
function extend(out: usize, side: u32, seconds: u64): void {
  spotPrice(PRICE, side);
  multiplySmall256(PRICE, PRICE, seconds);
  add256(out, accumulator(side), PRICE);
}

function appendRecord(pool: u32, time: u64): void {
  const head = recordHead();
  set256(RECORD, time, 0, 0, 0);
  storeRecord(pool, head.next, 0, RECORD);
  storeRecord(pool, head.next, 1, accumulator(0));
  storeRecord(pool, head.next, 2, accumulator(1));
  head.next = (head.next + 1) % RECORD_COUNT;
  if (head.count < RECORD_COUNT) head.count += 1;
  head.newest = time;
  storeRecordHead(pool);
}

/**
 * Accounts for the time since the loaded pool last changed; called before every change of its reserves. Writes only at the first
 * change of a block, and a price record at most every RECORD_SPACING_SECONDS.
 */
export function touchPrice(): void {
  const loaded = loadedPool();
  const time = now();
  if (time <= loaded.lastChange) return;
  loadAccumulator(loaded.index, 0);
  loadAccumulator(loaded.index, 1);
  if (loaded.lastChange != 0 && !isZero128(RESERVE0) && !isZero128(RESERVE1)) {
    extend(accumulator(0), 0, time - loaded.lastChange);
    extend(accumulator(1), 1, time - loaded.lastChange);
    storeAccumulator(loaded.index, 0);
    storeAccumulator(loaded.index, 1);
  }
  loadRecordHead(loaded.index);
  const head = recordHead();
  if (head.count == 0 || time - head.newest >= RECORD_SPACING_SECONDS) appendRecord(loaded.index, time);
}

/** The accumulator of the loaded pool as it would be at `time`, not before the last change, to `out`. */
export function currentAccumulator(out: usize, side: u32, time: u64): void {
  const loaded = loadedPool();
  loadAccumulator(loaded.index, side);
  if (time <= loaded.lastChange || isZero128(RESERVE0) || isZero128(RESERVE1)) {
    copy256(out, accumulator(side));
    return;
  }
  extend(out, side, time - loaded.lastChange);
}

/** Slot of the i-th oldest record. */
function slotOf(i: u32): u32 {
  const head = recordHead();
  return (head.next + RECORD_COUNT - head.count + i) % RECORD_COUNT;
}

function recordTime(i: u32): u64 {
  loadRecord(loadedPool().index, slotOf(i), 0, RECORD);
  return load<u64>(RECORD);
}

/** Number of records at or before `time`: binary search, at most ten reads. */
function recordsUntil(time: u64): u32 {
  let low: u32 = 0;
  let high = recordHead().count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (recordTime(middle) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Accumulator at a past `time`, straight between the record before it and the next one or the last change. Fails: ERR_PRICE_HISTORY. */
function pastAccumulator(out: usize, side: u32, time: u64): u32 {
  const pool = loadedPool().index;
  const count = recordsUntil(time);
  if (count == 0) return ERR_PRICE_HISTORY;
  const start = recordTime(count - 1);
  loadRecord(pool, slotOf(count - 1), side + 1, BEFORE);
  let end = loadedPool().lastChange;
  copy256(AFTER, accumulator(side));
  if (count < recordHead().count) {
    end = recordTime(count);
    loadRecord(pool, slotOf(count), side + 1, AFTER);
  }
  copy256(out, BEFORE);
  if (end <= start) return OK;
  // (after - before) / (end - start) is a mean price below 2^224; times seconds it cannot overflow.
  subtract256(AFTER, AFTER, BEFORE);
  set256(SPAN, end - start, 0, 0, 0);
  divide256(AFTER, AFTER, SPAN);
  multiplySmall256(AFTER, AFTER, time - start);
  add256(out, out, AFTER);
  return OK;
}

/**
 * Arithmetic mean price of one side of the loaded pool over the last `window` seconds, Q112, floor, to `out`.
 * Fails: ERR_PRICE_WINDOW, ERR_PRICE_HISTORY.
 */
export function meanPrice(out: usize, side: u32, window: u64): u32 {
  const time = now();
  if (window == 0 || window > MAXIMUM_WINDOW_SECONDS || window >= time) return ERR_PRICE_WINDOW;
  const loaded = loadedPool();
  if (loaded.lastChange == 0) return ERR_PRICE_HISTORY;
  currentAccumulator(CURRENT, side, time);
  const start = time - window;
  if (start >= loaded.lastChange) {
    spotPrice(out, side);
    return OK;
  }
  loadRecordHead(loaded.index);
  const code = pastAccumulator(out, side, start);
  if (code != OK) return code;
  subtract256(out, CURRENT, out);
  set256(SPAN, window, 0, 0, 0);
  divide256(out, out, SPAN);
  return OK;
}

/**
 * What `amountIn` of one token is worth in another at the mean price of their pool over FEE_WINDOW_SECONDS; u128, floor. A pool with ETH
 * must hold FEE_POOL_DEPTH_WEI of it, and its history must cover the window: else whoever opens a pool would set the rate at once.
 * Fails: ERR_NO_FEE_POOL, ERR_PRICE_HISTORY (a younger pool), ERR_RESERVE_LIMIT (result 2^128 or more).
 */
export function quoteAtMeanPrice(tokenIn: u64, tokenOut: u64, amountIn: usize, out: usize): u32 {
  const index = pairIndex(tokenIn, tokenOut);
  if (index == 0) return ERR_NO_FEE_POOL;
  let code = loadPool(index - 1);
  if (code != OK) return code;
  set128(DEPTH, FEE_POOL_DEPTH_WEI, 0);
  if (poolWord().token0 == TOKEN_ETH && less128(RESERVE0, DEPTH)) return ERR_NO_FEE_POOL;
  code = meanPrice(PRICE, tokenIn < tokenOut ? 0 : 1, FEE_WINDOW_SECONDS);
  if (code != OK) return code;
  from128(AMOUNT, amountIn);
  set256(DIVISOR, 0, RESERVE_HIGH_LIMIT, 0, 0);
  if (mulDiv256(AMOUNT, AMOUNT, PRICE, DIVISOR) || !fits128(AMOUNT)) return ERR_RESERVE_LIMIT;
  store<u64>(out, load<u64>(AMOUNT));
  store<u64>(out, load<u64>(AMOUNT, 8), 8);
  return OK;
}
