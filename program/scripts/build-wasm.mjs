import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { keccak256 } from 'viem';

import { compile } from '../../chain/scripts/compile.mjs';
import { checkSources } from '../../chain/scripts/check-sources.mjs';
import { checkWasm } from '../../chain/scripts/check-wasm.mjs';
import { checkDoors } from '../../chain/scripts/module-shape.mjs';
import { buildCore } from './build-core.mjs';

/**
 * Builds program/dist/metachain.wasm from the rules and prints its hashes. The bytes depend on the sources and on the pinned compiler only.
 * `--out FILE` writes elsewhere; `--json` prints one JSON line. Without `--out` it builds the host's modules (build-core.mjs) too.
 */
const program = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const argument = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

const refuse = (what, problems) => {
  console.error(`${what}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  process.exit(1);
};

const sources = await checkSources(
  [resolve(program, '../chain/src'), resolve(program, 'assembly')],
  ['chain/src/index.ts'],
);
if (sources.length > 0) refuse('The rules use what the machine cannot prove', sources);
const doors = await checkDoors(resolve(program, 'assembly'), resolve(program, '../chain/src/modules'));
if (doors.length > 0) refuse('The program reaches into modules', doors);
const wasm = await compile(resolve(program, 'assembly/index.ts')).catch((error) =>
  refuse('The rules do not compile', [error.message]),
);
const problems = checkWasm(wasm);
if (problems.length > 0) refuse('The program is not provable', problems);
const out = resolve(argument('--out') ?? resolve(program, 'dist/metachain.wasm'));
await mkdir(dirname(out), { recursive: true });
await writeFile(out, wasm);
if (argument('--out') === undefined) await buildCore(program);
const result = {
  bytes: wasm.length,
  sha256: createHash('sha256').update(wasm).digest('hex'),
  keccak256: keccak256(wasm),
};
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else
  console.log(`metachain.wasm  ${result.bytes} bytes\n  sha256     ${result.sha256}\n  keccak256  ${result.keccak256}`);
