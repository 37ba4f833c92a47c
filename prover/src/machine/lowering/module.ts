import { LoweringError } from './errors.js';
import { ByteReader } from './reader.js';
import { Wasm } from './opcodes.js';

export const ValueType = { i32: 0x7f, i64: 0x7e } as const;

export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

export interface ImportedFunction {
  readonly name: string;
  readonly type: FunctionType;
}

/** Initial value of a global; undefined where the type is not an integer. */
export interface Global {
  readonly type: number;
  readonly mutable: boolean;
  readonly initial: bigint | undefined;
}

export interface FunctionBody {
  readonly type: FunctionType;
  readonly locals: readonly number[];
  /** Byte range of the expression in the module. */
  readonly start: number;
  readonly end: number;
}

export interface Segment<T> {
  readonly offset: number;
  readonly content: T;
}

/** What lowering needs of a WebAssembly module. Function indices count imports first. */
export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly types: FunctionType[];
  readonly imports: ImportedFunction[];
  readonly bodies: FunctionBody[];
  readonly globals: Global[];
  readonly exports: Map<string, number>;
  readonly data: Segment<Uint8Array>[];
  readonly elements: Segment<number[]>[];
  memory: { readonly pages: number; readonly fixed: boolean } | undefined;
  tableSize: number | undefined;
  /** Index of the start function. */
  start: number | undefined;
}

const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;
const MAX_LOCALS = 50_000;

/**
 * Parses a module. V8 validates it first, so only what this machine cannot prove is looked for here.
 * @throws LoweringError
 */
export function parseModule(bytes: Uint8Array): WasmModule {
  if (!WebAssembly.validate(bytes)) {
    throw new LoweringError('invalid-module', 'V8 refuses the module');
  }
  return new ModuleParser(bytes).parse();
}

class ModuleParser {
  private readonly module: WasmModule;
  private readonly reader: ByteReader;
  private readonly bodyTypes: FunctionType[] = [];

  constructor(bytes: Uint8Array) {
    this.reader = new ByteReader(bytes, 8);
    this.module = {
      bytes,
      types: [],
      imports: [],
      bodies: [],
      globals: [],
      exports: new Map(),
      data: [],
      elements: [],
      memory: undefined,
      tableSize: undefined,
      start: undefined,
    };
  }

  parse(): WasmModule {
    while (!this.reader.done) {
      const id = this.reader.byte();
      const end = this.reader.unsigned() + this.reader.position;
      this.section(id);
      this.reader.position = end;
    }
    return this.module;
  }

  private section(id: number): void {
    const { reader, module } = this;
    switch (id) {
      case SECTION.custom:
      case SECTION.dataCount:
        return;
      case SECTION.type:
        module.types.push(...reader.list(() => this.functionType()));
        return;
      case SECTION.import:
        reader.list(() => this.importEntry());
        return;
      case SECTION.function:
        this.bodyTypes.push(...reader.list(() => this.typeAt(reader.unsigned())));
        return;
      case SECTION.table:
        reader.list(() => this.table());
        return;
      case SECTION.memory:
        reader.list(() => this.memory());
        return;
      case SECTION.global:
        reader.list(() => module.globals.push(this.global()));
        return;
      case SECTION.export:
        reader.list(() => this.exportEntry());
        return;
      case SECTION.start:
        module.start = reader.unsigned();
        return;
      case SECTION.element:
        reader.list(() => this.element());
        return;
      case SECTION.code:
        this.bodyTypes.forEach((type, index) => this.body(type, index));
        return;
      case SECTION.data:
        reader.list(() => this.dataSegment());
        return;
      default:
        throw new LoweringError('unknown-section', `section ${id}`);
    }
  }

  private functionType(): FunctionType {
    if (this.reader.byte() !== 0x60) throw new LoweringError('unsupported-type', 'not a function type');
    return {
      parameters: this.reader.list(() => this.reader.byte()),
      results: this.reader.list(() => this.reader.byte()),
    };
  }

  private typeAt(index: number): FunctionType {
    const type = this.module.types[index];
    if (type === undefined) throw new LoweringError('invalid-module', `type ${index}`);
    return type;
  }

  private importEntry(): void {
    const { reader } = this;
    const name = `${reader.name()}.${reader.name()}`;
    const kind = reader.byte();
    if (kind === KIND.function) {
      this.module.imports.push({ name, type: this.typeAt(reader.unsigned()) });
      return;
    }
    if (kind === KIND.memory) throw new LoweringError('imported-memory', name);
    if (kind === KIND.table) throw new LoweringError('imported-table', name);
    throw new LoweringError('imported-global', name);
  }

  private limits(): { minimum: number; maximum: number | undefined } {
    const flags = this.reader.byte();
    const minimum = this.reader.unsigned();
    return { minimum, maximum: (flags & 1) === 1 ? this.reader.unsigned() : undefined };
  }

  private table(): void {
    this.reader.byte();
    if (this.module.tableSize !== undefined) throw new LoweringError('unsupported-type', 'more than one table');
    this.module.tableSize = this.limits().minimum;
  }

  private memory(): void {
    if (this.module.memory !== undefined) throw new LoweringError('several-memories', 'one memory only');
    const { minimum, maximum } = this.limits();
    this.module.memory = { pages: minimum, fixed: minimum === maximum };
  }

  private global(): Global {
    const type = this.reader.byte();
    const mutable = this.reader.byte() === 1;
    return { type, mutable, initial: this.constantExpression() };
  }

  /** Value of a constant expression: integers, or an earlier global; undefined for floats. */
  private constantExpression(): bigint | undefined {
    const { reader } = this;
    let value: bigint | undefined;
    for (let opcode = reader.byte(); opcode !== Wasm.end; opcode = reader.byte()) {
      if (opcode === Wasm.i32Const) value = BigInt.asUintN(32, reader.signed());
      else if (opcode === Wasm.i64Const) value = BigInt.asUintN(64, reader.signed());
      else if (opcode === Wasm.globalGet) value = this.module.globals[reader.unsigned()]?.initial;
      else if (opcode === Wasm.f32Const) reader.take(4);
      else if (opcode === Wasm.f64Const) reader.take(8);
      else throw new LoweringError('unsupported-opcode', `0x${opcode.toString(16)} in a constant expression`);
    }
    return value;
  }

  private exportEntry(): void {
    const { reader, module } = this;
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.unsigned();
    if (kind === KIND.function) module.exports.set(name, index);
  }

  private segmentOffset(): number {
    if (this.reader.unsigned() !== 0) throw new LoweringError('passive-segment', 'active segments of index 0 only');
    const offset = this.constantExpression();
    if (offset === undefined) throw new LoweringError('dynamic-offset', 'segment');
    return Number(offset);
  }

  private element(): void {
    const offset = this.segmentOffset();
    this.module.elements.push({ offset, content: this.reader.list(() => this.reader.unsigned()) });
  }

  private dataSegment(): void {
    const offset = this.segmentOffset();
    this.module.data.push({ offset, content: this.reader.take(this.reader.unsigned()) });
  }

  private body(type: FunctionType, index: number): void {
    const { reader } = this;
    if (index === 0) reader.unsigned();
    const end = reader.unsigned() + reader.position;
    const locals: number[] = [];
    reader.list(() => {
      const count = reader.unsigned();
      const local = reader.byte();
      if (locals.length + count > MAX_LOCALS) throw new LoweringError('frame-too-large', `function ${index}`);
      for (let i = 0; i < count; i++) locals.push(local);
    });
    this.module.bodies.push({ type, locals, start: reader.position, end });
    reader.position = end;
  }
}

/**
 * Linear memory as it is before the first instruction.
 * @throws LoweringError `segment-out-of-range`
 */
export function initialMemory(module: WasmModule): Uint8Array {
  const memory = new Uint8Array((module.memory?.pages ?? 0) * 65_536);
  for (const { offset, content } of module.data) {
    if (offset + content.length > memory.length) throw new LoweringError('segment-out-of-range', `data at ${offset}`);
    memory.set(content, offset);
  }
  return memory;
}
