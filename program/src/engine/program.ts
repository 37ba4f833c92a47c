import { EngineError, TrapError } from '../errors.js';
import type { Host } from './host.js';
import {
  hostOperations,
  MEMORY_BYTES,
  type ProgramExports,
  programExports,
  type ProgramModule,
  webAssembly,
} from './wasm.js';

const buffers = { context: 0, transaction: 1, result: 2 } as const;
export const TRANSACTION_BUFFER_BYTES = 16_384 + 64;

/**
 * Compiles the program and checks its surface: exactly the exports and host operations of docs/spec/program.md.
 * Fails: engine/module.
 */
export const compileProgram = (wasm: Uint8Array): ProgramModule => {
  let module: ProgramModule;
  try {
    module = new webAssembly.Module(wasm);
  } catch (cause) {
    throw new EngineError('engine/module', `the program is no WebAssembly module: ${String(cause)}`);
  }
  const known: readonly string[] = hostOperations;
  const foreign = webAssembly.Module.imports(module).find(
    (entry) => entry.module !== 'host' || !known.includes(entry.name),
  );
  if (foreign) throw new EngineError('engine/module', `unknown import ${foreign.module}.${foreign.name}`);
  const present = new Set(webAssembly.Module.exports(module).map(({ name }) => name));
  const missing = programExports.filter((name) => !present.has(name));
  if (missing.length > 0) throw new EngineError('engine/module', `exports missing: ${missing.join(', ')}`);
  return module;
};

/** One instance of the program, its memory the initial image. Everything WebAssembly throws becomes a TrapError. */
export class ProgramInstance {
  private readonly exports: ProgramExports;
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  private readonly context: number;
  private readonly transaction: number;
  private readonly result: number;

  constructor(module: ProgramModule, host: Host) {
    this.exports = host.instantiate(module);
    const { buffer } = this.exports.memory;
    if (buffer.byteLength !== MEMORY_BYTES)
      throw new EngineError('engine/module', `memory of ${buffer.byteLength} bytes`);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.context = this.exports.buffer(buffers.context) >>> 0;
    this.transaction = this.exports.buffer(buffers.transaction) >>> 0;
    this.result = this.exports.buffer(buffers.result) >>> 0;
  }

  run(): bigint {
    return this.guarded(() => BigInt.asUintN(64, this.exports.run()));
  }

  begin(context: Uint8Array): number {
    this.writeContext(context);
    return this.guarded(() => this.exports.begin() >>> 0);
  }

  /** Writes the block context buffer without opening a block. */
  writeContext(context: Uint8Array): void {
    this.bytes.set(context, this.context);
  }

  end(): number {
    return this.guarded(() => this.exports.end() >>> 0);
  }

  /** Fails: engine/length for more than the transaction buffer holds. */
  apply(entry: Uint8Array): number {
    this.writeTransaction(entry);
    try {
      return this.exports.apply(entry.length) >>> 0;
    } catch (error) {
      throw asTrap(error);
    }
  }

  /** `apply` of an entry that stands at word `from` of an array. Fails: engine/length. */
  applyWords(words: Int32Array, from: number, length: number): number {
    if (length > TRANSACTION_BUFFER_BYTES) throw tooLong(length);
    const target = this.transaction >>> 2;
    const size = (length + 3) >> 2;
    for (let word = 0; word < size; word++) this.words[target + word] = words[from + word]!;
    try {
      return this.exports.apply(length) >>> 0;
    } catch (error) {
      throw asTrap(error);
    }
  }

  prepare(entry: Uint8Array): number {
    this.writeTransaction(entry);
    return this.guarded(() => this.exports.prepare(entry.length) >>> 0);
  }

  query(request: Uint8Array): { code: number; answer: Uint8Array } {
    this.writeTransaction(request);
    return this.guarded(() => {
      const code = this.exports.query(request.length) >>> 0;
      const length = this.exports.bufferLength() >>> 0;
      return { code, answer: this.bytes.slice(this.result, this.result + length) };
    });
  }

  private writeTransaction(entry: Uint8Array): void {
    if (entry.length > TRANSACTION_BUFFER_BYTES) throw tooLong(entry.length);
    this.bytes.set(entry, this.transaction);
  }

  private guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw asTrap(error);
    }
  }
}

const tooLong = (length: number): EngineError =>
  new EngineError('engine/length', `${length} bytes do not fit the transaction buffer`);

/** WebAssembly's own traps (unreachable, bounds, stack) become TrapError; errors of the host's own making pass through. */
const asTrap = (error: unknown): unknown => {
  if (error instanceof webAssembly.RuntimeError || error instanceof RangeError)
    return new TrapError(String(error.message));
  return error;
};
