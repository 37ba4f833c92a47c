import type { Instruction } from './instruction.js';
import { isBinary, isLoad, isUnary, Op } from './opcodes.js';

/** What stands at one depth of the operand stack: a constant, a local not yet copied, or the depth's own slot. */
export type Operand =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'local'; readonly slot: number }
  | { readonly kind: 'own'; readonly slot: number };

/**
 * Emits the code of one function and keeps the symbolic operand stack. Locals occupy the first slots of a frame, the
 * operand at depth `d` owns slot `locals + d`; constants and locals are copied there only when they must be.
 */
export class Emitter {
  readonly stack: Operand[] = [];
  private depth = 0;
  /** Instructions before this one may be jumped to or past, so they must not be changed. */
  private barrier: number;

  constructor(
    readonly code: Instruction[],
    private readonly locals: number,
  ) {
    this.barrier = code.length;
  }

  get frameSlots(): number {
    return this.locals + this.depth;
  }

  get here(): bigint {
    return BigInt(this.code.length);
  }

  emit(opcode: number, fields: Partial<Omit<Instruction, 'opcode'>> = {}): Instruction {
    const instruction = { opcode, constantOperand: false, destination: 0, a: 0, b: 0, immediate: 0n, ...fields };
    this.code.push(instruction);
    return instruction;
  }

  /** Control flow joins here. */
  join(): void {
    this.barrier = this.code.length;
  }

  /** Slot owned by a stack depth; makes the frame large enough. */
  own(depth: number): number {
    if (depth + 1 > this.depth) this.depth = depth + 1;
    return this.locals + depth;
  }

  push(operand: Operand): void {
    this.own(this.stack.length);
    this.stack.push(operand);
  }

  /** Pushes a result that lives in its own slot and returns that slot. */
  pushOwn(): number {
    const slot = this.own(this.stack.length);
    this.stack.push({ kind: 'own', slot });
    return slot;
  }

  pop(): Operand {
    const operand = this.stack.pop();
    /* v8 ignore next -- the module was validated */
    if (operand === undefined) throw new RangeError('operand stack underflow');
    return operand;
  }

  /** Pops an operand into some slot: its local, or its own slot. */
  popSlot(): number {
    const operand = this.pop();
    return this.slotOf(operand, this.stack.length);
  }

  slotOf(operand: Operand, depth: number): number {
    if (operand.kind !== 'constant') return operand.slot;
    const slot = this.own(depth);
    this.emit(Op.constant, { destination: slot, immediate: operand.value });
    return slot;
  }

  /** Copies an operand to a slot, if it is not there already. */
  copy(operand: Operand, destination: number): void {
    if (operand.kind === 'constant') this.emit(Op.constant, { destination, immediate: operand.value });
    else if (operand.slot !== destination) this.emit(Op.move, { destination, a: operand.slot });
  }

  /** Brings the operand at a depth into its own slot. */
  settle(depth: number): void {
    const operand = this.stack[depth];
    if (operand === undefined || operand.kind === 'own') return;
    const slot = this.own(depth);
    this.copy(operand, slot);
    this.stack[depth] = { kind: 'own', slot };
  }

  /** Settles every operand from a depth up: before control flow all of them, before a call its arguments. */
  settleFrom(depth = 0): void {
    for (let d = depth; d < this.stack.length; d++) this.settle(d);
  }

  /** Writes a local. The instruction that made the value writes there directly where nothing can observe it. */
  setLocal(slot: number, operand: Operand): void {
    const aliased = this.settleAliases(slot);
    const last = this.code.at(-1);
    const direct = operand.kind === 'own' && !aliased && this.code.length > this.barrier;
    if (direct && last !== undefined && last.destination === operand.slot && writesDestination(last.opcode)) {
      last.destination = slot;
    } else this.copy(operand, slot);
  }

  private settleAliases(slot: number): boolean {
    let found = false;
    this.stack.forEach((operand, depth) => {
      if (operand.kind !== 'local' || operand.slot !== slot) return;
      this.settle(depth);
      found = true;
    });
    return found;
  }
}

const writesDestination = (opcode: number): boolean =>
  isLoad(opcode) ||
  isUnary(opcode) ||
  isBinary(opcode) ||
  opcode === Op.select ||
  opcode === Op.move ||
  opcode === Op.constant ||
  opcode === Op.globalGet;
