import { OK } from '../../kernel/errors';
import { isZeroWord, zeroWord } from '../../kernel/bytes';
import { readState, writeState } from '../../kernel/store';
import { copy128 } from '../../math/u128';
import { ERR_POOL_UNKNOWN } from './errors';
import { accumulatorKey, bucketsKey, countKey, pairKey, poolKey, recordHeadKey, recordKey, reservesKey } from './keys';
import { RESERVE_HIGH_LIMIT, TIME_ORIGIN_SECONDS } from './params';
import {
  BUCKETS_WORD,
  COUNT_WORD,
  PAIR_WORD,
  POOL_WORD,
  RECORD_HEAD_WORD,
  RESERVE0,
  RESERVE1,
  RESERVES_WORD,
  accumulator,
  loadedPool,
  poolWord,
  reservesWord,
} from './types';

/** The only user of the exchange's part of the state: reads records into scratch and writes them back. Rules are in trade, liquidity and price. */

const RESERVE_HIGH_MASK: u64 = RESERVE_HIGH_LIMIT - 1;

/** Pools opened so far; indices are 0 to this, exclusive. */
export function poolCount(): u32 {
  readState(countKey(), COUNT_WORD);
  return load<u32>(COUNT_WORD);
}

export function setPoolCount(count: u32): void {
  zeroWord(COUNT_WORD);
  store<u32>(COUNT_WORD, count);
  writeState(countKey(), COUNT_WORD);
}

/** Index of the pair's pool plus 1, or 0. Tokens in any order. */
export function pairIndex(tokenA: u64, tokenB: u64): u32 {
  readState(tokenA < tokenB ? pairKey(tokenA, tokenB) : pairKey(tokenB, tokenA), PAIR_WORD);
  return load<u32>(PAIR_WORD);
}

/** Writes the pool in `poolWord()` as a new one of its pair. */
export function storeNewPool(index: u32): void {
  const pool = poolWord();
  writeState(poolKey(index), POOL_WORD);
  zeroWord(PAIR_WORD);
  store<u32>(PAIR_WORD, index + 1);
  writeState(pairKey(pool.token0, pool.token1), PAIR_WORD);
  setPoolCount(index + 1);
}

/** Loads a pool and its reserves. Fails: ERR_POOL_UNKNOWN. */
export function loadPool(index: u32): u32 {
  readState(poolKey(index), POOL_WORD);
  if (isZeroWord(POOL_WORD)) return ERR_POOL_UNKNOWN;
  readState(reservesKey(index), RESERVES_WORD);
  const word = reservesWord();
  store<u64>(RESERVE0, word.low0);
  store<u64>(RESERVE0, word.high0 & RESERVE_HIGH_MASK, 8);
  store<u64>(RESERVE1, word.low1);
  store<u64>(RESERVE1, word.high1 & RESERVE_HIGH_MASK, 8);
  const time = (word.high0 >> 48) | ((word.high1 >> 48) << 16);
  const loaded = loadedPool();
  loaded.lastChange = time == 0 ? 0 : time + TIME_ORIGIN_SECONDS;
  loaded.index = index;
  return OK;
}

/** Writes the reserves of the loaded pool, changed at `time`. Reserves are below 2^112. */
export function storeReserves(time: u64): void {
  const stamp = time - TIME_ORIGIN_SECONDS;
  const word = reservesWord();
  word.low0 = load<u64>(RESERVE0);
  word.high0 = load<u64>(RESERVE0, 8) | ((stamp & 0xffff) << 48);
  word.low1 = load<u64>(RESERVE1);
  word.high1 = load<u64>(RESERVE1, 8) | (((stamp >> 16) & 0xffff) << 48);
  loadedPool().lastChange = time;
  writeState(reservesKey(loadedPool().index), RESERVES_WORD);
}

/** Reads the accumulator of one side of a pool, a u256. */
export function loadAccumulator(pool: u32, side: u32): void {
  readState(accumulatorKey(pool, side), accumulator(side));
}

export function storeAccumulator(pool: u32, side: u32): void {
  writeState(accumulatorKey(pool, side), accumulator(side));
}

/** Reads where the ring of price records stands, into `recordHead()`. */
export function loadRecordHead(pool: u32): void {
  readState(recordHeadKey(pool), RECORD_HEAD_WORD);
}

export function storeRecordHead(pool: u32): void {
  writeState(recordHeadKey(pool), RECORD_HEAD_WORD);
}

/** Reads one part of a price record: 0 time, 1 and 2 accumulators. */
export function loadRecord(pool: u32, slot: u32, part: u32, out: usize): void {
  readState(recordKey(pool, slot, part), out);
}

export function storeRecord(pool: u32, slot: u32, part: u32, word: usize): void {
  writeState(recordKey(pool, slot, part), word);
}

/** Reads a fee bucket word into BUCKETS_WORD. Part 0: tax, retained; part 1: promoters, reserve share. */
export function loadBuckets(token: u64, part: u32): void {
  readState(bucketsKey(token, part), BUCKETS_WORD);
}

export function storeBuckets(token: u64, part: u32): void {
  writeState(bucketsKey(token, part), BUCKETS_WORD);
}

/** Writes what a pool holds of a token, a u128, to `out`: zero for other tokens and unknown pools. */
export function poolHolding(pool: u32, token: u64, out: usize): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  if (loadPool(pool) != OK) return;
  if (poolWord().token0 == token) copy128(out, RESERVE0);
  if (poolWord().token1 == token) copy128(out, RESERVE1);
}
