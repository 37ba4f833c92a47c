import { CONTEXT_RATES, block } from '../../kernel/block-context';
import { TOKEN_DCEP, TOKEN_ETH, TOKEN_MB } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { read_input } from '../../kernel/host';
import { readState, writeState } from '../../kernel/store';
import { set128 } from '../../math/u128';
import { divideUp256, fits128, from128, multiplySmall256, set256 } from '../../math/u256';
import { quoteAtMeanPrice } from '../swap/price';
import { l1OriginKey, l1PricesKey, paramsKey } from './keys';
import {
  BLOB_RESERVE_SHIFT,
  BPS,
  ETHER,
  FeeParams,
  MAXIMUM_BASE_PRICE,
  MAXIMUM_L1_PRICE,
  MAXIMUM_SCALAR,
  MAXIMUM_SPREAD_BPS,
  MILLION,
  MINIMUM_BASE_PRICE,
} from './params';
import { INPUT_WORD, KEY, ORIGIN_WORD, PARAMS_WORD, PRICES_WORD, SCRATCH, l1Origin, l1Prices } from './types';

/** Prices of a block: fixed at `begin`, from parameters, the inbox item the producer names, and the pools' mean prices. */

/** Words of an item header (docs/spec/batch.md). */
const ITEM_SPACE: u64 = 1;
const ITEM_L1_NUMBER: u64 = 2;
const ITEM_L1_TIME: u64 = 3;
const ITEM_BASE_FEE: u64 = 4;
const ITEM_BLOB_BASE_FEE: u64 = 5;

const ONE_ETHER: usize = SCRATCH;
const RATE: usize = SCRATCH + 0x20;
const RATE_WIDE: usize = SCRATCH + 0x40;
const DIVISOR: usize = SCRATCH + 0x60;

function params(): FeeParams {
  return changetype<FeeParams>(PARAMS_WORD);
}

function clamp(value: u64, low: u64, high: u64): u64 {
  return value < low ? low : value > high ? high : value;
}

/** A number from an item header, at most MAXIMUM_L1_PRICE for prices. */
function readItemNumber(item: u64, word: u64): u64 {
  read_input((ITEM_SPACE << 56) | (item << 16) | word, INPUT_WORD);
  if ((load<u64>(INPUT_WORD) | load<u64>(INPUT_WORD, 8) | load<u64>(INPUT_WORD, 16)) != 0) return u64.MAX_VALUE;
  return bswap<u64>(load<u64>(INPUT_WORD, 24));
}

/**
 * Wei per L1 byte, rounded up: `blobScalar * max(blobBaseFee, baseFee / 16) + overheadScalar * baseFee`, in millionths.
 * Source: EIP-4844, EIP-7918.
 */
function bytePrice(baseFee: u64, blobBaseFee: u64): u64 {
  const reserve = (baseFee + 15) >> BLOB_RESERVE_SHIFT;
  const blobPrice = blobBaseFee > reserve ? blobBaseFee : reserve;
  const blobScalar = clamp(u64(params().blobScalar), 0, u64(MAXIMUM_SCALAR));
  const overheadScalar = clamp(u64(params().overheadScalar), 0, u64(MAXIMUM_SCALAR));
  // Prices below 2^44 and scalars below 2^27, so the sum stays below 2^64 after the split by millions.
  return scaled(blobPrice, blobScalar) + scaled(baseFee, overheadScalar);
}

/** ceil(price * scalar / 10^6) for price <= 10^13, scalar <= 10^8, without leaving 64 bits. */
function scaled(price: u64, scalar: u64): u64 {
  const whole = price / MILLION;
  const rest = price % MILLION;
  return whole * scalar + (rest * scalar + MILLION - 1) / MILLION;
}

/** Takes over the prices of inbox item `priceItem - 1` unless a newer one applies already. */
function refreshL1Prices(priceItem: u64): void {
  l1OriginKey(KEY);
  readState(KEY, ORIGIN_WORD);
  if (priceItem <= l1Origin().item) return;
  const item = priceItem - 1;
  l1Origin().item = priceItem;
  l1Origin().number = readItemNumber(item, ITEM_L1_NUMBER);
  l1Origin().timestamp = readItemNumber(item, ITEM_L1_TIME);
  writeState(KEY, ORIGIN_WORD);
  const prices = l1Prices();
  prices.baseFee = clamp(readItemNumber(item, ITEM_BASE_FEE), 0, MAXIMUM_L1_PRICE);
  prices.blobBaseFee = clamp(readItemNumber(item, ITEM_BLOB_BASE_FEE), 0, MAXIMUM_L1_PRICE);
  prices.bytePrice = bytePrice(prices.baseFee, prices.blobBaseFee);
  l1PricesKey(KEY);
  writeState(KEY, PRICES_WORD);
}

/** Where the rate of a token other than ETH stands in the block context. */
function rateOf(token: u64): usize {
  return CONTEXT_RATES + usize((token - TOKEN_MB) << 4);
}

/** Base units of `token` per ether, spread included, rounded up; zero when there is no pool to take it from. */
function refreshRate(token: u64): void {
  const rate = rateOf(token);
  set128(rate, 0, 0);
  set128(ONE_ETHER, ETHER, 0);
  if (quoteAtMeanPrice(TOKEN_ETH, token, ONE_ETHER, RATE) != OK) return;
  from128(RATE_WIDE, RATE);
  multiplySmall256(RATE_WIDE, RATE_WIDE, BPS + clamp(u64(params().spreadBps), 0, u64(MAXIMUM_SPREAD_BPS)));
  set256(DIVISOR, BPS, 0, 0, 0);
  divideUp256(RATE_WIDE, RATE_WIDE, DIVISOR);
  if (fits128(RATE_WIDE)) set128(rate, load<u64>(RATE_WIDE), load<u64>(RATE_WIDE, 8));
}

/** Reads what was last taken over from L1 into `l1Prices()` and `l1Origin()`. */
export function loadL1Prices(): void {
  l1PricesKey(KEY);
  readState(KEY, PRICES_WORD);
  l1OriginKey(KEY);
  readState(KEY, ORIGIN_WORD);
}

/** Fixes the prices of the block in the block context. Needs its timestamp and price item. */
export function beginFees(): void {
  paramsKey(KEY);
  readState(KEY, PARAMS_WORD);
  l1PricesKey(KEY);
  readState(KEY, PRICES_WORD);
  refreshL1Prices(block().priceItem);
  const context = block();
  context.basePrice = clamp(params().basePrice, MINIMUM_BASE_PRICE, MAXIMUM_BASE_PRICE);
  context.l1BytePrice = l1Prices().bytePrice;
  refreshRate(TOKEN_MB);
  refreshRate(TOKEN_DCEP);
}

/** Rate of MB or DCEP: base units per ether, u128; zero when refused. */
export function feeRate(token: u64): usize {
  return rateOf(token);
}
