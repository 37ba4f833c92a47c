import * as errors from './errors';

function poolReason(code: u32): string {
  switch (code) {
    case errors.ERR_POOL_UNKNOWN:
      return 'no such pool';
    case errors.ERR_POOL_EXISTS:
      return 'pool exists';
    case errors.ERR_IDENTICAL_TOKENS:
      return 'identical tokens';
    case errors.ERR_POOL_COUNT:
      return 'no pool index left';
    default:
      return '';
  }
}

function amountReason(code: u32): string {
  switch (code) {
    case errors.ERR_AMOUNT_ZERO:
      return 'amount is zero';
    case errors.ERR_NO_LIQUIDITY:
      return 'insufficient liquidity';
    case errors.ERR_RESERVE_LIMIT:
      return 'amount or reserve reaches 2^112';
    case errors.ERR_OUTPUT_TOO_LOW:
      return 'insufficient output amount';
    case errors.ERR_INPUT_TOO_HIGH:
      return 'excessive input amount';
    case errors.ERR_OUTPUT_ZERO:
      return 'output rounds to zero';
    case errors.ERR_OUTPUT_EXCEEDS_RESERVE:
      return 'output exceeds reserve';
    case errors.ERR_LIQUIDITY_TOO_LOW:
      return 'insufficient liquidity minted or burned';
    case errors.ERR_AMOUNT0_TOO_LOW:
      return 'insufficient amount of token 0';
    case errors.ERR_AMOUNT1_TOO_LOW:
      return 'insufficient amount of token 1';
    default:
      return '';
  }
}

/** What an error of the exchange means, for revert reasons; empty when unknown. */
export function swapReason(code: u32): string {
  if (code < 5100) return poolReason(code);
  if (code < 5200) return amountReason(code);
  switch (code) {
    case errors.ERR_DEADLINE_PASSED:
      return 'expired';
    case errors.ERR_ROUTE_LENGTH:
      return 'a route has 1 to 3 hops';
    case errors.ERR_ROUTE_BROKEN:
      return 'pools of the route do not connect';
    case errors.ERR_ROUTE_REPEATS:
      return 'the route uses a pool twice';
    case errors.ERR_PATH_NOT_ETH:
      return 'invalid path';
    case errors.ERR_PRICE_HISTORY:
      return 'price history too short';
    case errors.ERR_NO_FEE_POOL:
      return 'no pool to price the fee with';
    case errors.ERR_PRICE_WINDOW:
      return 'price window out of range';
    default:
      return '';
  }
}
