import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { compile } from '../scripts/compile.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

/** Compiles the test entries of chain/test/assembly to chain/dist/test before the tests run. */
export default async () => {
  const out = resolve(folder, '../dist/test');
  await mkdir(out, { recursive: true });
  for (const name of ['kernel', 'auth', 'modules']) {
    await writeFile(resolve(out, `${name}.wasm`), await compile(resolve(folder, `assembly/${name}.ts`)));
  }
};
