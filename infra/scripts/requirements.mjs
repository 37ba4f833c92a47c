/** Checks of the machine that every command makes first, each with a sentence that says what to do. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const minimum = [20, 19];

/** What is asked of the machine. */
const machine = {
  nodeVersion: process.versions.node,
  exists: (path) => existsSync(`${root}${path}`),
  hasCompiler: () => ['c++', 'g++', 'clang++'].some((name) => spawnSync(name, ['--version']).status === 0),
};

/** Returns the sentences for what is missing; empty when all is well. */
export function missingRequirements({ nodeVersion, exists, hasCompiler } = machine) {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const problems = [];
  if (major < minimum[0] || (major === minimum[0] && minor < minimum[1]))
    problems.push(`Node.js ${minimum.join('.')} or newer is needed; this is ${nodeVersion}.`);
  if (!exists('node_modules/nx')) problems.push('Dependencies are not installed: run "npm install" first.');
  else if (!exists('node_modules/sqlite3/build') || !exists('node_modules/c-kzg/build'))
    problems.push(compilerSentence(hasCompiler()));
  return problems;
}

function compilerSentence(found) {
  return found
    ? 'The native parts of sqlite3 or c-kzg are not built: run "npm rebuild sqlite3 c-kzg".'
    : 'No C++ compiler was found, so sqlite3 and c-kzg could not be built. Install one (Debian: "apt install build-essential python3", macOS: "xcode-select --install"), then run "npm rebuild sqlite3 c-kzg".';
}

/** Prints what is missing and exits 1, or returns. */
export function requireMachine() {
  const problems = missingRequirements();
  if (problems.length === 0) return;
  for (const problem of problems) console.error(`metachain: ${problem}`);
  process.exit(1);
}

/** Runs a command with inherited output; returns its exit code. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  return result.status ?? 1;
}

/** Runs Nx without a daemon. */
export const nx = (args, options = {}) =>
  run(process.execPath, [`${root}node_modules/nx/dist/bin/nx.js`, ...args], {
    ...options,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', ...options.env },
  });

/** Builds what is not up to date; on failure shows the output and exits. Quiet on success. */
export function build(projects, { quiet = true } = {}) {
  if (!quiet) console.log('Building (only what changed) ...');
  const args = ['run-many', '-t', 'build', '-p', projects, '--parallel=2', '--outputStyle=static'];
  const result = spawnSync(process.execPath, [`${root}node_modules/nx/dist/bin/nx.js`, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    maxBuffer: 1 << 28,
  });
  if (result.status === 0) return;
  console.error(result.stdout, result.stderr);
  console.error('metachain: the build failed; the output is above.');
  process.exit(1);
}
