import { OK } from '../../kernel/errors';
import { SWAP } from '../../kernel/memory';
import { add128, copy128, isZero128, less128, set128, subtract128 } from '../../math/u128';
import { divideByLong } from '../../math/quotient';
import { divide256, fits128, from128, multiply128, multiplySmall128, multiplySmall256 } from '../../math/u256';
import {
  ERR_AMOUNT_ZERO,
  ERR_INPUT_TOO_HIGH,
  ERR_NO_LIQUIDITY,
  ERR_OUTPUT_EXCEEDS_RESERVE,
  ERR_RESERVE_LIMIT,
} from './errors';
import { FEE_REMAINDER, FEE_SCALE, RESERVE_HIGH_LIMIT } from './params';

/** Prices of a trade against two reserves, exactly those of Uniswap V2's library. Amounts are u128 below 2^112, rounded for the pool. */

const SCALED_INPUT: usize = SWAP + 0x240;
const NUMERATOR: usize = SWAP + 0x260;
const DENOMINATOR: usize = SWAP + 0x280;
const RESULT: usize = SWAP + 0x2a0;
const ONE: usize = SWAP + 0x2c0;

/** Whether a u128 is 2^112 or more. */
export function exceedsLimit(amount: usize): bool {
  return load<u64>(amount, 8) >= RESERVE_HIGH_LIMIT;
}

/** out (u128) = floor(NUMERATOR / DENOMINATOR), which is not zero and below 2^128; true when the quotient is 2^128 or more. */
function divide(out: usize): bool {
  if (load<u64>(DENOMINATOR, 8) != 0) return divideByLong(out, NUMERATOR, DENOMINATOR);
  divide256(RESULT, NUMERATOR, DENOMINATOR);
  copy128(out, RESULT);
  return !fits128(RESULT);
}

/** What every quote demands of the given amount and the reserves. */
function requireTradable(amount: usize, reserveIn: usize, reserveOut: usize): u32 {
  if (isZero128(amount)) return ERR_AMOUNT_ZERO;
  if (exceedsLimit(amount)) return ERR_RESERVE_LIMIT;
  if (exceedsLimit(reserveIn) || exceedsLimit(reserveOut)) return ERR_RESERVE_LIMIT;
  return isZero128(reserveIn) || isZero128(reserveOut) ? ERR_NO_LIQUIDITY : OK;
}

/**
 * Output for an exact input: `floor(in * 997 * y / (x * 1000 + in * 997))`.
 * Fails: ERR_AMOUNT_ZERO, ERR_RESERVE_LIMIT, ERR_NO_LIQUIDITY. The output may be zero and is below the reserve.
 */
export function quoteOutput(out: usize, amountIn: usize, reserveIn: usize, reserveOut: usize): u32 {
  const code = requireTradable(amountIn, reserveIn, reserveOut);
  if (code != OK) return code;
  // 112 bits times 997 fit 122 bits, so the scaled input and the denominator are u128 and the numerator has 234 bits.
  multiplySmall128(SCALED_INPUT, amountIn, FEE_REMAINDER);
  multiply128(NUMERATOR, SCALED_INPUT, reserveOut);
  multiplySmall128(DENOMINATOR, reserveIn, FEE_SCALE);
  add128(DENOMINATOR, DENOMINATOR, SCALED_INPUT);
  divide(out);
  return OK;
}

/**
 * Input for an exact output: `floor(x * out * 1000 / ((y - out) * 997)) + 1`.
 * Fails: ERR_AMOUNT_ZERO, ERR_RESERVE_LIMIT, ERR_NO_LIQUIDITY, ERR_OUTPUT_EXCEEDS_RESERVE, ERR_INPUT_TOO_HIGH (2^112 or more).
 */
export function quoteInput(out: usize, amountOut: usize, reserveIn: usize, reserveOut: usize): u32 {
  const code = requireTradable(amountOut, reserveIn, reserveOut);
  if (code != OK) return code;
  if (!less128(amountOut, reserveOut)) return ERR_OUTPUT_EXCEEDS_RESERVE;
  multiply128(NUMERATOR, reserveIn, amountOut);
  multiplySmall256(NUMERATOR, NUMERATOR, FEE_SCALE);
  subtract128(SCALED_INPUT, reserveOut, amountOut);
  multiplySmall128(DENOMINATOR, SCALED_INPUT, FEE_REMAINDER);
  if (divide(out)) return ERR_INPUT_TOO_HIGH;
  set128(ONE, 1, 0);
  if (exceedsLimit(out)) return ERR_INPUT_TOO_HIGH;
  add128(out, out, ONE);
  return exceedsLimit(out) ? ERR_INPUT_TOO_HIGH : OK;
}

/**
 * Equal value at the pool's ratio: `floor(amount * reserveOther / reserve)`.
 * Fails: ERR_AMOUNT_ZERO, ERR_RESERVE_LIMIT (result 2^128 or more), ERR_NO_LIQUIDITY.
 */
export function quoteRatio(out: usize, amount: usize, reserve: usize, reserveOther: usize): u32 {
  if (isZero128(amount)) return ERR_AMOUNT_ZERO;
  if (isZero128(reserve) || isZero128(reserveOther)) return ERR_NO_LIQUIDITY;
  multiply128(NUMERATOR, amount, reserveOther);
  from128(DENOMINATOR, reserve);
  return divide(out) ? ERR_RESERVE_LIMIT : OK;
}
