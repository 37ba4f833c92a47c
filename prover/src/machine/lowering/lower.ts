import { orderByCalls } from './call-graph.js';
import { LoweringError } from './errors.js';
import { lowerFunction } from './function.js';
import type { LinkContext, LoweredFunction } from './link.js';
import { HOST_NUMBERS, requireHostSignature } from './host-operations.js';
import type { Instruction } from './instruction.js';
import { initialMemory, parseModule, type WasmModule } from './module.js';

/** Frames are hashed whole in every step, so large ones would make every step dear. */
export const MAX_FRAME_SLOTS = 48;
/** `pc` is 32 bits wide; a program this large would cost more to deploy than it is worth. */
const MAX_INSTRUCTIONS = 1 << 20;
const MAX_TABLE = 4_096;

export interface LoweringOptions {
  /** Exports that can be started. Default: all. */
  readonly entries?: readonly string[];
  /** Other host functions than MetaChain's, for tests of the machine on foreign modules. */
  readonly hosts?: ReadonlyMap<string, number>;
  /** Accepts recursion, large frames and a start function, for tests of the machine on foreign modules. */
  readonly relaxed?: boolean;
}

export interface EntryPoint {
  readonly pc: number;
  readonly frameSlots: number;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

/** A program as the machine runs it. */
export interface LoweredProgram {
  readonly code: readonly Instruction[];
  readonly entries: ReadonlyMap<string, EntryPoint>;
  readonly memory: Uint8Array;
  /** Initial values of the mutable globals. */
  readonly globals: readonly bigint[];
  /** Slots of the deepest chain of calls; undefined if the calls are recursive. */
  readonly maxStackSlots: number | undefined;
  /** Host operations that the code can reach. */
  readonly hosts: ReadonlySet<number>;
}

/**
 * Lowers a WebAssembly module to register code: every function that an entry can reach.
 * @throws LoweringError naming what is not provable
 */
export function lower(wasm: Uint8Array, options: LoweringOptions = {}): LoweredProgram {
  return new ModuleLowering(parseModule(wasm), options).run();
}

class ModuleLowering {
  private readonly link: LinkContext;
  private readonly code: Instruction[] = [];
  private readonly functions = new Map<number, LoweredFunction>();

  constructor(
    private readonly module: WasmModule,
    private readonly options: LoweringOptions,
  ) {
    const hosts = options.hosts ?? HOST_NUMBERS;
    if (options.hosts === undefined) module.imports.forEach(requireHostSignature);
    if (module.start !== undefined && !options.relaxed) {
      throw new LoweringError('start-function', `function ${module.start}`);
    }
    this.link = { module, hosts, table: staticTable(module), globalSlots: globalSlots(module) };
  }

  run(): LoweredProgram {
    const starts = this.entryIndices();
    [...starts.values()].forEach((index) => this.lowerReachable(index));
    const { maxStackSlots } = orderByCalls(this.functions, this.options.relaxed ?? false);
    this.resolveCalls();
    return {
      code: this.code,
      entries: new Map([...starts].map(([name, index]) => [name, this.entry(index)])),
      memory: initialMemory(this.module),
      globals: this.module.globals.filter((global) => global.mutable).map((global) => global.initial ?? 0n),
      maxStackSlots,
      hosts: new Set(this.code.filter((i) => i.opcode === 0x12).map((i) => Number(i.immediate))),
    };
  }

  private entryIndices(): Map<string, number> {
    const names = this.options.entries ?? [...this.module.exports.keys()];
    return new Map(names.map((name) => [name, this.exportIndex(name)]));
  }

  private exportIndex(name: string): number {
    const index = name === '(start)' ? this.module.start : this.module.exports.get(name);
    if (index === undefined) throw new LoweringError('no-such-export', name);
    if (index < this.module.imports.length) throw new LoweringError('export-not-lowered', `${name} is an import`);
    return index;
  }

  private entry(index: number): EntryPoint {
    const lowered = this.functions.get(index);
    if (lowered === undefined) throw new LoweringError('export-not-lowered', `function ${index}`);
    return { pc: lowered.pc, frameSlots: lowered.frameSlots, ...lowered.type };
  }

  private lowerReachable(start: number): void {
    const waiting = [start];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (this.functions.has(index)) continue;
      const body = this.module.bodies[index - this.module.imports.length];
      if (body === undefined) throw new LoweringError('invalid-module', `function ${index}`);
      const lowered = lowerFunction(this.link, body, this.code);
      this.checkSize(index, lowered);
      this.functions.set(index, lowered);
      waiting.push(...lowered.calls.map((call) => call.target).reverse());
    }
  }

  private checkSize(index: number, lowered: LoweredFunction): void {
    const limit = this.options.relaxed ? 0xfffe : MAX_FRAME_SLOTS;
    if (lowered.frameSlots > limit) {
      throw new LoweringError('frame-too-large', `function ${index}: ${lowered.frameSlots} slots, at most ${limit}`);
    }
    if (this.code.length > MAX_INSTRUCTIONS) throw new LoweringError('program-too-large', `${this.code.length}`);
  }

  private resolveCalls(): void {
    for (const { calls } of this.functions.values()) {
      for (const { instruction, target } of calls) {
        const callee = this.functions.get(target);
        if (callee === undefined) throw new LoweringError('invalid-module', `function ${target}`);
        instruction.immediate = BigInt(callee.pc);
        instruction.b = callee.frameSlots;
      }
    }
  }
}

/** Mutable globals live in memory leaves, four to a leaf, in the order of their indices. */
function globalSlots(module: WasmModule): Map<number, number> {
  const slots = new Map<number, number>();
  module.globals.forEach((global, index) => {
    if (global.mutable) slots.set(index, slots.size);
  });
  return slots;
}

/** The table up to its last entry: what lies beyond traps like an empty entry. */
function staticTable(module: WasmModule): number[] {
  const table: number[] = [];
  for (const { offset, content } of module.elements) {
    const end = offset + content.length;
    if (end > (module.tableSize ?? 0)) throw new LoweringError('segment-out-of-range', `elements at ${offset}`);
    if (end > MAX_TABLE) throw new LoweringError('too-many-targets', `table of ${end}`);
    while (table.length < end) table.push(-1);
    content.forEach((target, index) => (table[offset + index] = target));
  }
  return table;
}
