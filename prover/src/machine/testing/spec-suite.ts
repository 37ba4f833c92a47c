import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoweringError } from '../lowering/errors.js';
import { lower, type LoweredProgram } from '../lowering/lower.js';
import { type Command, type Invocation, parseScript } from './wast.js';

/** `print` of the suite's own module: takes integers, does nothing. */
export const PRINT = 0x80;
const HOSTS = new Map(
  ['print', 'print_i32', 'print_i64', 'print32', 'print64'].map((name) => [`spectest.${name}`, PRINT]),
);

/** A module of the suite with the exports that can be lowered. */
export interface SpecModule {
  readonly program: LoweredProgram;
  readonly hasStart: boolean;
  /** Why an export cannot be lowered. */
  readonly refused: ReadonlyMap<string, string>;
}

/** An assertion that applies to this machine. */
export interface SpecCase {
  readonly file: string;
  readonly kind: 'return' | 'trap' | 'exhaustion';
  readonly call: Invocation;
  readonly args: readonly bigint[];
  readonly expected: bigint | undefined;
  readonly message: string;
}

export interface SpecVisitor {
  module(module: SpecModule): void;
  case(test: SpecCase, module: SpecModule): void;
}

/** Counts of what was left out, by reason. */
export type Exclusions = Map<string, number>;

/** Scripts left out whole, with the reason. */
export const EXCLUDED_FILES: ReadonlyMap<string, string> = new Map([
  ['elem.wast', "modules that write into each other's table"],
  ['linking.wast', 'modules that share functions, memory and tables'],
  ['float_memory.wast', 'floating-point values in memory'],
  ['memory_grow.wast', 'memory that grows'],
]);

/** Walks the scripts of `test/core` in a checkout of WebAssembly/spec, tag wg-1.0, and visits what this machine can run. */
export function visitSuite(directory: string, visitor: SpecVisitor): Exclusions {
  const excluded: Exclusions = new Map();
  for (const file of readdirSync(directory)
    .filter((name) => name.endsWith('.wast'))
    .sort()) {
    const script = parseScript(file, readFileSync(join(directory, file), 'utf8'));
    const whole = EXCLUDED_FILES.get(file);
    if (whole === undefined) new ScriptWalk(file, visitor, excluded).run(script);
    else exclude(excluded, `all of ${file}: ${whole}`, script.filter(({ kind }) => kind !== 'module').length);
  }
  return excluded;
}

/** Adds to the assertions that were left out for a reason. */
export function exclude(excluded: Exclusions, reason: string, count = 1): void {
  excluded.set(reason, (excluded.get(reason) ?? 0) + count);
}

class ScriptWalk {
  private current: SpecModule | string = 'no module';
  private readonly named = new Map<string, SpecModule | string>();

  constructor(
    private readonly file: string,
    private readonly visitor: SpecVisitor,
    private readonly excluded: Exclusions,
  ) {}

  run(script: readonly Command[]): void {
    for (const command of script) {
      if (command.kind === 'module') this.open(command.name, command.wasm, command.reason);
      else if (command.kind === 'other') exclude(this.excluded, command.what);
      else this.assertion(command);
    }
  }

  private open(name: string | undefined, wasm: Uint8Array | undefined, reason: string): void {
    this.current = wasm === undefined ? `text not read: ${reason.slice(0, 160)}` : lowerExports(wasm);
    if (name !== undefined) this.named.set(name, this.current);
    if (typeof this.current !== 'string') this.visitor.module(this.current);
  }

  private assertion(command: Exclude<Command, { kind: 'module' | 'other' }>): void {
    const module =
      command.call.module === undefined ? this.current : (this.named.get(command.call.module) ?? 'no module');
    const expected = command.kind === 'return' ? command.expected : undefined;
    const reason = exclusion(module, command.call, expected);
    if (reason !== undefined || typeof module === 'string') {
      exclude(this.excluded, reason ?? 'no module');
      return;
    }
    const args = command.call.args.filter((value) => value !== undefined);
    const message = command.kind === 'return' ? '' : command.message;
    this.visitor.case(
      { file: this.file, kind: command.kind, call: command.call, args, expected: expected?.[0], message },
      module,
    );
  }
}

function exclusion(
  module: SpecModule | string,
  call: Invocation,
  expected: readonly (bigint | undefined)[] | undefined,
): string | undefined {
  if (typeof module === 'string') return `module: ${module}`;
  if ([...call.args, ...(expected ?? [])].includes(undefined)) return 'floating-point argument or result';
  const refused = module.refused.get(call.name);
  return refused === undefined ? undefined : `function: ${refused}`;
}

function lowerExports(wasm: Uint8Array): SpecModule | string {
  const refused = new Map<string, string>();
  const entries = exportNames(wasm).filter((name) => {
    const reason = refusal(() => lower(wasm, { entries: [name], hosts: HOSTS, relaxed: true }));
    if (reason !== undefined) refused.set(name, reason);
    return reason === undefined;
  });
  const hasStart = refusal(() => lower(wasm, { entries: ['(start)'], hosts: HOSTS, relaxed: true })) === undefined;
  const all = hasStart ? [...entries, '(start)'] : entries;
  try {
    return { program: lower(wasm, { entries: all, hosts: HOSTS, relaxed: true }), hasStart, refused };
  } catch (error) {
    if (error instanceof LoweringError) return error.code;
    throw error;
  }
}

function exportNames(wasm: Uint8Array): string[] {
  if (!WebAssembly.validate(wasm)) return [];
  return WebAssembly.Module.exports(new WebAssembly.Module(wasm))
    .filter((entry) => entry.kind === 'function')
    .map((entry) => entry.name);
}

function refusal(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof LoweringError) return error.code;
    throw error;
  }
}
