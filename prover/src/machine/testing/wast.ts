import wabtInit from 'wabt';
import { type Node, readForms } from './s-expression.js';

/** A call that a script makes, with integer arguments; `undefined` where an argument is no integer. */
export interface Invocation {
  readonly module: string | undefined;
  readonly name: string;
  readonly args: readonly (bigint | undefined)[];
}

export type Command =
  | {
      readonly kind: 'module';
      readonly name: string | undefined;
      readonly wasm: Uint8Array | undefined;
      readonly reason: string;
    }
  | {
      readonly kind: 'return';
      readonly call: Invocation;
      readonly expected: readonly (bigint | undefined)[] | undefined;
    }
  | { readonly kind: 'trap' | 'exhaustion'; readonly call: Invocation; readonly message: string }
  /** An assertion of which no step is run. */
  | { readonly kind: 'other'; readonly what: string };

const wabt = await wabtInit();

/** Parses one `.wast` script. */
export function parseScript(fileName: string, source: string): Command[] {
  return readForms(source).flatMap((form) => command(fileName, form));
}

function command(fileName: string, form: Node): Command[] {
  if (form.kind !== 'list') return [];
  const items = form.items;
  switch (atom(items[0])) {
    case 'module':
      return [moduleCommand(fileName, form)];
    case 'invoke':
      return [{ kind: 'return', call: invocation(form), expected: undefined }];
    case 'assert_return':
      return isInvoke(items[1])
        ? [{ kind: 'return', call: invocation(items[1]), expected: items.slice(2).map(integer) }]
        : other('reads an exported global');
    case 'assert_trap':
      return isInvoke(items[1])
        ? [{ kind: 'trap', call: invocation(items[1]), message: text(items[2]) }]
        : other('a module whose start traps');
    case 'assert_exhaustion':
      return isInvoke(items[1]) ? [{ kind: 'exhaustion', call: invocation(items[1]), message: text(items[2]) }] : [];
    default:
      return other(OTHER_FORMS[atom(items[0]) ?? '']);
  }
}

const other = (what: string | undefined): Command[] => (what === undefined ? [] : [{ kind: 'other', what }]);

/** Assertions that call nothing, and those of functions whose result is a float. */
const OTHER_FORMS: Readonly<Record<string, string>> = {
  assert_malformed: 'a module that does not parse',
  assert_invalid: 'a module that is not valid',
  assert_unlinkable: 'a module that does not link',
  assert_return_canonical_nan: 'floating-point argument or result',
  assert_return_arithmetic_nan: 'floating-point argument or result',
};

function moduleCommand(fileName: string, form: Node & { kind: 'list' }): Command {
  const second = atom(form.items[1]);
  const name = second?.startsWith('$') ? second : undefined;
  try {
    const parsed = wabt.parseWat(fileName, Uint8Array.from(Buffer.from(form.source)), { mutable_globals: true });
    const wasm = parsed.toBinary({}).buffer;
    parsed.destroy();
    return { kind: 'module', name, wasm, reason: '' };
  } catch (error) {
    return {
      kind: 'module',
      name,
      wasm: undefined,
      reason: error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error),
    };
  }
}

function invocation(node: Node | undefined): Invocation {
  if (node?.kind !== 'list') throw new TypeError('not an invocation');
  const named = node.items[1]?.kind === 'atom' ? node.items[1].text : undefined;
  const rest = node.items.slice(named === undefined ? 1 : 2);
  return { module: named, name: text(rest[0]), args: rest.slice(1).map(integer) };
}

function integer(node: Node): bigint | undefined {
  if (node.kind !== 'list') return undefined;
  const type = atom(node.items[0]);
  if (type !== 'i32.const' && type !== 'i64.const') return undefined;
  const digits = (atom(node.items[1]) ?? '').replaceAll('_', '').replace(/^\+/, '');
  const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
  return BigInt.asUintN(type === 'i32.const' ? 32 : 64, value);
}

const isInvoke = (node: Node | undefined): boolean => node?.kind === 'list' && atom(node.items[0]) === 'invoke';
const atom = (node: Node | undefined): string | undefined => (node?.kind === 'atom' ? node.text : undefined);
const text = (node: Node | undefined): string => (node?.kind === 'string' ? node.text : '');
