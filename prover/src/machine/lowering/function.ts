import { ControlStack, type Label } from './control.js';
import { Emitter } from './emitter.js';
import { LoweringError } from './errors.js';
import type { Instruction } from './instruction.js';
import { CallLowering } from './calls.js';
import { type LinkContext, type LoweredFunction, requireIntegers } from './link.js';
import type { FunctionBody } from './module.js';
import { isBinary, isCommutative, isFloat, isLoad, isStore, isUnary, Op, Wasm } from './opcodes.js';
import { ByteReader } from './reader.js';
import { skipImmediates } from './skip.js';

const EMPTY_BLOCK = -64n;
const MAX_TARGETS = 65_536;

/**
 * Translates one function body and appends it to `code`.
 * @throws LoweringError when the body uses something that is not provable
 */
export function lowerFunction(link: LinkContext, body: FunctionBody, code: Instruction[]): LoweredFunction {
  return new FunctionLowering(link, body, code).run();
}

class FunctionLowering {
  private readonly out: Emitter;
  private readonly control: ControlStack;
  private readonly reader: ByteReader;
  private readonly calls: CallLowering;
  private readonly pc: number;
  /** Blocks opened since control became unreachable, plus one; 0 while reachable. */
  private unreachable = 0;

  constructor(
    private readonly link: LinkContext,
    private readonly body: FunctionBody,
    code: Instruction[],
  ) {
    const { type, locals } = body;
    requireIntegers([...type.parameters, ...type.results, ...locals], 'signature or local');
    if (type.results.length > 1) throw new LoweringError('multi-value', 'function result');
    this.pc = code.length;
    this.out = new Emitter(code, type.parameters.length + locals.length);
    this.calls = new CallLowering(link, this.out);
    this.control = new ControlStack(this.out, type.results.length);
    this.reader = new ByteReader(link.module.bytes, body.start, body.end);
  }

  run(): LoweredFunction {
    while (!this.reader.done) {
      const opcode = this.reader.byte();
      const open = this.unreachable > 0 ? this.skip(opcode) : this.translate(opcode);
      if (!open) break;
    }
    return { pc: this.pc, frameSlots: this.out.frameSlots, type: this.body.type, calls: this.calls.pending };
  }

  /** Passes over code that cannot run, up to the `else` or `end` that makes it reachable again. */
  private skip(opcode: number): boolean {
    if (opcode === Wasm.block || opcode === Wasm.loop || opcode === Wasm.if) {
      this.reader.signed();
      this.unreachable++;
    } else if (opcode === Wasm.end) {
      if (--this.unreachable > 0) return true;
      return this.control.close(false);
    } else if (opcode === Wasm.else) {
      if (this.unreachable > 1) return true;
      this.unreachable = 0;
      this.control.alternate(false);
    } else skipImmediates(this.reader, opcode);
    return true;
  }

  private translate(opcode: number): boolean {
    if (isFloat(opcode)) throw new LoweringError('float', `opcode 0x${opcode.toString(16)}`);
    if (opcode === Wasm.end) return this.control.close(true);
    if (this.structured(opcode) || this.variable(opcode)) return true;
    if (isLoad(opcode)) this.load(opcode);
    else if (isStore(opcode)) this.store(opcode);
    else if (isUnary(opcode)) this.unary(opcode);
    else if (isBinary(opcode)) this.binary(opcode);
    else throw new LoweringError('unsupported-opcode', `0x${opcode.toString(16)}`);
    return true;
  }

  private structured(opcode: number): boolean {
    switch (opcode) {
      case Wasm.nop:
        return true;
      case Wasm.unreachable:
        this.out.emit(Op.trap);
        return this.stop();
      case Wasm.block:
        this.control.open('block', this.blockResults());
        return true;
      case Wasm.loop:
        this.control.open('loop', this.blockResults());
        return true;
      case Wasm.if:
        this.control.open('if', this.blockResults());
        return true;
      case Wasm.else:
        this.control.alternate(true);
        return true;
      case Wasm.br:
        this.control.branch(this.label());
        return this.stop();
      case Wasm.brIf:
        this.control.branchIf(this.label());
        return true;
      case Wasm.brTable:
        this.control.branchTable(this.targets());
        return this.stop();
      case Wasm.return:
        this.control.leave();
        return this.stop();
      case Wasm.call:
        this.calls.call(this.reader.unsigned());
        return true;
      case Wasm.callIndirect:
        this.calls.callIndirect(this.reader.unsigned());
        this.reader.unsigned();
        return true;
      default:
        return false;
    }
  }

  private variable(opcode: number): boolean {
    switch (opcode) {
      case Wasm.drop:
        this.out.pop();
        return true;
      case Wasm.select:
        this.select();
        return true;
      case Wasm.localGet:
        this.out.push({ kind: 'local', slot: this.reader.unsigned() });
        return true;
      case Wasm.localSet:
      case Wasm.localTee:
        this.localSet(opcode === Wasm.localTee);
        return true;
      case Wasm.globalGet:
        this.globalGet(this.reader.unsigned());
        return true;
      case Wasm.globalSet:
        this.globalSet(this.reader.unsigned());
        return true;
      case Wasm.i32Const:
        this.out.push({ kind: 'constant', value: BigInt.asUintN(32, this.reader.signed()) });
        return true;
      case Wasm.i64Const:
        this.out.push({ kind: 'constant', value: BigInt.asUintN(64, this.reader.signed()) });
        return true;
      case Wasm.memorySize:
        this.reader.byte();
        this.out.push({ kind: 'constant', value: this.fixedPages() });
        return true;
      case Wasm.memoryGrow:
        this.memoryGrow();
        return true;
      default:
        return false;
    }
  }

  private stop(): true {
    this.unreachable = 1;
    return true;
  }

  private label(): Label {
    return this.control.at(this.reader.unsigned());
  }

  private targets(): Label[] {
    const count = this.reader.unsigned() + 1;
    if (count > MAX_TARGETS) throw new LoweringError('too-many-targets', `${count}`);
    return Array.from({ length: count }, () => this.label());
  }

  private blockResults(): number {
    const type = this.reader.signed();
    if (type === EMPTY_BLOCK) return 0;
    if (type >= 0n) throw new LoweringError('multi-value', 'block');
    requireIntegers([Number(BigInt.asUintN(7, type))], 'block');
    return 1;
  }

  private fixedPages(): bigint {
    const memory = this.link.module.memory;
    if (memory === undefined || !memory.fixed) throw new LoweringError('memory-growth', 'minimum and maximum differ');
    return BigInt(memory.pages);
  }

  /** Memory is fixed, so growing by 0 gives its size and anything else -1. */
  private memoryGrow(): void {
    this.reader.byte();
    const pages = this.fixedPages();
    const { out } = this;
    const delta = out.popSlot();
    const depth = out.stack.length;
    const [failure, size] = [out.own(depth + 1), out.own(depth + 2)];
    out.emit(Op.constant, { destination: failure, immediate: 0xffff_ffffn });
    out.emit(Op.constant, { destination: size, immediate: pages });
    out.emit(Op.select, { destination: out.pushOwn(), a: failure, b: size, immediate: BigInt(delta) });
  }

  private select(): void {
    const { out } = this;
    const condition = out.popSlot();
    const b = out.popSlot();
    const a = out.popSlot();
    out.emit(Op.select, { destination: out.pushOwn(), a, b, immediate: BigInt(condition) });
  }

  private localSet(keep: boolean): void {
    const slot = this.reader.unsigned();
    this.out.setLocal(slot, this.out.pop());
    if (keep) this.out.push({ kind: 'local', slot });
  }

  private globalGet(index: number): void {
    const global = this.integerGlobal(index);
    const leaf = this.link.globalSlots.get(index);
    if (leaf === undefined) this.out.push({ kind: 'constant', value: global });
    else this.out.emit(Op.globalGet, { destination: this.out.pushOwn(), immediate: BigInt(leaf) });
  }

  private globalSet(index: number): void {
    this.integerGlobal(index);
    const leaf = BigInt(this.link.globalSlots.get(index) ?? 0);
    this.out.emit(Op.globalSet, { a: this.out.popSlot(), immediate: leaf });
  }

  private integerGlobal(index: number): bigint {
    const global = this.link.module.globals[index];
    if (global?.initial === undefined) throw new LoweringError('unsupported-type', `global ${index}`);
    requireIntegers([global.type], `global ${index}`);
    return global.initial;
  }

  private memoryOffset(): bigint {
    this.reader.unsigned();
    return BigInt(this.reader.unsigned());
  }

  private load(opcode: number): void {
    const immediate = this.memoryOffset();
    const a = this.out.popSlot();
    this.out.emit(opcode, { destination: this.out.pushOwn(), a, immediate });
  }

  private store(opcode: number): void {
    const immediate = this.memoryOffset();
    const b = this.out.popSlot();
    const a = this.out.popSlot();
    this.out.emit(opcode, { a, b, immediate });
  }

  private unary(opcode: number): void {
    const a = this.out.popSlot();
    this.out.emit(opcode, { destination: this.out.pushOwn(), a });
  }

  private binary(opcode: number): void {
    const { out } = this;
    let second = out.pop();
    let first = out.pop();
    const swap = first.kind === 'constant' && second.kind !== 'constant' && isCommutative(opcode);
    if (swap) [first, second] = [second, first];
    const a = out.slotOf(first, out.stack.length);
    const destination = out.pushOwn();
    if (second.kind === 'constant')
      out.emit(opcode, { destination, a, constantOperand: true, immediate: second.value });
    else out.emit(opcode, { destination, a, b: second.slot });
  }
}
