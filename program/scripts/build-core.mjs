import { mkdir, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

import asc from 'assemblyscript/asc';

/**
 * Compiles the host's own modules, program/core: no part of the rules, so they may use what the rules may not. Each shares a memory made elsewhere.
 */
const modules = ['index', 'bridge', 'trampoline'];
const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--importMemory', '--exportTable'];

const compile = async (root, entry) => {
  let wasm;
  const messages = [];
  const { error } = await asc.main([relative(root, entry), '--baseDir', root, '--outFile', 'out.wasm', ...flags], {
    stdout: { write: () => {} },
    stderr: { write: (text) => messages.push(String(text)) },
    writeFile: (_name, contents) => {
      wasm = contents;
    },
  });
  if (error || !wasm) throw new TypeError(`${entry}: ${error?.message ?? 'no output'}\n${messages.join('')}`);
  return wasm;
};

/** Writes `dist/core-<module>.wasm` of the package at `program`. Fails: TypeError with the compiler's messages. */
export const buildCore = async (program) => {
  await mkdir(resolve(program, 'dist'), { recursive: true });
  for (const name of modules) {
    const wasm = await compile(resolve(program, '..'), resolve(program, `core/${name}.ts`));
    await writeFile(resolve(program, `dist/core-${name}.wasm`), wasm);
  }
};
