import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Hex } from 'viem';

import { toHex } from '../codec/bytes.js';
import { keccak256 } from '../crypto/keccak.js';
import { EngineError } from '../errors.js';
import { compileProgram } from './program.js';
import type { ProgramModule } from './wasm.js';

/** The built program. */
export interface LoadedProgram {
  readonly wasm: Uint8Array;
  readonly module: ProgramModule;
  /** Keccak-256 of the WebAssembly bytes. */
  readonly wasmHash: Hex;
}

/** Where the build puts metachain.wasm. */
export const programPath = fileURLToPath(new URL('../../dist/metachain.wasm', import.meta.url));

/** Reads and compiles the program. Fails: engine/not-built, engine/module. */
export const loadProgram = (path = programPath): LoadedProgram => {
  let wasm: Uint8Array;
  try {
    wasm = new Uint8Array(readFileSync(path));
  } catch {
    throw new EngineError('engine/not-built', `${path} is missing; build the program first`);
  }
  return { wasm, module: compileProgram(wasm), wasmHash: toHex(keccak256(wasm)) };
};
