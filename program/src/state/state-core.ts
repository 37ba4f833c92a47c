import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { KECCAK_START, KeccakMemory } from '../crypto/keccak.js';
import { EngineError } from '../errors.js';
import { type ProgramModule, webAssembly } from '../engine/wasm.js';

/** Functions of program/core; addresses in bytes of the core's memory. */
export interface CoreExports {
  seed(at: number): void;
  /** Number of the record whose key stands at KEY, or -1. */
  find(): number;
  /** Writes the word at VALUE under the key at KEY; number of the record. */
  write(): number;
  removeNewest(): void;
  undo(mark: number): void;
  resize(records: number, entries: number): void;
  adopt(count: number): number;
  warm(count: number): void;
  setReplay(from: number, to: number, beyond: number): void;
  replayPosition(): number;
}

type Constant = { readonly value: number };
type CoreConstants = Readonly<
  Record<
    'INPUT' | 'KEY' | 'RECORDS' | 'SIZES' | 'VALUE' | 'WARM' | 'WARM_CAPACITY' | 'WINDOW' | 'WINDOW_CAPACITY',
    Constant
  >
>;

/** Reads a module that the build made. Fails: engine/not-built. */
const readModule = (name: string): ProgramModule => {
  const path = fileURLToPath(new URL(`../../dist/${name}.wasm`, import.meta.url));
  try {
    return new webAssembly.Module(new Uint8Array(readFileSync(path)));
  } catch (cause) {
    throw new EngineError('engine/not-built', `${path}: build the program first (${String(cause)})`);
  }
};

let modules: Record<'index' | 'bridge' | 'trampoline', ProgramModule> | undefined;

/** The modules of program/core, read once. Fails: engine/not-built. */
export const coreModules = (): Record<'index' | 'bridge' | 'trampoline', ProgramModule> =>
  (modules ??= {
    index: readModule('core-index'),
    bridge: readModule('core-bridge'),
    trampoline: readModule('core-trampoline'),
  });

/** What the core asks of JavaScript. */
export interface CoreImports {
  /** Room for one more record (0) or journal entry (1). */
  grow(what: number): void;
  refill(): void;
}

/** One instance of the core with its memory. */
export class Core {
  readonly memory = new KeccakMemory(KECCAK_START);
  readonly exports: CoreExports;
  private readonly constants: CoreConstants;

  constructor(imports: CoreImports) {
    const host = { ...imports, keccak: this.memory.hash };
    const { exports } = new webAssembly.Instance(coreModules().index, {
      env: { memory: this.memory.memory },
      host: host as never,
    });
    this.exports = exports as CoreExports;
    this.constants = exports as CoreConstants;
  }

  /** A place or a size of program/core/layout.ts. */
  constant(name: keyof CoreConstants): number {
    return this.constants[name].value;
  }
}
