/**
 * The operations as the program imports them. The bridge needs the program's memory and so comes after the program; it is called through the
 * table of this module, which the host fills.
 */

const STATE_GET: u32 = 1;
const STATE_SET: u32 = 2;
const KECCAK: u32 = 3;
const ECRECOVER: u32 = 4;

export function state_get(key: u32, out: u32): void {
  call_indirect<void>(STATE_GET, key, out);
}

export function state_set(key: u32, value: u32): void {
  call_indirect<void>(STATE_SET, key, value);
}

export function keccak(pointer: u32, length: u32, out: u32): void {
  call_indirect<void>(KECCAK, pointer, length, out);
}

export function ecrecover(pointer: u32, out: u32): void {
  call_indirect<void>(ECRECOVER, pointer, out);
}
