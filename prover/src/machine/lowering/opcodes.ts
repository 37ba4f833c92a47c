/**
 * Register code. Numeric and memory operations keep their WebAssembly opcode; the control operations below use numbers
 * that WebAssembly gives to structured control, which lowering removes.
 */
export const Op = {
  trap: 0x00,
  jump: 0x02,
  jumpIfZero: 0x03,
  jumpIfNotZero: 0x04,
  jumpTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  host: 0x12,
  select: 0x1b,
  move: 0x20,
  constant: 0x21,
  globalGet: 0x23,
  globalSet: 0x24,
} as const;

/** Operand of `return` that stands for "no value". */
export const NO_SLOT = 0xffff;

/** WebAssembly opcodes that the translator names. */
export const Wasm = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  prefixFc: 0xfc,
} as const;

const between = (opcode: number, low: number, high: number): boolean => opcode >= low && opcode <= high;

/** Opcodes that read or produce a floating-point value. */
export const isFloat = (opcode: number): boolean =>
  between(opcode, 0x2a, 0x2b) ||
  between(opcode, 0x38, 0x39) ||
  between(opcode, 0x43, 0x44) ||
  between(opcode, 0x5b, 0x66) ||
  between(opcode, 0x8b, 0xa6) ||
  between(opcode, 0xa8, 0xab) ||
  between(opcode, 0xae, 0xbf);

export const isLoad = (opcode: number): boolean => between(opcode, 0x28, 0x35) && !isFloat(opcode);
export const isStore = (opcode: number): boolean => between(opcode, 0x36, 0x3e) && !isFloat(opcode);

/** eqz, clz, ctz, popcnt, wrap, extend and the sign-extension operators. */
export const isUnary = (opcode: number): boolean =>
  opcode === 0x45 ||
  opcode === 0x50 ||
  between(opcode, 0x67, 0x69) ||
  between(opcode, 0x79, 0x7b) ||
  opcode === 0xa7 ||
  between(opcode, 0xac, 0xad) ||
  between(opcode, 0xc0, 0xc4);

export const isBinary = (opcode: number): boolean =>
  between(opcode, 0x46, 0x4f) ||
  between(opcode, 0x51, 0x5a) ||
  between(opcode, 0x6a, 0x78) ||
  between(opcode, 0x7c, 0x8a);

/** eq, ne, add, mul, and, or, xor: operands may be swapped so that a constant comes second. */
const COMMUTATIVE = new Set([0x46, 0x47, 0x51, 0x52, 0x6a, 0x6c, 0x71, 0x72, 0x73, 0x7c, 0x7e, 0x83, 0x84, 0x85]);
export const isCommutative = (opcode: number): boolean => COMMUTATIVE.has(opcode);

/** Bytes accessed by a load or store. */
export const accessWidth = (opcode: number): number => WIDTHS[opcode - 0x28] ?? 0;
const WIDTHS = [4, 8, 0, 0, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 0, 0, 1, 2, 1, 2, 4];
