import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const chain = fileURLToPath(new URL('../../../chain/src/', import.meta.url));

export interface ParsedError {
  readonly code: number;
  readonly name: string;
  readonly module: string;
  readonly message: string;
}

const pattern = /\/\*\*\s*((?:(?!\*\/)[\s\S])*?)\s*\*\/\s*export const ERR_([A-Z0-9_]+): u32 = ([0-9_]+);/g;

/** Error numbers of the rules as their sources declare them, with the doc comment as message. */
export const parseRuleErrors = (): ParsedError[] =>
  filesOf(chain)
    .flatMap(({ module, text }) =>
      [...text.matchAll(pattern)].map(([, comment, name, code]) => ({
        code: Number(code!.replaceAll('_', '')),
        name: name!,
        module,
        message: comment!.replace(/\s*\n\s*\*\s*/g, ' ').trim(),
      })),
    )
    .sort((a, b) => a.code - b.code);

const filesOf = (root: string): { module: string; text: string }[] =>
  modules
    .filter((path) => existsSync(`${root}${path}`))
    .map((path) => ({ module: path.split('/').at(-2)!, text: readFileSync(`${root}${path}`, 'utf8') }));

const modules = [
  'kernel/errors.ts',
  ...['auth', 'bank', 'token', 'swap', 'fees', 'bridge'].map((name) => `modules/${name}/errors.ts`),
];

/** Text of src/generated/rule-errors.ts. */
export const renderRuleErrors = (errors: readonly ParsedError[]): string => {
  const rows = errors.map(
    ({ code, name, module, message }) => `  ${code}: ${JSON.stringify({ name, module, message })},`,
  );
  return [
    '/** Generated from the errors.ts files of the rules; a test compares. Update with `UPDATE_GENERATED=1 npm test -- rule-errors`. */',
    'export interface RuleError {',
    '  readonly name: string;',
    '  readonly module: string;',
    '  readonly message: string;',
    '}',
    '',
    '/** Stable error numbers of the rules. */',
    'export const ruleErrors: Readonly<Record<number, RuleError>> = {',
    ...rows,
    '};',
    '',
  ].join('\n');
};
