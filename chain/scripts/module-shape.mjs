import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What every module of the rules has: CONTRIBUTING.md, "A new module", says the same in words. */
const REQUIRED = ['README.md', 'module.ts', 'keeper.ts', 'keys.ts', 'types.ts', 'errors.ts', 'invariants.ts'];
const HEADINGS = [
  'Concepts',
  'State',
  'Messages',
  'Block hooks',
  'Parameters',
  'Events',
  'Errors',
  'Invariants',
  'Dependencies',
  'Tests',
];
/** Files of sections that may say "None": a module without parameters has no params.ts. */
const OPTIONAL = { Messages: 'messages.ts', Parameters: 'params.ts', Events: 'events.ts' };
/** How the errors of a module are introduced that fail before there is a call, and so need no sentence. */
const NO_REASONS = 'All mean that the transaction is skipped';

const TEST = /\.(test|fuzz|bench)\.ts$/;

const sectionsOf = (readme) =>
  new Map(
    [...readme.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].map(([, name, text]) => [name, text.trim()]),
  );

/** Cells of a table's rows whose first cell matches. */
const rowsOf = (text = '', first) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
    .filter(([cell]) => first.test(cell));

const readModule = async (folder, name) => {
  const names = (await readdir(join(folder, name))).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, name, file), 'utf8')));
  const files = new Map(names.map((file, index) => [file, texts[index]]));
  return { name, files, sections: sectionsOf(files.get('README.md') ?? '') };
};

const textOf = ({ files }, file) => files.get(file) ?? '';
const sourcesOf = ({ files }) => [...files].filter(([file]) => file.endsWith('.ts') && !TEST.test(file));
const testsOf = ({ files }) => [...files.keys()].filter((file) => TEST.test(file));
const numberOf = ({ name, files }) =>
  Number(new RegExp(`export const MODULE_${name.toUpperCase()}: u32 = (\\d+);`).exec(files.get('keys.ts'))?.[1] ?? NaN);

const checkFiles = (module) => {
  const tests = ['invariants.test.ts', `${module.name}.fuzz.ts`];
  const missing = [...REQUIRED, ...tests].filter((file) => !module.files.has(file)).map((file) => `${file} is missing`);
  const units = testsOf(module).filter((file) => file.endsWith('.test.ts') && file !== 'invariants.test.ts');
  return units.length > 0 ? missing : [...missing, 'there is no unit test beside invariants.test.ts'];
};

const checkReadme = ({ name, files, sections }) => {
  const title = textOf({ files }, 'README.md').startsWith(`# ${name}\n`)
    ? []
    : [`README.md does not start with # ${name}`];
  const found = [...sections.keys()].join(', ');
  return found === HEADINGS.join(', ') ? title : [...title, `README.md has the headings ${found}`];
};

const checkOptional = ({ files, sections }) =>
  Object.entries(OPTIONAL)
    .filter(([heading, file]) => files.has(file) === (sections.get(heading) ?? 'None').startsWith('None'))
    .map(([heading, file]) => `README.md, "${heading}", and ${file} contradict each other`);

const checkState = (module, modules) => {
  const own = numberOf(module);
  if (Number.isNaN(own)) return [`keys.ts exports no MODULE_${module.name.toUpperCase()}`];
  const kinds = [...textOf(module, 'keys.ts').matchAll(/const KIND_\w+: u32 = (\d+);/g)].map(([, kind]) => kind);
  const taken = modules.filter((other) => other !== module && numberOf(other) === own);
  return [
    ...taken.map((other) => `its number ${own} is that of ${other.name}`),
    ...(new Set(kinds).size < kinds.length ? ['keys.ts uses a kind of key twice'] : []),
    ...kinds
      .filter((kind) => !new RegExp(`\`${own}, ${kind}\\b`).test(module.sections.get('State')))
      .map((kind) => `README.md, "State", does not list the key ${own}, ${kind}`),
  ];
};

/** A module lays out its own scratch area of memory (kernel/memory.ts) and never touches that of another. */
const checkScratch = (module, modules) => {
  const areas = sourcesOf(module).map(([file, text]) => {
    const names = [...text.matchAll(/import \{([^}]*)\} from '[^']*kernel\/memory'/g)].flatMap(([, list]) =>
      list.split(','),
    );
    return { file, names: names.map((name) => name.trim().toLowerCase()) };
  });
  const own = areas.some(({ file, names }) => file === 'types.ts' && names.includes(module.name));
  const foreign = modules.filter(({ name }) => name !== module.name);
  return [
    ...(own ? [] : ['types.ts lays out no scratch memory of the module']),
    ...areas.flatMap(({ file, names }) =>
      foreign
        .filter(({ name }) => names.includes(name))
        .map(({ name }) => `${file} uses the scratch memory of ${name}`),
    ),
  ];
};

const codesOf = (module) =>
  [...textOf(module, 'errors.ts').matchAll(/export const ERR_(\w+): u32 = (\d+);/g)].map(([, name, code]) => ({
    name,
    code: Number(code),
  }));

const checkErrorList = (module) => {
  const codes = codesOf(module);
  const listed = rowsOf(module.sections.get('Errors'), /^\d+$/).map(([code, name]) => `${code} ${name}`);
  const stated = codes.map(({ code, name }) => `${code} ${name}`);
  const outside = codes.filter(({ code }) => Math.floor(code / 1000) !== numberOf(module));
  return [
    ...outside.map(({ code }) => `error ${code} is not in the range of the module`),
    ...(new Set(codes.map(({ code }) => code)).size < codes.length ? ['errors.ts uses a number twice'] : []),
    ...stated.filter((each) => !listed.includes(each)).map((each) => `README.md, "Errors", does not list ${each}`),
    ...listed.filter((each) => !stated.includes(each)).map((each) => `README.md lists ${each}, errors.ts does not`),
  ];
};

const checkErrorUse = (module, modules) => {
  const uses = modules.flatMap(sourcesOf).filter(([file]) => !['errors.ts', 'reasons.ts'].includes(file));
  const isUsed = (name) => uses.some(([, text]) => new RegExp(`\\bERR_${name}\\b`).test(text));
  const silent = (module.sections.get('Errors') ?? '').startsWith(NO_REASONS);
  const bare = sourcesOf(module).filter(([, text]) => /\breturn [1-9]\d{3};/.test(text));
  return [
    ...codesOf(module)
      .filter(({ name }) => !isUsed(name))
      .map(({ name }) => `ERR_${name} is not used`),
    ...(silent ? [] : codesOf(module))
      .filter(({ name }) => !textOf(module, 'reasons.ts').includes(`errors.ERR_${name}:`))
      .map(({ name }) => `reasons.ts has no sentence for ERR_${name}`),
    ...bare.map(([file]) => `${file} returns a number that should be an error's name`),
  ];
};

const checkInvariants = (module) => {
  const exported = [...textOf(module, 'invariants.ts').matchAll(/export function (\w+)\(/g)].map(([, name]) => name);
  const rows = rowsOf(module.sections.get('Invariants'), /^(?!name$|-+$)/);
  const named = rows.map(([cell]) => /^`(\w+)`$/.exec(cell)?.[1]).filter((name) => name !== undefined);
  const tests = ['invariants.test.ts', `${module.name}.fuzz.ts`];
  return [
    ...(exported.length > 0 ? [] : ['invariants.ts exports no invariant']),
    ...exported.filter((name) => !named.includes(name)).map((name) => `README.md, "Invariants", does not list ${name}`),
    ...named
      .filter((name) => !exported.includes(name))
      .map((name) => `README.md lists ${name}, invariants.ts does not`),
    ...exported.flatMap((name) =>
      tests.filter((file) => !textOf(module, file).includes(name)).map((file) => `${file} does not ask ${name}`),
    ),
    ...rows.filter((row) => !/`[\w./-]+\.ts`/.test(row[2] ?? '')).map(([name]) => `${name} names no test`),
  ];
};

const checkTests = (module) => {
  const text = `${module.sections.get('Invariants')}\n${module.sections.get('Tests')}`;
  const named = [...text.matchAll(/`([\w-]+(?:\.\w+)*\.ts)`/g)].map(([, file]) => file);
  return [
    ...testsOf(module)
      .filter((file) => !named.includes(file))
      .map((file) => `README.md, "Tests", does not name ${file}`),
    ...named.filter((file) => !module.files.has(file)).map((file) => `README.md names ${file}, which is not there`),
  ];
};

const checks = [
  checkFiles,
  checkReadme,
  checkOptional,
  checkState,
  checkScratch,
  checkErrorList,
  checkErrorUse,
  checkInvariants,
  checkTests,
];

/** Lists what in the modules below `folder` differs from the one shape that all have, as `<module>: <what>`; empty when nothing does. */
export const checkModules = async (folder) => {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const modules = await Promise.all(names.sort().map((name) => readModule(folder, name)));
  return modules.flatMap((module) =>
    checks.flatMap((check) => check(module, modules)).map((problem) => `${module.name}: ${problem}`),
  );
};

/**
 * Lists where the program at `program` reaches into a module below `folder` past its module.ts, and modules that it does not link at all.
 */
export const checkDoors = async (program, folder) => {
  const files = (await readdir(program)).filter((file) => file.endsWith('.ts') && !TEST.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(program, file), 'utf8')));
  const imports = texts.flatMap((text, index) =>
    [...text.matchAll(/from '[^']*\/modules\/(\w+)\/([\w-]+)'/g)].map(([, module, file]) => [
      files[index],
      module,
      file,
    ]),
  );
  const modules = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  return [
    ...imports
      .filter(([, , file]) => file !== 'module')
      .map(([file, module, inside]) => `${file} imports ${module}/${inside}.ts past ${module}/module.ts`),
    ...modules
      .filter(({ name }) => !imports.some(([, module]) => module === name))
      .map(({ name }) => `no file imports the module ${name}`),
  ];
};
