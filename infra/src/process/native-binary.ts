import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InfraError } from '../errors.js';

const require = createRequire(import.meta.url);

/** Platform package names use Go's words for the processor. */
const architectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Path of a Foundry program inside its platform package. The npm launcher is not used: killing it leaves the program running,
 * and it hides exit codes.
 */
export function foundryBinary(name: 'anvil' | 'cast' | 'forge'): string {
  const platform = `${process.platform}-${architectures[process.arch] ?? process.arch}`;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const base of require.resolve.paths('@foundry-rs/x') ?? []) {
    const path = join(base, '@foundry-rs', `${name}-${platform}`, 'bin', `${name}${suffix}`);
    if (existsSync(path)) return path;
  }
  throw new InfraError(
    'binaryMissing',
    `@foundry-rs/${name}-${platform} is not installed (looked from ${dirname(import.meta.url)}). Run "npm install" on this machine.`,
  );
}
