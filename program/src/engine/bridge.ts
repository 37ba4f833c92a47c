import { TrapError } from '../errors.js';
import { coreModules } from '../state/state-core.js';
import type { StateStore } from '../state/state-store.js';
import { type Imports, type ProgramExports, type ProgramModule, type WasmTable, webAssembly } from './wasm.js';

/** Places in the table of program/core/trampoline.ts, from 1 on. */
const operations = ['state_get', 'state_set', 'keccak', 'ecrecover'] as const;
/** Reasons of program/core/bridge.ts. */
const reasons = ['unaligned pointer', 'pointer out of memory', 'range too long'];

type Operations = Readonly<Record<(typeof operations)[number], (...args: never[]) => void>>;

const refuse = (reason: number): never => {
  throw new TrapError(reasons[reason]!);
};

/**
 * Instantiates the program so that its hot operations go to the store's core without JavaScript. `imports` serves the others, and
 * `recover` the recoveries that no memo answers.
 */
export const instantiateBridged = (
  module: ProgramModule,
  imports: Imports,
  store: StateStore,
  recover: (pointer: number, out: number) => void,
): ProgramExports => {
  const modules = coreModules();
  const { exports: core, memory } = store.core;
  const trampoline = new webAssembly.Instance(modules.trampoline, { env: { memory: memory.memory } })
    .exports as Operations & { readonly table: WasmTable };
  const hot = Object.fromEntries(operations.map((name) => [name, trampoline[name]]));
  const program = new webAssembly.Instance(module, { host: { ...imports['host'], ...hot } }).exports as ProgramExports;
  const bridge = new webAssembly.Instance(modules.bridge, {
    env: { memory: program.memory },
    core: core as never,
    host: { refuse, recover } as never,
  }).exports as Operations;
  trampoline.table.grow(operations.length);
  operations.forEach((name, index) => trampoline.table.set(index + 1, bridge[name]));
  return program;
};
