import {
  ERR_ABI_DIRTY,
  ERR_ABI_OFFSET,
  ERR_ABI_TOO_LONG,
  ERR_ABI_TRUNCATED,
  ERR_AMOUNT_RANGE,
  ERR_DIVISION_BY_ZERO,
  ERR_MULTICALL_FAILED,
  ERR_NO_CONTRACT,
  ERR_NOT_AN_ENTITY,
  ERR_NOT_PAYABLE,
  ERR_OVERFLOW,
  ERR_QUERY_ONLY,
  ERR_READ_ONLY,
  ERR_RETURN_TOO_LONG,
  ERR_UNKNOWN_SELECTOR,
} from './errors';

/** The sentence that a revert shows for a number of the kernel. */
export function kernelReason(code: u32): string {
  switch (code) {
    case ERR_NO_CONTRACT:
      return 'no contract at this address';
    case ERR_UNKNOWN_SELECTOR:
      return 'unknown function';
    case ERR_ABI_TRUNCATED:
      return 'arguments cut short';
    case ERR_ABI_DIRTY:
      return 'argument out of range of its type';
    case ERR_ABI_OFFSET:
      return 'argument points outside the call data';
    case ERR_ABI_TOO_LONG:
      return 'argument too long';
    case ERR_AMOUNT_RANGE:
      return 'amount is 2^128 or more';
    case ERR_READ_ONLY:
      return 'state change in a read-only call';
    case ERR_NOT_PAYABLE:
      return 'function takes no ETH';
    case ERR_RETURN_TOO_LONG:
      return 'answer too long';
    case ERR_MULTICALL_FAILED:
      return 'Multicall3: call failed';
    case ERR_QUERY_ONLY:
      return 'Multicall3: only in eth_call, and not nested';
    case ERR_OVERFLOW:
      return 'arithmetic overflow';
    case ERR_DIVISION_BY_ZERO:
      return 'division by zero';
    case ERR_NOT_AN_ENTITY:
      return 'not an address of this chain';
    default:
      return '';
  }
}
