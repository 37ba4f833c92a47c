import { makeKeyNumbers } from '../../kernel/store';
import { SWAP } from '../../kernel/memory';

/** Keys of the exchange (docs/spec/state.md). Every function returns where the key is; it stays there until the next call of that function. */

export const MODULE_SWAP: u32 = 5;
const KIND_POOL_HEAD: u32 = 1;
const KIND_RESERVES: u32 = 2;
const KIND_PAIR: u32 = 3;
const KIND_COUNT: u32 = 4;
const KIND_ACCUMULATOR: u32 = 5;
const KIND_RECORD_HEAD: u32 = 6;
const KIND_RECORD: u32 = 7;
const KIND_BUCKETS: u32 = 8;

const POOL_KEY: usize = SWAP;
const RESERVES_KEY: usize = SWAP + 0x20;
const PAIR_KEY: usize = SWAP + 0x40;
const COUNT_KEY: usize = SWAP + 0x60;
const ACCUMULATOR_KEY: usize = SWAP + 0x80;
const RECORD_HEAD_KEY: usize = SWAP + 0xa0;
const RECORD_KEY: usize = SWAP + 0xc0;
const BUCKETS_KEY: usize = SWAP + 0xe0;

export function poolKey(pool: u32): usize {
  makeKeyNumbers(POOL_KEY, MODULE_SWAP, KIND_POOL_HEAD, u64(pool), 0);
  return POOL_KEY;
}

export function reservesKey(pool: u32): usize {
  makeKeyNumbers(RESERVES_KEY, MODULE_SWAP, KIND_RESERVES, u64(pool), 0);
  return RESERVES_KEY;
}

/** `token0 < token1` as numbers, which is also the order of their addresses. */
export function pairKey(token0: u64, token1: u64): usize {
  makeKeyNumbers(PAIR_KEY, MODULE_SWAP, KIND_PAIR, token0, token1);
  return PAIR_KEY;
}

export function countKey(): usize {
  makeKeyNumbers(COUNT_KEY, MODULE_SWAP, KIND_COUNT, 0, 0);
  return COUNT_KEY;
}

/** Side 0: price of token 0 in token 1; side 1: the reverse. */
export function accumulatorKey(pool: u32, side: u32): usize {
  makeKeyNumbers(ACCUMULATOR_KEY, MODULE_SWAP, KIND_ACCUMULATOR, u64(pool), u64(side));
  return ACCUMULATOR_KEY;
}

export function recordHeadKey(pool: u32): usize {
  makeKeyNumbers(RECORD_HEAD_KEY, MODULE_SWAP, KIND_RECORD_HEAD, u64(pool), 0);
  return RECORD_HEAD_KEY;
}

/** Part 0: time; parts 1 and 2: the accumulators of sides 0 and 1. */
export function recordKey(pool: u32, slot: u32, part: u32): usize {
  makeKeyNumbers(RECORD_KEY, MODULE_SWAP, KIND_RECORD, u64(pool), (u64(slot) << 2) + u64(part));
  return RECORD_KEY;
}

/** Part 0: tax and retained; part 1: promoters and reserve share. */
export function bucketsKey(token: u64, part: u32): usize {
  makeKeyNumbers(BUCKETS_KEY, MODULE_SWAP, KIND_BUCKETS, token, u64(part));
  return BUCKETS_KEY;
}
