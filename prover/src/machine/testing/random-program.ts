type Type = 'i32' | 'i64';

interface FunctionShape {
  readonly parameters: readonly Type[];
  readonly result: Type;
}

/** A generated module in text form, with the signatures of its exports `f0`, `f1`... */
export interface RandomProgram {
  readonly text: string;
  readonly functions: readonly FunctionShape[];
}

/** Seeded generator of numbers: the same seed gives the same programs everywhere. */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** A constant that is often at an edge. */
  constant(type: Type): bigint {
    const edges = [0n, 1n, -1n, 31n, 32n, 63n, 64n, 255n, 2n ** 31n - 1n, -(2n ** 31n), 2n ** 63n - 1n, -(2n ** 63n)];
    const any = (BigInt(this.below(2 ** 32)) << 32n) | BigInt(this.below(2 ** 32));
    return BigInt.asIntN(type === 'i32' ? 32 : 64, this.below(3) === 0 ? any : this.pick(edges));
  }
}

const TYPES: readonly Type[] = ['i32', 'i64'];
const ARITHMETIC = 'add sub mul and or xor shl shr_s shr_u rotl rotr div_s div_u rem_s rem_u'.split(' ');
const COMPARISONS = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'.split(' ');
const LOADS = {
  i32: ['load', 'load8_s', 'load8_u', 'load16_s', 'load16_u'],
  i64: ['load', 'load8_s', 'load16_u', 'load32_s', 'load32_u'],
};
const STORES = { i32: ['store', 'store8', 'store16'], i64: ['store', 'store8', 'store16', 'store32'] };
const UNARY = ['clz', 'ctz', 'popcnt', 'extend8_s', 'extend16_s'];

/**
 * A random structured module: nested blocks, loops with a counter, branches that carry values, jump tables, direct and
 * indirect calls to earlier functions, globals, and memory accesses that sometimes leave the memory. The loops of a call
 * make at most one of `loopLimits` rounds together.
 */
export function randomProgram(random: Random, loopLimits: readonly number[] = [20]): RandomProgram {
  const functions: FunctionShape[] = [];
  const bodies: string[] = [];
  for (let count = 1 + random.below(4); count > 0; count--) {
    const shape = { parameters: list(random.below(4), () => random.pick(TYPES)), result: random.pick(TYPES) };
    bodies.push(new FunctionWriter(random, shape, functions, random.pick(loopLimits)).write());
    functions.push(shape);
  }
  const table = functions.map((_, i) => `$f${i}`).join(' ');
  const globals =
    '(global $gi32 (mut i32) (i32.const 7)) (global $gi64 (mut i64) (i64.const -9)) (global $c i64 (i64.const 12345678901))';
  const memory = '(memory (export "memory") 1 1) (data (i32.const 20) "0123456789abcdefghijklmnopqrstuvwxyz")';
  const text = `(module ${memory} (table ${functions.length + 1} funcref) (elem (i32.const 0) ${table}) ${globals} ${bodies.join('\n')})`;
  return { text, functions };
}

class FunctionWriter {
  private readonly locals: Type[];
  private readonly labels: { name: string; type: Type | undefined }[] = [];
  private names = 0;
  private loops = 0;
  private budget = 100;

  constructor(
    private readonly random: Random,
    private readonly shape: FunctionShape,
    private readonly callees: readonly FunctionShape[],
    private readonly loopLimit: number,
  ) {
    this.locals = [...shape.parameters, ...list(2 + random.below(4), () => random.pick(TYPES))];
  }

  write(): string {
    const body = this.statements(4) + this.statements(4) + this.expression(this.shape.result, 5);
    const parameters = this.shape.parameters.map((type) => `(param ${type})`).join(' ');
    const own = this.locals
      .slice(this.shape.parameters.length)
      .map((type) => `(local ${type})`)
      .join(' ');
    const index = this.callees.length;
    return `(func $f${index} (export "f${index}") ${parameters} (result ${this.shape.result}) ${own} (local $count i32) ${body})`;
  }

  private local(type: Type): number | undefined {
    const candidates = this.locals.flatMap((actual, index) => (actual === type ? [index] : []));
    return candidates.length === 0 ? undefined : this.random.pick(candidates);
  }

  private leaf(type: Type): string {
    const local = this.local(type);
    if (local !== undefined && this.random.below(3) > 0) return `(local.get ${local})`;
    if (this.random.below(6) === 0) return type === 'i64' ? '(global.get $c)' : '(memory.size)';
    return `(${type}.const ${this.random.constant(type)})`;
  }

  private expression(type: Type, depth: number): string {
    if (depth <= 0 || this.budget-- < 0) return this.leaf(type);
    const makers = [
      () => this.arithmetic(type, depth),
      () => this.arithmetic(type, depth),
      () => this.comparison(type, depth),
      () => this.conversion(type, depth),
      () => `(${type}.${this.random.pick(UNARY)} ${this.expression(type, depth - 1)})`,
      () => this.tee(type, depth),
      () =>
        `(select ${this.expression(type, depth - 1)} ${this.expression(type, depth - 1)} ${this.expression('i32', depth - 1)})`,
      () => `(${type}.${this.random.pick(LOADS[type])} ${this.address(depth)})`,
      () => this.block(type, depth),
      () =>
        `(if (result ${type}) ${this.expression('i32', depth - 1)} (then ${this.statements(depth - 1)} ${this.expression(type, depth - 1)}) (else ${this.expression(type, depth - 1)}))`,
      () => this.branchIf(type, depth),
      () => this.branchTable(type, depth),
      () => this.call(type, depth),
      () => `(global.get $g${type})`,
    ];
    return this.random.pick(makers)();
  }

  /** Mostly with a divisor that is not zero, so that programs get further. */
  private arithmetic(type: Type, depth: number): string {
    const operator = this.random.pick(ARITHMETIC);
    const second = this.expression(type, depth - 1);
    const safe = /div|rem/.test(operator) && this.random.below(20) > 0;
    const divisor = safe ? `(${type}.or (${type}.and (${type}.const 1048575) ${second}) (${type}.const 1))` : second;
    return `(${type}.${operator} ${this.expression(type, depth - 1)} ${divisor})`;
  }

  private comparison(type: Type, depth: number): string {
    const of = this.random.pick(TYPES);
    const result =
      this.random.below(5) === 0
        ? `(${of}.eqz ${this.expression(of, depth - 1)})`
        : `(${of}.${this.random.pick(COMPARISONS)} ${this.expression(of, depth - 1)} ${this.expression(of, depth - 1)})`;
    return type === 'i32' ? result : `(i64.extend_i32_u ${result})`;
  }

  private conversion(type: Type, depth: number): string {
    if (type === 'i32') return `(i32.wrap_i64 ${this.expression('i64', depth - 1)})`;
    if (this.random.below(3) === 0) return `(i64.extend32_s ${this.expression('i64', depth - 1)})`;
    return `(i64.extend_i32_${this.random.pick(['s', 'u'])} ${this.expression('i32', depth - 1)})`;
  }

  private tee(type: Type, depth: number): string {
    const local = this.local(type);
    return local === undefined ? this.leaf(type) : `(local.tee ${local} ${this.expression(type, depth - 1)})`;
  }

  /** Mostly inside the memory, often across two leaves. */
  private address(depth: number): string {
    const wild = this.random.below(50) === 0;
    const offset = wild ? this.random.pick([65_530, 4_294_967_295]) : this.random.pick([0, 1, 29, 31, 60_000]);
    const base = this.expression('i32', depth - 1);
    return `offset=${offset} ${wild ? base : `(i32.and ${base} (i32.const 1023))`}`;
  }

  private block(type: Type, depth: number): string {
    const name = `l${this.names++}`;
    this.labels.push({ name, type });
    const text = `(block $${name} (result ${type}) ${this.statements(depth - 1)} ${this.expression(type, depth - 1)})`;
    this.labels.pop();
    return text;
  }

  private branchIf(type: Type, depth: number): string {
    const targets = this.labels.filter((label) => label.type === type);
    if (targets.length === 0) return this.block(type, depth);
    return `(br_if $${this.random.pick(targets).name} ${this.expression(type, depth - 1)} ${this.expression('i32', depth - 1)})`;
  }

  private branchTable(type: Type, depth: number): string {
    const targets = this.labels.filter((label) => label.type === type);
    if (targets.length === 0) return this.block(type, depth);
    const names = list(1 + this.random.below(4), () => `$${this.random.pick(targets).name}`).join(' ');
    return `(block (result ${type}) (br_table ${names} ${this.expression(type, depth - 1)} ${this.expression('i32', depth - 1)}))`;
  }

  private call(type: Type, depth: number): string {
    const candidates = this.callees.flatMap((shape, index) => (shape.result === type ? [{ shape, index }] : []));
    if (candidates.length === 0) return this.leaf(type);
    const { shape, index } = this.random.pick(candidates);
    const args = shape.parameters.map((parameter) => this.expression(parameter, depth - 2)).join(' ');
    if (this.random.below(2) === 0) return `(call $f${index} ${args})`;
    const signature = `${shape.parameters.map((parameter) => `(param ${parameter})`).join(' ')} (result ${type})`;
    const target =
      this.random.below(4) === 0
        ? `(i32.and ${this.expression('i32', depth - 2)} (i32.const 3))`
        : `(i32.const ${index})`;
    return `(call_indirect ${signature} ${args} ${target})`;
  }

  private statements(depth: number): string {
    return list(this.random.below(3), () => this.statement(depth)).join(' ');
  }

  private statement(depth: number): string {
    if (depth <= 0 || this.budget-- < 0) return '';
    const makers = [
      () => this.set(depth),
      () => this.set(depth),
      () => this.store(depth),
      () =>
        `(if ${this.expression('i32', depth - 1)} (then ${this.statements(depth - 1)}) (else ${this.statements(depth - 1)}))`,
      () => this.emptyBlock(depth),
      () => this.loop(depth),
      () => this.setGlobal(depth),
      () => `(drop ${this.expression(this.random.pick(TYPES), depth - 1)})`,
      () => this.maybeReturn(depth),
    ];
    return this.random.pick(makers)();
  }

  private set(depth: number): string {
    const index = this.random.below(this.locals.length);
    return `(local.set ${index} ${this.expression(this.locals[index] as Type, depth - 1)})`;
  }

  private setGlobal(depth: number): string {
    const type = this.random.pick(TYPES);
    return `(global.set $g${type} ${this.expression(type, depth - 1)})`;
  }

  private store(depth: number): string {
    const type = this.random.pick(TYPES);
    return `(${type}.${this.random.pick(STORES[type])} ${this.address(depth)} ${this.expression(type, depth - 1)})`;
  }

  private emptyBlock(depth: number): string {
    const name = `v${this.names++}`;
    this.labels.push({ name, type: undefined });
    const text = `(block $${name} ${this.statements(depth - 1)} (br_if $${name} ${this.expression('i32', depth - 1)}) ${this.statements(depth - 1)})`;
    this.labels.pop();
    return text;
  }

  /** A loop that ends: it counts its own rounds over the whole call. */
  private loop(depth: number): string {
    if (this.loops++ >= 3) return '';
    const name = `p${this.names++}`;
    const again = `(i32.and (i32.lt_u (local.get $count) (i32.const ${this.loopLimit})) (i32.ne (i32.const 0) ${this.expression('i32', depth - 1)}))`;
    return `(loop $${name} ${this.statements(depth - 1)} (local.set $count (i32.add (local.get $count) (i32.const 1))) (br_if $${name} ${again}))`;
  }

  private maybeReturn(depth: number): string {
    return `(if ${this.expression('i32', depth - 1)} (then (return ${this.expression(this.shape.result, depth - 1)})))`;
  }
}

const list = <T>(length: number, item: () => T): T[] => Array.from({ length }, item);
