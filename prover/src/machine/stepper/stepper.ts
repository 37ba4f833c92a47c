import { readFileSync } from 'node:fs';
import type { EntryPoint, LoweredProgram } from '../lowering/lower.js';
import { StepperError } from './errors.js';
import type { MachineHost } from './host.js';
import { CALLER_BYTES, CELL_BYTES, layoutFor, type MemoryLayout, writeCode } from './memory-layout.js';

export type Status = 'running' | 'halted' | 'trapped';
const STATUSES: readonly Status[] = ['running', 'halted', 'trapped'];

/** Why a machine trapped. L1 knows only that it did. */
export type TrapReason = 'unreachable' | 'out-of-bounds' | 'divide-by-zero' | 'overflow' | 'stack-exhausted' | 'host';
const TRAPS: readonly TrapReason[] = [
  'unreachable',
  'out-of-bounds',
  'divide-by-zero',
  'overflow',
  'stack-exhausted',
  'host',
];

/** A function that waits for its callee. */
export interface Caller {
  readonly returnPc: number;
  readonly frameSlots: number;
  /** Slot that receives the result. */
  readonly destination: number;
  /** The frame, slots as 64-bit big-endian words. */
  readonly frame: Uint8Array;
}

interface StepperExports {
  readonly status: WebAssembly.Global;
  readonly trapCode: WebAssembly.Global;
  readonly steps: WebAssembly.Global;
  readonly result: WebAssembly.Global;
  readonly cell: WebAssembly.Global;
  readonly frame: WebAssembly.Global;
  readonly frameBytes: WebAssembly.Global;
  readonly callers: WebAssembly.Global;
  configure(
    registers: number,
    callers: number,
    callersEnd: number,
    globals: number,
    memory: number,
    size: number,
  ): void;
  start(entry: number, bytes: number): void;
  run(limit: bigint): bigint;
}

let compiled: WebAssembly.Module | undefined;

function stepperModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../../../dist/stepper.wasm', import.meta.url)));
  return compiled;
}

/** Runs a lowered program and can stop after any instruction. */
export class Stepper {
  /** The program's linear memory, live. */
  readonly memory: Uint8Array;
  private readonly exports: StepperExports;
  private readonly layout: MemoryLayout;
  private readonly view: DataView;

  constructor(
    readonly program: LoweredProgram,
    host: MachineHost,
  ) {
    this.layout = layoutFor(program);
    const memory = new WebAssembly.Memory({ initial: this.layout.pages });
    const words = new Uint32Array(memory.buffer);
    const perform = (operation: number, at: number): number => (host.perform(operation, words, at >>> 2, this) ? 0 : 1);
    const instance = new WebAssembly.Instance(stepperModule(), { env: { memory }, host: { host: perform } });
    this.exports = instance.exports as unknown as StepperExports;
    this.view = new DataView(memory.buffer);
    this.memory = new Uint8Array(memory.buffer, this.layout.memory, program.memory.length);
    writeCode(this.view, this.layout, program);
    this.configure();
    this.reset();
  }

  get status(): Status {
    return STATUSES[Number(this.exports.status.value)] ?? 'trapped';
  }

  get trap(): TrapReason | undefined {
    return TRAPS[Number(this.exports.trapCode.value) - 1];
  }

  /** Instructions executed since `start`. */
  get steps(): bigint {
    return BigInt.asUintN(64, BigInt(this.exports.steps.value));
  }

  /** Result of the entry function, 0 if it has none. */
  get result(): bigint {
    return BigInt.asUintN(64, BigInt(this.exports.result.value));
  }

  /** Number of the next instruction. */
  get pc(): number {
    return this.pcOf(Number(this.exports.cell.value));
  }

  /** Restores the initial memory and globals. */
  reset(): void {
    this.memory.set(this.program.memory);
    this.program.globals.forEach((value, i) => this.view.setBigUint64(this.layout.globals + i * 8, value, true));
  }

  /**
   * Prepares a call of an entry; memory and globals stay as they are.
   * @throws StepperError
   */
  start(entryName: string, ...args: readonly bigint[]): void {
    const entry = this.program.entries.get(entryName);
    if (entry === undefined) throw new StepperError('no-such-entry', entryName);
    if (entry.parameters.length !== args.length) throw new StepperError('wrong-arguments', entryName);
    this.exports.start(this.layout.code + entry.pc * CELL_BYTES, entry.frameSlots * 8);
    args.forEach((value, i) => this.view.setBigUint64(this.layout.registers + i * 8, argument(entry, i, value), true));
  }

  /** Runs at most `limit` instructions and returns how many were executed. */
  run(limit: bigint | number = Number.MAX_SAFE_INTEGER): bigint {
    return this.exports.run(BigInt(limit));
  }

  /** Runs until `steps` instructions have been executed since `start`, or the machine stops. */
  runTo(steps: bigint): void {
    if (steps > this.steps) this.run(steps - this.steps);
  }

  /** Goes on at another instruction: what no honest machine does, for deviations on purpose. */
  jump(pc: number): void {
    this.exports.cell.value = this.layout.code + pc * CELL_BYTES;
  }

  /** The current frame, slots as 64-bit big-endian words. */
  frame(): Uint8Array {
    return this.slots(Number(this.exports.frame.value), Number(this.exports.frameBytes.value));
  }

  /** A slot of the current frame. */
  slot(index: number): bigint {
    return this.view.getBigUint64(Number(this.exports.frame.value) + index * 8, true);
  }

  globals(): bigint[] {
    return this.program.globals.map((_, i) => this.view.getBigUint64(this.layout.globals + i * 8, true));
  }

  /** Saved callers, outermost first. */
  callers(): Caller[] {
    const callers: Caller[] = [];
    let frame = this.layout.registers;
    for (let at = this.layout.callers; at < Number(this.exports.callers.value); at += CALLER_BYTES) {
      const bytes = this.view.getUint32(at + 4, true);
      callers.push({
        returnPc: this.pcOf(this.view.getUint32(at, true)),
        frameSlots: bytes / 8,
        destination: this.view.getUint32(at + 8, true) / 8,
        frame: this.slots(frame, bytes),
      });
      frame += bytes;
    }
    return callers;
  }

  private configure(): void {
    const { registers, callers, globals, memory } = this.layout;
    this.exports.configure(registers, callers, globals, globals, memory, this.program.memory.length);
  }

  private pcOf(address: number): number {
    return (address - this.layout.code) / CELL_BYTES;
  }

  private slots(address: number, bytes: number): Uint8Array {
    const out = new DataView(new ArrayBuffer(bytes));
    for (let at = 0; at < bytes; at += 8) out.setBigUint64(at, this.view.getBigUint64(address + at, true));
    return new Uint8Array(out.buffer);
  }
}

/** i32 arguments are zero-extended, as every i32 in a slot is. */
const argument = (entry: EntryPoint, index: number, value: bigint): bigint =>
  BigInt.asUintN(entry.parameters[index] === 0x7f ? 32 : 64, value);
