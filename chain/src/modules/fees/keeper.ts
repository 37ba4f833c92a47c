import { CONTEXT_PRODUCER, block } from '../../kernel/block-context';
import { isZeroAddress, zeroWord } from '../../kernel/bytes';
import { TOKEN_DCEP, TOKEN_ETH, TOKEN_MB } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { readState, writeState } from '../../kernel/store';
import { add128, isZero128, set128, subtract128 } from '../../math/u128';
import {
  add256,
  fits128,
  less256,
  mulDiv128,
  mulDivUp128,
  multiplyHigh,
  multiplySmall256,
  set256,
} from '../../math/u256';
import { balanceOf, credit, debit } from '../bank/keeper';
import { ERR_GAS_LIMIT, ERR_INSUFFICIENT_FUNDS, ERR_MAXIMUM_FEE, ERR_NO_FEE_RATE, ERR_PRICE_TOO_LOW } from './errors';
import { posterKey, potKey } from './keys';
import { ETHER } from './params';
import { feeRate } from './prices';
import { FEE, KEY, L1_FEE, POSTER_WORD, POT_WORD, SCRATCH, charge } from './types';

/** What a transaction costs, who pays it, and where it goes (README). Fees wait in a pot per token and are paid out when the block ends. */

const PRICE: usize = SCRATCH + 0x80;
const GAS: usize = SCRATCH + 0x90;
const UNIT: usize = SCRATCH + 0xa0;
const NEEDED: usize = SCRATCH + 0xc0;
const BALANCE: usize = SCRATCH + 0xe0;

/** Largest L1 part in gas, far above what the bounds of the parameters mean in practice: keeps sums within 64 bits. */
const MAXIMUM_L1_GAS: u64 = 0x100_0000_0000_0000;

/** Below these the product needs no more than 64 bits. */
const SHORT_PRICE: u64 = 0x400_0000_0000;
const SHORT_BYTES: u32 = 0x10_0000;

/** ceil(bytes * l1BytePrice / basePrice): what the bytes cost on L1, in gas. */
export function l1GasOf(bytes: u32): u64 {
  const context = block();
  const price = context.l1BytePrice;
  if (price < SHORT_PRICE && bytes < SHORT_BYTES)
    return (u64(bytes) * price + context.basePrice - 1) / context.basePrice;
  set128(GAS, u64(bytes), 0);
  set128(PRICE, price, 0);
  set128(UNIT, context.basePrice, 0);
  mulDivUp128(GAS, GAS, PRICE, UNIT);
  return load<u64>(GAS, 8) != 0 || load<u64>(GAS) > MAXIMUM_L1_GAS ? MAXIMUM_L1_GAS : load<u64>(GAS);
}

/** Fills `charge()` for a transaction of `bytes` wire bytes and a step weight; the fee itself comes later. */
export function measureCharge(weight: u64, bytes: u32): void {
  const record = charge();
  record.weight = weight;
  record.l1Gas = l1GasOf(bytes);
  record.gas = weight + record.l1Gas;
}

/** out (u128) = gas times the block's base price, wei. */
function priceGas(out: usize, gas: u64): void {
  const price = block().basePrice;
  set128(out, gas * price, multiplyHigh(gas, price));
}

/** Converts wei in `amount` to base units of the fee token, rounded up. */
function convert(amount: usize, token: u64): u32 {
  if (token == TOKEN_ETH) return OK;
  if (token != TOKEN_MB && token != TOKEN_DCEP) return ERR_NO_FEE_RATE;
  const rate = feeRate(token);
  if (isZero128(rate)) return ERR_NO_FEE_RATE;
  set128(UNIT, ETHER, 0);
  return mulDivUp128(amount, amount, rate, UNIT) ? ERR_NO_FEE_RATE : OK;
}

/** Works out FEE and L1_FEE in `token`. Fails: ERR_NO_FEE_RATE. */
export function priceCharge(token: u64): u32 {
  const record = charge();
  record.token = token;
  priceGas(FEE, record.gas);
  priceGas(L1_FEE, record.l1Gas);
  const code = convert(FEE, token);
  if (code != OK || token == TOKEN_ETH) return code;
  set128(GAS, record.l1Gas, 0);
  set128(UNIT, record.gas, 0);
  mulDiv128(L1_FEE, FEE, GAS, UNIT);
  return OK;
}

/** Whether a packed transaction's limit covers the fee. Fails: ERR_MAXIMUM_FEE. */
export function checkMaximumFee(maximum: u64): u32 {
  return load<u64>(FEE, 8) != 0 || load<u64>(FEE) > maximum ? ERR_MAXIMUM_FEE : OK;
}

/** Whether price and gas limit of an Ethereum transaction cover the charge. `price` is a u256. Fails: ERR_PRICE_TOO_LOW, ERR_GAS_LIMIT. */
export function checkGas(price: usize, gasLimit: u64): u32 {
  if (fits128(price) && load<u64>(price, 8) == 0 && load<u64>(price) < block().basePrice) return ERR_PRICE_TOO_LOW;
  return gasLimit < charge().gas ? ERR_GAS_LIMIT : OK;
}

/** Whether the sender has gas limit times price plus value, as Ethereum demands. u256 pointers. Fails: ERR_INSUFFICIENT_FUNDS. */
export function checkFunds(sender: usize, gasLimit: u64, price: usize, value: usize): u32 {
  balanceOf(TOKEN_ETH, sender, BALANCE);
  set256(BALANCE, load<u64>(BALANCE), load<u64>(BALANCE, 8), 0, 0);
  if (multiplySmall256(NEEDED, price, gasLimit) || add256(NEEDED, NEEDED, value)) return ERR_INSUFFICIENT_FUNDS;
  return less256(BALANCE, NEEDED) ? ERR_INSUFFICIENT_FUNDS : OK;
}

/** Takes FEE from the sender into the pot of the fee token. Fails: ERR_INSUFFICIENT_FUNDS, then nothing was written. */
export function payCharge(sender: usize): u32 {
  const token = charge().token;
  if (debit(token, sender, FEE) != OK) return ERR_INSUFFICIENT_FUNDS;
  potKey(KEY, token);
  readState(KEY, POT_WORD);
  subtract128(GAS, FEE, L1_FEE);
  // The pot is bounded by the token's supply, so neither sum can overflow.
  add128(POT_WORD, POT_WORD, GAS);
  add128(POT_WORD + 16, POT_WORD + 16, L1_FEE);
  writeState(KEY, POT_WORD);
  return OK;
}

/** Pays out the pot of a token: the L2 part to the producer, the L1 part to the poster. */
function settlePot(token: u64): void {
  potKey(KEY, token);
  readState(KEY, POT_WORD);
  if (isZero128(POT_WORD) && isZero128(POT_WORD + 16)) return;
  credit(token, isZeroAddress(CONTEXT_PRODUCER) ? POSTER_WORD : CONTEXT_PRODUCER, POT_WORD);
  credit(token, POSTER_WORD, POT_WORD + 16);
  zeroWord(POT_WORD);
  writeState(KEY, POT_WORD);
}

/** Block hook: pays out what the block's transactions paid. A block of overdue messages has no producer; the poster gets all then. */
export function endFees(): void {
  posterKey(KEY);
  readState(KEY, POSTER_WORD);
  settlePot(TOKEN_ETH);
  settlePot(TOKEN_MB);
  settlePot(TOKEN_DCEP);
}
