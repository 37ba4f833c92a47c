import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import asc from 'assemblyscript/asc';

const chain = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** A compilation that failed, with what the compiler said. */
export class CompileError extends Error {
  code = 'compile/failed';
}

/** Options of `asconfig.json` as command-line flags. */
const flags = async () => {
  const { options } = JSON.parse(await readFile(resolve(chain, 'asconfig.json'), 'utf8'));
  return Object.entries(options).flatMap(([name, value]) => {
    if (Array.isArray(value)) return value.flatMap((entry) => [`--${name}`, entry]);
    return value === true ? [`--${name}`] : value === false ? [] : [`--${name}`, String(value)];
  });
};

/**
 * Compiles an AssemblyScript entry file with the flags that all rules are compiled with. Paths are taken relative to the repository, so that the
 * result does not depend on where it lies. Fails: CompileError.
 */
export const compile = async (entry) => {
  const root = resolve(chain, '..');
  let wasm;
  const messages = [];
  const { error } = await asc.main(
    [relative(root, resolve(entry)), '--baseDir', root, '--outFile', 'out.wasm', ...(await flags())],
    {
      stdout: { write: () => {} },
      stderr: { write: (text) => messages.push(String(text)) },
      writeFile: (_name, contents) => {
        wasm = contents;
      },
    },
  );
  if (error || !wasm) throw new CompileError(`${error?.message ?? 'no output'}\n${messages.join('')}`);
  return wasm;
};
