// Runs the native forge of this platform. The launcher that npm installs ends with code 0 even when tests fail.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const project = fileURLToPath(new URL('..', import.meta.url));

/** Path of the native binary. Exits with a sentence when there is none for this platform. */
export const forgeBinary = () => {
  const platform = process.platform === 'win32' ? 'win32' : process.platform;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/forge-${platform}-${architecture}`;
  try {
    const file = process.platform === 'win32' ? 'forge.exe' : 'forge';
    const path = join(dirname(require.resolve(`${name}/package.json`)), 'bin', file);
    if (existsSync(path)) return path;
  } catch {
    // reported below
  }
  console.error(`forge is not available for this platform: ${name} is not installed`);
  process.exit(1);
};

/** forge only resolves imports below its root, and npm may hoist the library above it: a link brings it in. */
const linkLibrary = () => {
  const link = join(project, 'lib', 'openzeppelin');
  const target = relative(join(project, 'lib'), dirname(require.resolve('@openzeppelin/contracts/package.json')));
  try {
    if (readlinkSync(link) === target) return;
  } catch {
    // not there yet
  }
  rmSync(link, { force: true });
  mkdirSync(join(project, 'lib'), { recursive: true });
  symlinkSync(target, link, 'junction');
};

/** Runs forge in the project folder; returns its exit code and, with `capture`, what it printed. */
export const forge = (options, { capture = false } = {}) => {
  linkLibrary();
  const result = spawnSync(forgeBinary(), options, {
    cwd: project,
    stdio: capture ? ['ignore', 'pipe', 'inherit'] : 'inherit',
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, FOUNDRY_DISABLE_NIGHTLY_WARNING: '1' },
  });
  return { code: result.status ?? 1, output: result.stdout ?? '' };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(forge(process.argv.slice(2)).code);
