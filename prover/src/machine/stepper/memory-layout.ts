import { NO_SLOT, Op } from '../lowering/opcodes.js';
import type { LoweredProgram } from '../lowering/lower.js';

/** Bytes of a decoded instruction and of a saved caller in the stepper's memory (assembly/layout.ts). */
export const CELL_BYTES = 24;
export const CALLER_BYTES = 12;
const CONSTANT_OPERAND = 0x100;
const NO_VALUE = 0x200;

const REGISTERS = 0x1_0000;
const PAGE = 0x1_0000;
/** Deepest chain of calls that the stepper follows when the program does not bound it itself (foreign modules only). */
const UNBOUNDED_STACK_SLOTS = 1 << 17;
const MAX_CALLERS = 4_096;

/** Byte addresses in the stepper's WebAssembly memory. */
export interface MemoryLayout {
  readonly registers: number;
  readonly callers: number;
  readonly globals: number;
  readonly code: number;
  readonly memory: number;
  readonly pages: number;
}

/** Places registers, saved callers, globals, code and program memory one after another. */
export function layoutFor(program: LoweredProgram): MemoryLayout {
  const callers = REGISTERS + (program.maxStackSlots ?? UNBOUNDED_STACK_SLOTS) * 8;
  const globals = callers + MAX_CALLERS * CALLER_BYTES;
  const code = globals + program.globals.length * 8;
  const memory = Math.ceil((code + program.code.length * CELL_BYTES) / PAGE) * PAGE;
  /* One more page: an operand field that an instruction does not use may point past everything. */
  const pages = memory / PAGE + program.memory.length / PAGE + 9;
  return { registers: REGISTERS, callers, globals, code, memory, pages };
}

const JUMPS: ReadonlySet<number> = new Set([Op.jump, Op.jumpIfZero, Op.jumpIfNotZero, Op.call]);

/** Writes the code as cells: slots become byte offsets, jump targets addresses. */
export function writeCode(view: DataView, layout: MemoryLayout, program: LoweredProgram): void {
  program.code.forEach((instruction, index) => {
    const at = layout.code + index * CELL_BYTES;
    const noValue = instruction.a === NO_SLOT;
    const flags = (instruction.constantOperand ? CONSTANT_OPERAND : 0) | (noValue ? NO_VALUE : 0);
    view.setUint32(at, instruction.opcode | flags, true);
    view.setUint32(at + 4, instruction.destination * 8, true);
    view.setUint32(at + 8, noValue ? 0 : instruction.a * 8, true);
    view.setUint32(at + 12, instruction.b * 8, true);
    view.setBigUint64(at + 16, cellImmediate(layout, instruction.opcode, instruction.immediate), true);
  });
}

function cellImmediate(layout: MemoryLayout, opcode: number, immediate: bigint): bigint {
  if (JUMPS.has(opcode)) return BigInt(layout.code) + immediate * BigInt(CELL_BYTES);
  return opcode === Op.select ? immediate * 8n : immediate;
}
