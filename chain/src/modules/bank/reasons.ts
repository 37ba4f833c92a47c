import * as errors from './errors';

/** What an error of the bank means, for revert reasons; empty when unknown. */
export function bankReason(code: u32): string {
  switch (code) {
    case errors.ERR_INSUFFICIENT_BALANCE:
      return 'transfer amount exceeds balance';
    case errors.ERR_BALANCE_OVERFLOW:
      return 'balance overflow';
    case errors.ERR_RECIPIENT_FORBIDDEN:
      return 'recipient is a system address';
    case errors.ERR_SUPPLY_UNDERFLOW:
      return 'supply underflow';
    case errors.ERR_RECIPIENT_ZERO:
      return 'transfer to the zero address';
    case errors.ERR_INSUFFICIENT_ALLOWANCE:
      return 'insufficient allowance';
    case errors.ERR_SPENDER_ZERO:
      return 'approve to the zero address';
    default:
      return '';
  }
}
