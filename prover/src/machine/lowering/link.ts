import type { Instruction } from './instruction.js';
import { LoweringError } from './errors.js';
import { type FunctionType, ValueType, type WasmModule } from './module.js';

/** A call whose target address is filled in after all functions are placed. */
export interface PendingCall {
  readonly instruction: Instruction;
  /** Index of the callee, imports counted first. */
  readonly target: number;
}

export interface LoweredFunction {
  readonly pc: number;
  readonly frameSlots: number;
  readonly type: FunctionType;
  readonly calls: readonly PendingCall[];
}

/** Names that calls resolve to. */
export interface LinkContext {
  readonly module: WasmModule;
  /** Host operation numbers by import name. */
  readonly hosts: ReadonlyMap<string, number>;
  /** Function index per table entry, or -1. */
  readonly table: readonly number[];
  /** Leaf number of each mutable global, by global index. */
  readonly globalSlots: ReadonlyMap<number, number>;
}

/** Signature of a function, imported or not. */
export const functionType = ({ module }: LinkContext, index: number): FunctionType | undefined =>
  module.imports[index]?.type ?? module.bodies[index - module.imports.length]?.type;

export const sameSignature = (one: FunctionType, other: FunctionType): boolean =>
  one.parameters.join() === other.parameters.join() && one.results.join() === other.results.join();

/** @throws LoweringError unless all are i32 or i64 */
export function requireIntegers(types: readonly number[], where: string): void {
  for (const type of types) {
    if (type === ValueType.i32 || type === ValueType.i64) continue;
    const float = type === 0x7d || type === 0x7c;
    throw new LoweringError(float ? 'float' : 'unsupported-type', `${where}: type 0x${type.toString(16)}`);
  }
}
