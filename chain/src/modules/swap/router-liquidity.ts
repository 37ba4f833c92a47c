import { now } from '../../kernel/block-context';
import { NO_ENTITY, TOKEN_ETH, tokenReferenceOf } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { callValue, caller, requireWritable, requireWritableWithoutValue } from '../../kernel/call';
import {
  argumentAddress,
  argumentAmount,
  argumentError,
  argumentNumberSaturated,
  beginArguments,
} from '../../kernel/abi';
import { returnAmount } from '../../kernel/result';
import { SWAP } from '../../kernel/memory';
import { copy128 } from '../../math/u128';
import { ERR_TOKEN_UNKNOWN } from '../token/errors';
import { ERR_DEADLINE_PASSED, ERR_POOL_UNKNOWN } from './errors';
import { AMOUNT0, AMOUNT1, LIQUIDITY } from './liquidity';
import { addLiquidity, createPool, removeLiquidity } from './messages';
import { pairIndex } from './keeper';

/** The router's liquidity functions, with the arguments of Uniswap V2's. Tokens A and B are in the caller's order. */

const TOKEN_A: usize = SWAP + 0x780;
const TOKEN_B: usize = SWAP + 0x788;
const POOL: usize = SWAP + 0x790;
const WANTED_A: usize = SWAP + 0x7a0;
const WANTED_B: usize = SWAP + 0x7b0;
const MINIMUM_A: usize = SWAP + 0x7c0;
const MINIMUM_B: usize = SWAP + 0x7d0;
const BURNED: usize = SWAP + 0x7e0;

function setPair(tokenA: u64, tokenB: u64): void {
  store<u64>(TOKEN_A, tokenA);
  store<u64>(TOKEN_B, tokenB);
}

function aIsFirst(): bool {
  return load<u64>(TOKEN_A) < load<u64>(TOKEN_B);
}

/** Checks what all functions check, and finds the pool: its index plus 1, 0 if there is none, to POOL. */
function requirePair(deadline: u64): u32 {
  if (argumentError() != OK) return argumentError();
  if (deadline < now()) return ERR_DEADLINE_PASSED;
  if (load<u64>(TOKEN_A) == NO_ENTITY || load<u64>(TOKEN_B) == NO_ENTITY) return ERR_TOKEN_UNKNOWN;
  store<u32>(POOL, pairIndex(load<u64>(TOKEN_A), load<u64>(TOKEN_B)));
  return OK;
}

function returnBoth(): void {
  returnAmount(aIsFirst() ? AMOUNT0 : AMOUNT1);
  returnAmount(aIsFirst() ? AMOUNT1 : AMOUNT0);
}

/** Adds what WANTED_* and MINIMUM_* say, opening the pool if there is none. */
function add(to: usize): u32 {
  let code: u32;
  if (load<u32>(POOL) == 0) {
    code = createPool(caller(), load<u64>(TOKEN_A), load<u64>(TOKEN_B));
    if (code != OK) return code;
    store<u32>(POOL, pairIndex(load<u64>(TOKEN_A), load<u64>(TOKEN_B)));
  }
  const pool = load<u32>(POOL) - 1;
  code = aIsFirst()
    ? addLiquidity(caller(), to, pool, WANTED_A, WANTED_B, MINIMUM_A, MINIMUM_B)
    : addLiquidity(caller(), to, pool, WANTED_B, WANTED_A, MINIMUM_B, MINIMUM_A);
  if (code != OK) return code;
  returnBoth();
  returnAmount(LIQUIDITY);
  return OK;
}

function remove(to: usize): u32 {
  if (load<u32>(POOL) == 0) return ERR_POOL_UNKNOWN;
  const pool = load<u32>(POOL) - 1;
  const code = aIsFirst()
    ? removeLiquidity(caller(), to, pool, BURNED, MINIMUM_A, MINIMUM_B)
    : removeLiquidity(caller(), to, pool, BURNED, MINIMUM_B, MINIMUM_A);
  if (code != OK) return code;
  returnBoth();
  return OK;
}

/** `addLiquidity(tokenA, tokenB, amountADesired, amountBDesired, amountAMin, amountBMin, to, deadline)`. */
export function callAddLiquidity(): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(8);
  setPair(tokenReferenceOf(argumentAddress(0)), tokenReferenceOf(argumentAddress(1)));
  argumentAmount(2, WANTED_A);
  argumentAmount(3, WANTED_B);
  argumentAmount(4, MINIMUM_A);
  argumentAmount(5, MINIMUM_B);
  const to = argumentAddress(6);
  code = requirePair(argumentNumberSaturated(7));
  return code != OK ? code : add(to);
}

/** `addLiquidityETH(token, amountTokenDesired, amountTokenMin, amountETHMin, to, deadline)`: at most the ETH sent along. */
export function callAddLiquidityEther(): u32 {
  let code = requireWritable();
  if (code != OK) return code;
  beginArguments(6);
  setPair(tokenReferenceOf(argumentAddress(0)), TOKEN_ETH);
  argumentAmount(1, WANTED_A);
  copy128(WANTED_B, callValue());
  argumentAmount(2, MINIMUM_A);
  argumentAmount(3, MINIMUM_B);
  const to = argumentAddress(4);
  code = requirePair(argumentNumberSaturated(5));
  return code != OK ? code : add(to);
}

/** `removeLiquidity(tokenA, tokenB, liquidity, amountAMin, amountBMin, to, deadline)`. */
export function callRemoveLiquidity(): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(7);
  setPair(tokenReferenceOf(argumentAddress(0)), tokenReferenceOf(argumentAddress(1)));
  argumentAmount(2, BURNED);
  argumentAmount(3, MINIMUM_A);
  argumentAmount(4, MINIMUM_B);
  const to = argumentAddress(5);
  code = requirePair(argumentNumberSaturated(6));
  return code != OK ? code : remove(to);
}

/** `removeLiquidityETH(token, liquidity, amountTokenMin, amountETHMin, to, deadline)`. */
export function callRemoveLiquidityEther(): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(6);
  setPair(tokenReferenceOf(argumentAddress(0)), TOKEN_ETH);
  argumentAmount(1, BURNED);
  argumentAmount(2, MINIMUM_A);
  argumentAmount(3, MINIMUM_B);
  const to = argumentAddress(4);
  code = requirePair(argumentNumberSaturated(5));
  return code != OK ? code : remove(to);
}
