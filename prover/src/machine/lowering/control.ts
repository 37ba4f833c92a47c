import type { Emitter } from './emitter.js';
import type { Instruction } from './instruction.js';
import { NO_SLOT, Op } from './opcodes.js';

/** An open block of structured control. */
export interface Label {
  kind: 'function' | 'block' | 'loop' | 'if';
  /** Operands below the block. */
  readonly height: number;
  /** Values that the end of the block leaves. */
  readonly results: number;
  /** Where a loop starts. */
  readonly start: bigint;
  /** Jumps to the end, resolved when the end is reached. */
  readonly pending: Instruction[];
  /** The jump around the first arm of an `if`, until `else` or `end`. */
  alternative: Instruction | undefined;
}

/** Structured control of one function, flattened to jumps. */
export class ControlStack {
  readonly labels: Label[];

  constructor(
    private readonly out: Emitter,
    results: number,
  ) {
    this.labels = [{ kind: 'function', height: 0, results, start: 0n, pending: [], alternative: undefined }];
  }

  at(depth: number): Label {
    const label = this.labels[this.labels.length - 1 - depth];
    /* v8 ignore next -- the module was validated */
    if (label === undefined) throw new RangeError('label depth');
    return label;
  }

  open(kind: 'block' | 'loop' | 'if', results: number): void {
    const condition = kind === 'if' ? this.out.popSlot() : undefined;
    this.out.settleFrom();
    const alternative = condition === undefined ? undefined : this.out.emit(Op.jumpIfZero, { a: condition });
    const label = { kind, height: this.out.stack.length, results, start: this.out.here, pending: [], alternative };
    this.labels.push(label);
    this.out.join();
  }

  /** `reachable`: control can fall into this point from above. */
  alternate(reachable: boolean): void {
    const label = this.at(0);
    if (reachable) {
      this.carry(label);
      label.pending.push(this.out.emit(Op.jump));
    }
    this.resolveAlternative(label);
    label.kind = 'block';
    this.out.stack.length = label.height;
    this.out.join();
  }

  /** Closes the innermost block; returns false when it was the function itself. */
  close(reachable: boolean): boolean {
    const label = this.at(0);
    this.labels.pop();
    if (label.kind === 'function') {
      if (reachable) this.leave(label);
      return false;
    }
    if (reachable) this.out.settleFrom(label.height);
    this.resolveAlternative(label);
    for (const jump of label.pending) jump.immediate = this.out.here;
    this.out.join();
    this.out.stack.length = label.height;
    for (let i = 0; i < label.results; i++) this.out.pushOwn();
    return true;
  }

  branch(label: Label): void {
    if (label.kind === 'function') {
      this.leave(label);
      return;
    }
    this.carry(label);
    this.jump(Op.jump, label);
  }

  branchIf(label: Label): void {
    const condition = this.out.popSlot();
    if (this.direct(label)) this.jump(Op.jumpIfNotZero, label, condition);
    else {
      const around = this.out.emit(Op.jumpIfZero, { a: condition });
      this.branch(label);
      around.immediate = this.out.here;
    }
    this.out.join();
  }

  /** A jump table is followed by one jump per target; targets that carry values go through a landing. */
  branchTable(labels: readonly Label[]): void {
    const index = this.out.popSlot();
    this.out.emit(Op.jumpTable, { a: index, immediate: BigInt(labels.length - 1) });
    const landings = new Map<Label, Instruction[]>();
    for (const label of labels) {
      if (this.direct(label)) this.jump(Op.jump, label);
      else landings.set(label, [...(landings.get(label) ?? []), this.out.emit(Op.jump)]);
    }
    for (const [label, jumps] of landings) {
      for (const jump of jumps) jump.immediate = this.out.here;
      this.branch(label);
    }
  }

  /** Returns from the function with the value on top, if it has a result. */
  leave(label = this.labels[0]): void {
    const top = this.out.stack.length - 1;
    const operand = label?.results === 0 ? undefined : this.out.stack[top];
    this.out.emit(Op.return, { a: operand === undefined ? NO_SLOT : this.out.slotOf(operand, top) });
  }

  private direct(label: Label): boolean {
    return label.kind !== 'function' && (label.kind === 'loop' || label.results === 0);
  }

  /** Puts the values a branch carries where the end of the block expects them. */
  private carry(label: Label): void {
    if (label.kind === 'loop') return;
    const base = this.out.stack.length - label.results;
    for (let i = 0; i < label.results; i++) {
      const operand = this.out.stack[base + i];
      if (operand !== undefined) this.out.copy(operand, this.out.own(label.height + i));
    }
  }

  private jump(opcode: number, label: Label, condition = 0): void {
    const jump = this.out.emit(opcode, { a: condition, immediate: label.start });
    if (label.kind !== 'loop') label.pending.push(jump);
  }

  private resolveAlternative(label: Label): void {
    if (label.alternative !== undefined) label.alternative.immediate = this.out.here;
    label.alternative = undefined;
  }
}
