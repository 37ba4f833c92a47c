import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { checkDoors, checkModules } from './module-shape.mjs';

const chain = resolve(import.meta.dirname, '..');

const readme = `# vault

Keeps things.

## Concepts

## State

| key | value |
|---|---|
| \`8, 1\`, \`8, 2, 0, 0, ref\` | a word |

## Messages

None.

## Block hooks

None.

## Parameters

| name | unit |
|---|---|
| LIMIT | units |

## Events

None.

## Errors

| code | name | when |
|---|---|---|
| 8001 | EMPTY | nothing is there |
| 8002 | FULL | nothing fits |

## Invariants

| name | statement | checked by |
|---|---|---|
| \`isKept\` | in = out + held | \`vault.fuzz.ts\` |
| in words | no more than once | \`vault.test.ts\` |

## Dependencies

## Tests

\`vault.test.ts\`, \`invariants.test.ts\`
`;

/** A module of the right shape. */
const vault: Readonly<Record<string, string>> = {
  'README.md': readme,
  'module.ts': "export { take } from './keeper';",
  'keeper.ts': 'export function take(): u32 {\n  return isEmpty() ? ERR_EMPTY : ERR_FULL;\n}',
  'keys.ts': 'export const MODULE_VAULT: u32 = 8;\nconst KIND_A: u32 = 1;\nconst KIND_B: u32 = 2;',
  'types.ts': "import { VAULT } from '../../kernel/memory';",
  'params.ts': 'export const LIMIT: u32 = 3;',
  'errors.ts': 'export const ERR_EMPTY: u32 = 8001;\nexport const ERR_FULL: u32 = 8002;',
  'reasons.ts': 'case errors.ERR_EMPTY:\ncase errors.ERR_FULL:',
  'invariants.ts': 'export function isKept(): bool {}',
  'invariants.test.ts': 'isKept',
  'vault.test.ts': '',
  'vault.fuzz.ts': 'isKept',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modules-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes the files of a module; those that are undefined are left out. */
const write = async (name: string, files: Readonly<Record<string, string | undefined>>): Promise<void> => {
  await mkdir(join(folder, name));
  for (const [file, text] of Object.entries(files))
    if (text !== undefined) await writeFile(join(folder, name, file), text);
};

describe('the check of the shape of modules', () => {
  it('finds nothing in the modules of the chain', async () => {
    expect(await checkModules(join(chain, 'src/modules'))).toEqual([]);
  });

  it('finds nothing in a module of the right shape', async () => {
    await write('vault', vault);
    expect(await checkModules(folder)).toEqual([]);
  });

  it.each(['module.ts', 'keeper.ts', 'keys.ts', 'types.ts', 'errors.ts', 'invariants.ts', 'README.md'])(
    'finds that %s is missing',
    async (file) => {
      await write('vault', { ...vault, [file]: undefined });
      expect(await checkModules(folder)).toContain(`vault: ${file} is missing`);
    },
  );

  it.each([
    ['a module without property test', 'vault.fuzz.ts is missing', { 'vault.fuzz.ts': undefined }],
    ['a module without unit test', 'there is no unit test', { 'vault.test.ts': undefined }],
    ['another title', 'does not start with # vault', { 'README.md': readme.replace('# vault', '# Vault') }],
    ['a heading left out', 'has the headings', { 'README.md': readme.replace('## Events\n', '') }],
    ['headings in another order', 'has the headings', { 'README.md': readme.replace('Concepts', 'State') }],
    ['a file that the README denies', '"Events", and events.ts contradict', { 'events.ts': '' }],
    ['a file that the README promises', '"Parameters", and params.ts contradict', { 'params.ts': undefined }],
    ['no number of the module', 'exports no MODULE_VAULT', { 'keys.ts': '' }],
    ['a kind of key used twice', 'a kind of key twice', { 'keys.ts': `${vault['keys.ts']}\nconst KIND_C: u32 = 2;` }],
    ['a key not listed', 'the key 8, 3', { 'keys.ts': `${vault['keys.ts']}\nconst KIND_C: u32 = 3;` }],
    ['no scratch memory', 'types.ts lays out no scratch', { 'types.ts': '' }],
    ['a number used twice', 'a number twice', { 'errors.ts': vault['errors.ts']!.replace('8002', '8001') }],
    ['an error outside the range', 'error 9002 is not', { 'errors.ts': vault['errors.ts']!.replace('8002', '9002') }],
    ['an error not listed', 'does not list 8002 FULL', { 'README.md': readme.replace(/\| 8002 .*\n/, '') }],
    ['an error of another name', 'lists 8002 FILLED', { 'README.md': readme.replace('FULL', 'FILLED') }],
    ['an error not used', 'ERR_FULL is not used', { 'keeper.ts': vault['keeper.ts']!.replace('ERR_FULL', 'OK') }],
    ['an error without a sentence', 'no sentence for ERR_FULL', { 'reasons.ts': 'case errors.ERR_EMPTY:' }],
    ['a bare number', 'keeper.ts returns a number', { 'keeper.ts': `${vault['keeper.ts']}\nreturn 8001;` }],
    ['a module without invariants', 'exports no invariant', { 'invariants.ts': '' }],
    ['an invariant not listed', 'does not list isKept', { 'README.md': readme.replace('`isKept`', 'kept') }],
    ['an invariant that is not there', 'lists isLost', { 'README.md': readme.replace('isKept', 'isLost') }],
    ['an invariant never broken', 'invariants.test.ts does not ask', { 'invariants.test.ts': '' }],
    ['an invariant never fuzzed', 'vault.fuzz.ts does not ask', { 'vault.fuzz.ts': '' }],
    ['an invariant checked nowhere', 'names no test', { 'README.md': readme.replace(' `vault.test.ts` |', ' |') }],
    ['a test not named', 'does not name other.test.ts', { 'other.test.ts': '' }],
    ['a test that is not there', 'gone.test.ts, which is not', { 'README.md': `${readme}\n\`gone.test.ts\`` }],
  ])('finds %s', async (_name, problem, changes) => {
    await write('vault', { ...vault, ...changes });
    expect((await checkModules(folder)).join('\n')).toContain(problem);
  });

  it('finds two modules of one number', async () => {
    await write('vault', vault);
    const rename = (text: string): string => text.replaceAll('vault', 'store').replaceAll('VAULT', 'STORE');
    await write('store', Object.fromEntries(Object.entries(vault).map(([file, text]) => [rename(file), rename(text)])));
    expect(await checkModules(folder)).toEqual([
      'store: its number 8 is that of vault',
      'vault: its number 8 is that of store',
    ]);
  });

  it('finds a module that uses the scratch memory of another', async () => {
    const keeper = `import {\n  LOG,\n  VAULT,\n} from '../../kernel/memory';\n${vault['keeper.ts']}`;
    await write('vault', { ...vault, 'keeper.ts': keeper });
    expect(await checkModules(folder)).toEqual([]);
    await write('store', { ...vault, 'keeper.ts': keeper });
    expect(await checkModules(folder)).toContain('store: keeper.ts uses the scratch memory of vault');
  });

  it('needs no sentences where nothing of the transaction happens', async () => {
    const silent = readme.replace('## Errors\n\n', '## Errors\n\nAll mean that the transaction is skipped.\n\n');
    await write('vault', { ...vault, 'reasons.ts': undefined, 'README.md': silent });
    expect(await checkModules(folder)).toEqual([]);
  });
});

describe('the check of the doors of modules', () => {
  const check = async (text: string): Promise<string[]> => {
    await mkdir(join(folder, 'modules'));
    await write('modules/vault', vault);
    await write('program', { 'apply.ts': text, 'apply.test.ts': "import '../modules/vault/keeper';" });
    return checkDoors(join(folder, 'program'), join(folder, 'modules'));
  };

  it('takes imports of module.ts', async () => {
    expect(await check("import {\n  take,\n} from '../modules/vault/module';")).toEqual([]);
  });

  it('finds an import of what is behind it', async () => {
    const text = "import { take } from '../modules/vault/module';\nexport { put } from '../modules/vault/keeper';";
    expect(await check(text)).toEqual(['apply.ts imports vault/keeper.ts past vault/module.ts']);
  });

  it('finds a module that the program does not link', async () => {
    expect(await check('')).toEqual(['no file imports the module vault']);
  });
});
