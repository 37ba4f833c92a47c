import { LoweringError } from './errors.js';
import { Wasm } from './opcodes.js';
import type { ByteReader } from './reader.js';

/** Reads over the immediates of an instruction that can never run. */
export function skipImmediates(reader: ByteReader, opcode: number): void {
  switch (opcode) {
    case Wasm.br:
    case Wasm.brIf:
    case Wasm.call:
      reader.unsigned();
      return;
    case Wasm.callIndirect:
      reader.unsigned();
      reader.unsigned();
      return;
    case Wasm.brTable:
      reader.list(() => reader.unsigned());
      reader.unsigned();
      return;
    case Wasm.memorySize:
    case Wasm.memoryGrow:
      reader.byte();
      return;
    case Wasm.i32Const:
    case Wasm.i64Const:
      reader.signed();
      return;
    case Wasm.f32Const:
      reader.take(4);
      return;
    case Wasm.f64Const:
      reader.take(8);
      return;
    default:
      skipRange(reader, opcode);
  }
}

function skipRange(reader: ByteReader, opcode: number): void {
  if (opcode >= Wasm.localGet && opcode <= Wasm.globalSet) reader.unsigned();
  else if (opcode >= 0x28 && opcode <= 0x3e) {
    reader.unsigned();
    reader.unsigned();
  } else if (opcode > 0xc4) throw new LoweringError('unsupported-opcode', `0x${opcode.toString(16)}`);
}
