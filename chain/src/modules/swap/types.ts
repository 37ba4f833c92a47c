import { SWAP } from '../../kernel/memory';

/** Records of the exchange over scratch memory. One pool at a time is loaded; routes load one after another. */

/** The fixed part of a pool. */
@unmanaged
export class PoolWord {
  token0: u64;
  token1: u64;
  /** Seconds. */
  created: u64;
  /** Basis points of the input that stay for liquidity, 0..10. */
  lpBps: u8;
}

/** Reserves as they are stored: u112 each, and the time of the last change in the 2 x 16 bits left over. */
@unmanaged
export class ReservesWord {
  low0: u64;
  high0: u64;
  low1: u64;
  high1: u64;
}

/** Where a pool's ring of price records stands. */
@unmanaged
export class RecordHeadWord {
  next: u32;
  count: u32;
  /** Seconds. */
  newest: u64;
  unused0: u64;
  unused1: u64;
}

export const POOL_WORD: usize = SWAP + 0x100;
export const RESERVES_WORD: usize = SWAP + 0x120;
/** Working copies, u128 each, then the time of the last change in seconds (0 = never) and the pool's index. */
export const RESERVE0: usize = SWAP + 0x140;
export const RESERVE1: usize = SWAP + 0x150;
const LOADED: usize = SWAP + 0x160;
export const RECORD_HEAD_WORD: usize = SWAP + 0x180;
export const COUNT_WORD: usize = SWAP + 0x1a0;
export const PAIR_WORD: usize = SWAP + 0x1c0;
export const BUCKETS_WORD: usize = SWAP + 0x1e0;
/** Accumulators of sides 0 and 1, u256. */
export const ACCUMULATORS: usize = SWAP + 0x200;

/** What was loaded besides the two words. */
@unmanaged
export class LoadedPool {
  /** Seconds; 0 = never changed. */
  lastChange: u64;
  index: u32;
}

export function poolWord(): PoolWord {
  return changetype<PoolWord>(POOL_WORD);
}

export function reservesWord(): ReservesWord {
  return changetype<ReservesWord>(RESERVES_WORD);
}

export function recordHead(): RecordHeadWord {
  return changetype<RecordHeadWord>(RECORD_HEAD_WORD);
}

export function loadedPool(): LoadedPool {
  return changetype<LoadedPool>(LOADED);
}

export function accumulator(side: u32): usize {
  return ACCUMULATORS + (usize(side) << 5);
}

/** Token that goes into a trade of the loaded pool, and the one that comes out. */
export function tokenIn(zeroForOne: bool): u64 {
  const pool = poolWord();
  return zeroForOne ? pool.token0 : pool.token1;
}

export function tokenOut(zeroForOne: bool): u64 {
  const pool = poolWord();
  return zeroForOne ? pool.token1 : pool.token0;
}

export function reserveIn(zeroForOne: bool): usize {
  return zeroForOne ? RESERVE0 : RESERVE1;
}

export function reserveOut(zeroForOne: bool): usize {
  return zeroForOne ? RESERVE1 : RESERVE0;
}
