import { SWAP } from '../../kernel/memory';
import { add128, copy128 } from '../../math/u128';
import { multiplySmall128 } from '../../math/u256';
import { loadBuckets, storeBuckets } from './keeper';
import { BPS, DEFAULT_LP_BPS, PROMOTER_BPS, RETAINED_BPS, SECOND_PROMOTER_BPS, TAX_BPS } from './params';
import { BUCKETS_WORD } from './types';

/** The named parts of the 30 basis points that leave a pool, in the input token, floored one by one. Liquidity keeps the rest. */

/** Amount / 10,000, then the parts; 32 bytes each, of which a u128 is used. */
const QUOTIENT: usize = SWAP + 0x440;
const TAX: usize = SWAP + 0x460;
const RETAINED: usize = SWAP + 0x480;
const RESERVE_SHARE: usize = SWAP + 0x4a0;

/** Buckets in a word: tax and retained in part 0, promoters and reserve share in part 1. */
const FIRST: usize = BUCKETS_WORD;
const SECOND: usize = BUCKETS_WORD + 16;

/** QUOTIENT = floor(amount / 10,000); answers the remainder. Three short divisions, as this runs in every swap. */
function divideByBps(amount: usize): u64 {
  const low = load<u64>(amount);
  const high = load<u64>(amount, 8);
  const top = high / BPS;
  const middle = ((high - top * BPS) << 32) | (low >> 32);
  const q1 = middle / BPS;
  const last = ((middle - q1 * BPS) << 32) | (low & 0xffff_ffff);
  const q0 = last / BPS;
  store<u64>(QUOTIENT, (q1 << 32) | q0);
  store<u64>(QUOTIENT, top, 8);
  return last - q0 * BPS;
}

/** Part of the remainder: floor(remainder * bps / 10,000). */
function small(remainder: u64, bps: u64): u64 {
  return (remainder * bps) / BPS;
}

function addNumber(out: usize, value: u64): void {
  const low = load<u64>(out) + value;
  if (low < value) store<u64>(out, load<u64>(out, 8) + 1, 8);
  store<u64>(out, low);
}

/** Adds to the two buckets of a word. Buckets cannot overflow: they are part of the token's supply. */
function collect(token: u64, part: u32, first: usize, second: usize): void {
  loadBuckets(token, part);
  if (first != 0) add128(FIRST, FIRST, first);
  add128(SECOND, SECOND, second);
  storeBuckets(token, part);
}

/**
 * Puts tax, promoters, retained and reserve share of an input below 2^112 into the buckets of its token and writes what leaves the pool
 * to `total`. No merchant names promoters yet, so their parts, floored one by one, are retained.
 */
export function collectFees(token: u64, amountIn: usize, lpBps: u8, total: usize): void {
  const rest = divideByBps(amountIn);
  multiplySmall128(TAX, QUOTIENT, TAX_BPS);
  addNumber(TAX, small(rest, TAX_BPS));
  multiplySmall128(RETAINED, QUOTIENT, PROMOTER_BPS + SECOND_PROMOTER_BPS + RETAINED_BPS);
  addNumber(RETAINED, small(rest, PROMOTER_BPS) + small(rest, SECOND_PROMOTER_BPS) + small(rest, RETAINED_BPS));
  add128(total, TAX, RETAINED);
  collect(token, 0, TAX, RETAINED);
  if (lpBps >= DEFAULT_LP_BPS) return;
  const given = u64(DEFAULT_LP_BPS - lpBps);
  multiplySmall128(RESERVE_SHARE, QUOTIENT, given);
  addNumber(RESERVE_SHARE, small(rest, given));
  add128(total, total, RESERVE_SHARE);
  collect(token, 1, 0, RESERVE_SHARE);
}

/** Writes the buckets of a token, four u128: tax, retained, promoters, reserve share. */
export function bucketsOf(token: u64, out: usize): void {
  loadBuckets(token, 0);
  copy128(out, FIRST);
  copy128(out + 16, SECOND);
  loadBuckets(token, 1);
  copy128(out + 32, FIRST);
  copy128(out + 48, SECOND);
}
