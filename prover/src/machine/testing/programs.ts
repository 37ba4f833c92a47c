import wabtInit from 'wabt';
import type { HostCryptography } from '../crypto.js';
import { ZERO_WORD } from '../merkle/hash.js';

const wabt = await wabtInit();

/** Assembles WebAssembly text. */
export function assemble(text: string): Uint8Array {
  const module = wabt.parseWat('test.wat', text, { mutable_globals: true, sign_extension: true, multi_value: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  return buffer;
}

/** Imports of all host operations, as a program declares them. */
export const HOST_IMPORTS = `
  (import "host" "state_get" (func $state_get (param i32 i32)))
  (import "host" "state_set" (func $state_set (param i32 i32)))
  (import "host" "checkpoint" (func $checkpoint))
  (import "host" "rollback" (func $rollback))
  (import "host" "commit" (func $commit))
  (import "host" "read_input" (func $read_input (param i64 i32)))
  (import "host" "keccak" (func $keccak (param i32 i32 i32)))
  (import "host" "ecrecover" (func $ecrecover (param i32 i32)))
  (import "host" "bls_verify" (func $bls_verify (param i32 i32)))
  (import "host" "log" (func $log (param i32 i32)))`;

/** No signature is valid. */
export const noCryptography: HostCryptography = {
  recover: () => ZERO_WORD,
  verifyAggregate: () => false,
};
