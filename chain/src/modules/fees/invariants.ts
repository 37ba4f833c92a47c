import { block } from '../../kernel/block-context';
import { isZeroWord } from '../../kernel/bytes';
import { TOKEN_DCEP, TOKEN_ETH, TOKEN_MB } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { FEES } from '../../kernel/memory';
import { readState } from '../../kernel/store';
import { add128, equal128, isZero128, less128, set128 } from '../../math/u128';
import { mulDivUp128 } from '../../math/u256';
import { quoteAtMeanPrice } from '../swap/price';
import { potKey } from './keys';
import { BPS, ETHER, MAXIMUM_BASE_PRICE, MAXIMUM_BYTE_PRICE, MAXIMUM_SPREAD_BPS, MINIMUM_BASE_PRICE } from './params';
import { feeRate } from './prices';
import { FEE, KEY, L1_FEE, POT_WORD } from './types';

/** Statements about the charge at hand, the pots and the prices of the block that always hold. */

const SUM: usize = FEES + 0x240;
const MEAN: usize = FEES + 0x260;
const ONE_ETHER: usize = FEES + 0x280;
const HIGHEST: usize = FEES + 0x2a0;
const UNIT: usize = FEES + 0x2c0;

/** fee = L2 part + L1 part, so the L1 part is not above the fee. */
export function isL1PartWithinFee(): bool {
  return !less128(FEE, L1_FEE);
}

function loadPot(token: u64): void {
  potKey(KEY, token);
  readState(KEY, POT_WORD);
}

/** Within a block the pot of a token holds the fees that were paid in it, `collected`, a u128: no unit more or less. */
export function isPotExact(token: u64, collected: usize): bool {
  loadPot(token);
  return !add128(SUM, POT_WORD, POT_WORD + 16) && equal128(SUM, collected);
}

function isPotEmpty(token: u64): bool {
  loadPot(token);
  return isZeroWord(POT_WORD);
}

/** Between blocks all pots are empty. */
export function arePotsEmpty(): bool {
  return isPotEmpty(TOKEN_ETH) && isPotEmpty(TOKEN_MB) && isPotEmpty(TOKEN_DCEP);
}

/** The prices of the block are within the bounds of the parameters, whatever L1 and the stored parameters say. */
export function arePricesBounded(): bool {
  const context = block();
  if (context.basePrice < MINIMUM_BASE_PRICE || context.basePrice > MAXIMUM_BASE_PRICE) return false;
  return context.l1BytePrice <= MAXIMUM_BYTE_PRICE;
}

/** The rate of MB or DCEP is refused (zero), or the mean price of its pool plus at most MAXIMUM_SPREAD_BPS. Asked at the block's begin. */
export function isRateBounded(token: u64): bool {
  const rate = feeRate(token);
  if (isZero128(rate)) return true;
  set128(ONE_ETHER, ETHER, 0);
  if (quoteAtMeanPrice(TOKEN_ETH, token, ONE_ETHER, MEAN) != OK) return false;
  set128(HIGHEST, BPS + u64(MAXIMUM_SPREAD_BPS), 0);
  set128(UNIT, BPS, 0);
  if (mulDivUp128(HIGHEST, MEAN, HIGHEST, UNIT)) return false;
  return !less128(rate, MEAN) && !less128(HIGHEST, rate);
}
