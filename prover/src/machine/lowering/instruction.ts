/** One register instruction. Slots index the current frame; `immediate` is unsigned 64-bit. */
export interface Instruction {
  opcode: number;
  /** `b` is not a slot: the second operand is `immediate`. */
  constantOperand: boolean;
  destination: number;
  a: number;
  b: number;
  immediate: bigint;
}

/** Bytes of an encoded instruction. */
export const INSTRUCTION_BYTES = 16;

/** `opcode u8, flag u8, destination u16, a u16, b u16, immediate u64`, big-endian, one after another. */
export function encodeInstructions(code: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(code.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  code.forEach((instruction, index) => {
    const at = index * INSTRUCTION_BYTES;
    view.setUint8(at, instruction.opcode);
    view.setUint8(at + 1, instruction.constantOperand ? 1 : 0);
    view.setUint16(at + 2, instruction.destination);
    view.setUint16(at + 4, instruction.a);
    view.setUint16(at + 6, instruction.b);
    view.setBigUint64(at + 8, instruction.immediate);
  });
  return bytes;
}
