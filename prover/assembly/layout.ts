/** A decoded instruction: opcode and flags u32, destination, a, b as byte offsets into the frame u32 each, immediate u64. */
export const CELL: usize = 24;
/** Flag: the second operand is the immediate. */
export const CONSTANT_OPERAND: u32 = 0x100;
/** Flag of `return`: no value. */
export const NO_VALUE: u32 = 0x200;
/** A saved caller: address of the next cell, frame bytes, offset of the result. */
export const CALLER: usize = 12;

export const RUNNING: u32 = 0;
export const HALTED: u32 = 1;
export const TRAPPED: u32 = 2;

export const UNREACHABLE: u32 = 1;
export const OUT_OF_BOUNDS: u32 = 2;
export const DIVIDE_BY_ZERO: u32 = 3;
export const OVERFLOW: u32 = 4;
export const STACK_EXHAUSTED: u32 = 5;
export const HOST_TRAP: u32 = 6;
