import { copyAddress, isZeroAddress } from './bytes';
import { OK, ERR_NOT_PAYABLE, ERR_READ_ONLY } from './errors';
import { KERNEL } from './memory';
import { isZero128 } from '../math/u128';

/** The call being executed. Fields live at fixed places; pointers returned here stay valid until the call ends. */

const CALLER: usize = KERNEL + 0x200;
const TARGET: usize = KERNEL + 0x220;
const VALUE: usize = KERNEL + 0x240;
const DATA: usize = KERNEL + 0x250;
const DATA_LENGTH: usize = KERNEL + 0x254;
const READ_ONLY: usize = KERNEL + 0x258;

/** Starts a call. `caller`, `target` point to addresses, `value` to a u128 in wei; calldata stays where it is. */
export function openCall(caller: usize, target: usize, value: usize, data: usize, length: u32, readOnly: bool): void {
  copyAddress(CALLER, caller);
  copyAddress(TARGET, target);
  store<u64>(VALUE, load<u64>(value));
  store<u64>(VALUE, load<u64>(value, 8), 8);
  store<u32>(DATA, u32(data));
  store<u32>(DATA_LENGTH, length);
  store<u32>(READ_ONLY, u32(readOnly));
}

/** Who calls (20 bytes): the signer, or the aliased sender of a delayed message. */
export function caller(): usize {
  return CALLER;
}

/** Who is called (20 bytes). */
export function target(): usize {
  return TARGET;
}

/** Wei sent along, u128, still on the caller's balance: a payable function takes it from there itself (bank.debit of TOKEN_ETH). */
export function callValue(): usize {
  return VALUE;
}

export function callData(): usize {
  return usize(load<u32>(DATA));
}

export function callDataLength(): u32 {
  return load<u32>(DATA_LENGTH);
}

/** The first four of `length` bytes as a big-endian number, 0 when there are fewer. */
export function selectorOf(data: usize, length: u32): u32 {
  return length < 4 ? 0 : bswap<u32>(load<u32>(data));
}

/** Selector of the call being executed. */
export function selector(): u32 {
  return selectorOf(callData(), callDataLength());
}

/** 0, or ERR_READ_ONLY inside a multicall. Every function that changes state asks this first. */
export function requireWritable(): u32 {
  return load<u32>(READ_ONLY) != 0 ? ERR_READ_ONLY : OK;
}

/** 0, or ERR_NOT_PAYABLE when wei came along. */
export function requireNoValue(): u32 {
  return isZero128(VALUE) ? OK : ERR_NOT_PAYABLE;
}

/** What a function that changes state and takes no ETH asks first. */
export function requireWritableWithoutValue(): u32 {
  const code = requireWritable();
  return code != OK ? code : requireNoValue();
}

/** Whether the caller is the zero address, as in an `eth_call` without a sender. */
export function isAnonymousCaller(): bool {
  return isZeroAddress(CALLER);
}
