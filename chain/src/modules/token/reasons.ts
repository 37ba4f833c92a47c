import * as errors from './errors';

/** What an error of the token registry means, for revert reasons; empty when unknown. */
export function tokenReason(code: u32): string {
  switch (code) {
    case errors.ERR_TOKEN_UNKNOWN:
      return 'no such token';
    case errors.ERR_L1_TOKEN_ZERO:
      return 'L1 token is the zero address';
    case errors.ERR_NAME_LENGTH:
      return 'name must have 1 to 64 bytes';
    case errors.ERR_SYMBOL_LENGTH:
      return 'symbol must have 1 to 32 bytes';
    case errors.ERR_TOKEN_COUNT:
      return 'no token index left';
    default:
      return '';
  }
}
