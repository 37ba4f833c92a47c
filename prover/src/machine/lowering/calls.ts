import type { Emitter } from './emitter.js';
import { LoweringError } from './errors.js';
import type { Instruction } from './instruction.js';
import { functionType, type LinkContext, type PendingCall, requireIntegers, sameSignature } from './link.js';
import type { FunctionType } from './module.js';
import { Op } from './opcodes.js';

/** Calls of one function: direct, of the host, and through the table. */
export class CallLowering {
  /** Calls whose target addresses are not known yet. */
  readonly pending: PendingCall[] = [];

  constructor(
    private readonly link: LinkContext,
    private readonly out: Emitter,
  ) {}

  /** A call of a function by its index, imports counted first. */
  call(target: number): void {
    const { module, hosts } = this.link;
    const imported = module.imports[target];
    const type = functionType(this.link, target);
    if (type === undefined) throw new LoweringError('invalid-module', `call of function ${target}`);
    if (imported === undefined) {
      this.pending.push({ instruction: this.enter(Op.call, type, 0n), target });
      return;
    }
    const number = hosts.get(imported.name);
    if (number === undefined) throw new LoweringError('unknown-import', imported.name);
    this.enter(Op.host, type, BigInt(number));
  }

  private enter(opcode: number, type: FunctionType, immediate: bigint): Instruction {
    requireIntegers([...type.parameters, ...type.results], 'callee');
    if (type.results.length > 1) throw new LoweringError('multi-value', 'callee');
    const { out } = this;
    const height = out.stack.length - type.parameters.length;
    out.settleFrom(height);
    out.stack.length = height;
    const destination = out.own(height);
    const instruction = out.emit(opcode, { destination, a: type.parameters.length, immediate });
    out.join();
    if (type.results.length === 1) out.pushOwn();
    return instruction;
  }

  /** The table never changes, so an indirect call is a jump table over direct calls; everything else traps. */
  callIndirect(typeIndex: number): void {
    const { out, link } = this;
    const type = link.module.types[typeIndex];
    if (type === undefined) throw new LoweringError('invalid-module', 'type of an indirect call');
    const index = out.popSlot();
    out.settleFrom();
    out.emit(Op.jumpTable, { a: index, immediate: BigInt(link.table.length) });
    const entries = [...link.table, -1].map((target) => (this.callable(target, type) ? target : -1));
    const jumps = entries.map((target) => ({ target, jump: out.emit(Op.jump) }));
    this.indirectArms(jumps, type);
  }

  private indirectArms(jumps: readonly { target: number; jump: Instruction }[], type: FunctionType): void {
    const { out } = this;
    const before = [...out.stack];
    const exits: Instruction[] = [];
    for (const target of new Set(jumps.map((entry) => entry.target))) {
      for (const entry of jumps) if (entry.target === target) entry.jump.immediate = out.here;
      out.stack.splice(0, out.stack.length, ...before);
      if (target < 0) out.emit(Op.trap);
      else {
        this.call(target);
        exits.push(out.emit(Op.jump));
      }
    }
    out.stack.splice(0, out.stack.length, ...before.slice(0, before.length - type.parameters.length));
    if (type.results.length === 1) out.pushOwn();
    for (const exit of exits) exit.immediate = out.here;
    out.join();
  }

  private callable(target: number, type: FunctionType): boolean {
    const actual = functionType(this.link, target);
    return actual !== undefined && sameSignature(actual, type);
  }
}
