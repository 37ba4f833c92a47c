import * as asc from 'assemblyscript/asc';

import { EngineError } from '../errors.js';
import type { ProgramModule } from '../engine/wasm.js';
import { webAssembly } from '../engine/wasm.js';

/** The host operations, each exported under its own name: for tests that call them one by one. */
export interface HostCalls {
  readonly memory: { readonly buffer: ArrayBuffer };
  state_get(key: number, out: number): void;
  state_set(key: number, value: number): void;
  checkpoint(): void;
  rollback(): void;
  commit(): void;
  read_input(index: bigint, out: number): void;
  keccak(pointer: number, length: number, out: number): void;
  ecrecover(pointer: number, out: number): void;
  bls_verify(pointer: number, out: number): void;
  log(pointer: number, length: number): void;
}

const signatures = {
  state_get: 'key: u32, out: u32',
  state_set: 'key: u32, value: u32',
  checkpoint: '',
  rollback: '',
  commit: '',
  read_input: 'index: u64, out: u32',
  keccak: 'pointer: u32, length: u32, out: u32',
  ecrecover: 'pointer: u32, out: u32',
  bls_verify: 'pointer: u32, out: u32',
  log: 'pointer: u32, length: u32',
};

const source = Object.entries(signatures)
  .map(([name, parameters]) => {
    const values = parameters.replaceAll(/: u\d+/g, '');
    return `@external("host", "${name}") declare function _${name}(${parameters}): void;
      export function ${name}(${parameters}): void { _${name}(${values}); }`;
  })
  .join('\n');

const pages = ['--initialMemory', '4', '--maximumMemory', '4'];

/** Compiles the program that hands every call to its host. Its memory has the size of the real one and starts with zeros. */
export const hostProgram = async (): Promise<ProgramModule> => {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['entry.ts', '--outFile', 'out.wasm', '--runtime', 'stub', ...pages], {
    readFile: (name) => (name === 'entry.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'out.wasm') binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new EngineError('engine/program', stderr.toString());
  return new webAssembly.Module(binary);
};
