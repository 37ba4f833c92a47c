import { CONTEXT_PRODUCER, block } from '../../src/kernel/block-context';
import { copyAddress } from '../../src/kernel/bytes';
import { NO_ENTITY, KIND_MODULE, KIND_POOL, KIND_TOKEN, indexOf, kindOf, referenceOf } from '../../src/kernel/entity';
import { ERR_NO_CONTRACT, ERR_UNKNOWN_SELECTOR } from '../../src/kernel/errors';
import { target } from '../../src/kernel/call';
import { resetResult } from '../../src/kernel/result';
import {
  callGasPriceOracle,
  callL1Block,
  callMessagePasser,
  callMessenger,
  callStandardBridge,
  callTokenFactory,
} from '../../src/modules/bridge/module';
import { FEE, L1_FEE, charge } from '../../src/modules/fees/types';
import { callFactory, callPool, callRouter } from '../../src/modules/swap/module';
import { callToken } from '../../src/modules/token/module';

/** Entry for the tests of bank, token, swap and bridge: their keepers and handlers, and calls by address. */

export { openCall } from '../../src/kernel/call';
export { flushLog, resetLog } from '../../src/kernel/event';
export { resetResult, resultData, resultLength } from '../../src/kernel/result';
export { block } from '../../src/kernel/block-context';
export {
  allowanceOf,
  approve,
  balanceOf,
  burn,
  burnQuietly,
  credit,
  debit,
  mint,
  mintQuietly,
  moveBalance,
  requireRecipient,
  supplyOf,
  transfer,
  transferFrom,
} from '../../src/modules/bank/keeper';
export { areWordsPlain, isBalanceBounded, isSupplyHeld } from '../../src/modules/bank/invariants';
export { areTextsBounded, isAllowanceKept, isIndexDense, isLookupFirst } from '../../src/modules/token/invariants';
export {
  areReservesBounded,
  areTokensOrdered,
  isLiquidityBacked,
  isPoolSound,
} from '../../src/modules/swap/invariants';
export {
  arePotsEmpty,
  arePricesBounded,
  isL1PartWithinFee,
  isPotExact,
  isRateBounded,
} from '../../src/modules/fees/invariants';
export { areFlagsKnown, areNoncesOrdered, isEscrowed, isMarkPlain } from '../../src/modules/bridge/invariants';
export { transferToken, approveToken } from '../../src/modules/token/messages';
export { addLiquidity, createPool, removeLiquidity, swapExactIn, swapExactOut } from '../../src/modules/swap/messages';
export { divideByLong } from '../../src/math/quotient';
export { quoteOutput, quoteInput, quoteRatio } from '../../src/modules/swap/quote';
export { bucketsOf } from '../../src/modules/swap/buckets';
export { loadPool, poolHolding } from '../../src/modules/swap/keeper';
export { quoteAtMeanPrice } from '../../src/modules/swap/price';
export { beginFees } from '../../src/modules/fees/prices';
export {
  checkFunds,
  checkGas,
  checkMaximumFee,
  endFees,
  l1GasOf,
  measureCharge,
  payCharge,
  priceCharge,
} from '../../src/modules/fees/keeper';
export { withdraw } from '../../src/modules/bridge/messages';
export { aliasAddress } from '../../src/modules/bridge/keeper';

export function feeAmount(): usize {
  return FEE;
}

export function l1FeeAmount(): usize {
  return L1_FEE;
}

/** Gas of the transaction that was measured last. */
export function chargedGas(): u64 {
  return charge().gas;
}

/** Fixes what `beginFees` needs to know of the block. */
export function openBlock(priceItem: u64, producer: usize): void {
  block().priceItem = priceItem;
  copyAddress(CONTEXT_PRODUCER, producer);
}

/** Puts a base price in place of the one that `beginFees` fixed: only to see that it is noticed. */
export function overwriteBasePrice(price: u64): void {
  block().basePrice = price;
}

function callPredeploy(last: u32): u32 {
  if (last == 0x07) return callMessenger();
  if (last == 0x0f) return callGasPriceOracle();
  if (last == 0x10) return callStandardBridge();
  if (last == 0x12) return callTokenFactory();
  if (last == 0x15) return callL1Block();
  return last == 0x16 ? callMessagePasser() : ERR_NO_CONTRACT;
}

function callPoolOrToken(reference: u64): u32 {
  const code = callPool(indexOf(reference));
  return code == ERR_UNKNOWN_SELECTOR ? callToken(reference) : code;
}

/** Executes the open call on the module that its target names. */
export function callTarget(): u32 {
  resetResult();
  const reference = referenceOf(target());
  if (reference == NO_ENTITY) return callPredeploy(u32(load<u8>(target(), 19)));
  if (kindOf(reference) == KIND_TOKEN) return callToken(reference);
  if (kindOf(reference) == KIND_POOL) return callPoolOrToken(reference);
  if (kindOf(reference) != KIND_MODULE) return ERR_NO_CONTRACT;
  return indexOf(reference) == 1 ? callFactory() : callRouter();
}
