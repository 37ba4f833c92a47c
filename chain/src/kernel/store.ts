import { state_get, state_set } from './host';
import { copyAddress, copyBytes } from './bytes';

/**
 * State access: 32-byte words under 32-byte keys (docs/spec/state.md). A module keeps key and value in its own scratch, both at
 * multiples of 32, so that a record read once can be written back without building its key again.
 */

/** Key of one record of a module: `module, kind, zeros`. */
export function makeKey(key: usize, module: u32, kind: u32): void {
  store<u64>(key, u64(module | (kind << 8)));
  store<u64>(key, 0, 8);
  store<u64>(key, 0, 16);
  store<u64>(key, 0, 24);
}

/** Key by two numbers: `module, kind, 0, 0, reference u64, number u64, 12 zeros`. */
export function makeKeyNumbers(key: usize, module: u32, kind: u32, reference: u64, number: u64): void {
  store<u32>(key, module | (kind << 8));
  store<u64>(key, reference, 4);
  store<u64>(key, number, 12);
  store<u64>(key, 0, 20);
  store<u32>(key, 0, 28);
}

/** Key by a number and an address: `module, kind, 0, 0, reference u64, address[20]`. */
export function makeKeyAddress(key: usize, module: u32, kind: u32, reference: u64, address: usize): void {
  store<u32>(key, module | (kind << 8));
  store<u64>(key, reference, 4);
  copyAddress(key + 12, address);
}

/** Key by the first 30 bytes of a hash: `module, kind, hash[0..30]`. */
export function makeKeyHash(key: usize, module: u32, kind: u32, hash: usize): void {
  store<u16>(key, u16(module | (kind << 8)));
  copyBytes(key + 2, hash, 30);
}

/** Reads the word under `key` into `out`; zero if it was never written. */
export function readState(key: usize, out: usize): void {
  state_get(key, out);
}

/** Writes the word under `key`. */
export function writeState(key: usize, value: usize): void {
  state_set(key, value);
}
