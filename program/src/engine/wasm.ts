/** A compiled program. Can be sent to worker threads, which then share the machine code. */
export interface ProgramModule {
  readonly __program?: never;
}

/** Linear memory; `grow` takes pages of 64 KiB and detaches the old buffer. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A table of functions. */
export interface WasmTable {
  grow(count: number): number;
  set(index: number, value: unknown): void;
}

interface Api {
  readonly Module: {
    new (bytes: Uint8Array): ProgramModule;
    imports(module: ProgramModule): { module: string; name: string; kind: string }[];
    exports(module: ProgramModule): { name: string; kind: string }[];
  };
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (module: ProgramModule, imports: Imports) => { readonly exports: unknown };
  readonly RuntimeError: new () => Error;
}

export type Imports = Readonly<
  Record<string, Readonly<Record<string, ((...args: never[]) => void) | { readonly buffer: ArrayBuffer }>>>
>;

/** The parts of the WebAssembly API in use; Node's types do not declare it without those of a browser. */
export const webAssembly = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;

/** Memory of the program, bytes; fixed. */
export const MEMORY_BYTES = 256 * 1_024;

/** Exports of the program (docs/spec/program.md). */
export interface ProgramExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  run(): bigint;
  begin(): number;
  apply(length: number): number;
  end(): number;
  prepare(length: number): number;
  query(length: number): number;
  buffer(id: number): number;
  bufferLength(): number;
}

export const programExports: readonly (keyof ProgramExports)[] = [
  'memory',
  'run',
  'begin',
  'apply',
  'end',
  'prepare',
  'query',
  'buffer',
  'bufferLength',
];

export const hostOperations = [
  'state_get',
  'state_set',
  'checkpoint',
  'rollback',
  'commit',
  'read_input',
  'keccak',
  'ecrecover',
  'bls_verify',
  'log',
] as const;
