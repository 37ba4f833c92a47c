/** Compiles the stepper (assembly/stepper.ts) to dist/stepper.wasm. */
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SOURCES = ['assembly/stepper.ts', 'assembly/layout.ts', 'assembly/host.ts'];
const OUTPUT = 'dist/stepper.wasm';

/** @throws when the compiler reports an error */
export async function buildStepper() {
  await mkdir(at('dist'), { recursive: true });
  const { error, stderr } = await asc.main([
    at('assembly/stepper.ts'),
    ...['--outFile', at(OUTPUT), '-O3', '--noAssert', '--converge', '--runtime', 'stub', '--importMemory'],
  ]);
  if (error) throw new AggregateError([error], `stepper: ${stderr.toString()}`);
}

/** Builds only if a source is newer than the output. */
export async function buildStepperIfStale() {
  const output = await stat(at(OUTPUT)).catch(() => undefined);
  const sources = await Promise.all(SOURCES.map((source) => stat(at(source))));
  if (output === undefined || sources.some((source) => source.mtimeMs > output.mtimeMs)) await buildStepper();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildStepper();
