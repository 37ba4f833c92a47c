// Compiles the contracts and writes their ABIs and bytecode as typed TypeScript to src/generated.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTRACTS } from './contracts.mjs';
import { forge } from './forge.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const target = join(project, 'src', 'generated');
const camelCase = (name) => name[0].toLowerCase() + name.slice(1);

const { code } = forge(['build', '--quiet', ...Object.values(CONTRACTS)]);
if (code !== 0) process.exit(code);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const names = Object.keys(CONTRACTS);
for (const name of names) {
  const { abi, bytecode } = JSON.parse(readFileSync(join(project, 'out', `${name}.sol`, `${name}.json`), 'utf8'));
  const text = [
    `export const ${camelCase(name)}Abi = ${JSON.stringify(abi, null, 2)} as const;`,
    `export const ${camelCase(name)}Bytecode = '${bytecode.object}' as const;`,
    '',
  ].join('\n\n');
  writeFileSync(join(target, `${name}.ts`), text);
}
writeFileSync(join(target, 'index.ts'), names.map((name) => `export * from './${name}.js';\n`).join(''));
