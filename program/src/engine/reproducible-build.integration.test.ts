import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** All that the program is made from, besides the pinned compiler. */
const sources = [
  'chain/src',
  'chain/scripts',
  'chain/asconfig.json',
  'program/assembly',
  'program/scripts',
  'package.json',
];
const folders = ['a', 'a-longer-name'].map((name) => mkdtempSync(join(tmpdir(), `metachain-build-${name}-`)));
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

const build = (folder: string): Buffer => {
  for (const path of sources) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const out = join(folder, 'program.wasm');
  execFileSync(process.execPath, [join(folder, 'program/scripts/build-wasm.mjs'), '--out', out], { stdio: 'pipe' });
  return readFileSync(out);
};

it('the program is the same bytes wherever its sources lie', () => {
  const [first, second] = folders.map(build);
  expect(first!.equals(second!)).toBe(true);
  expect(first!.equals(readFileSync(join(root, 'program/dist/metachain.wasm')))).toBe(true);
}, 300_000);
