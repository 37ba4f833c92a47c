// All checks of the Solidity side. Gas that differs from snapshots/ fails; UPDATE_SNAPSHOTS=1 records it instead.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { forge } from './forge.mjs';

const node = (script, ...options) =>
  spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...options], { stdio: 'inherit' })
    .status ?? 1;

const update = process.env.UPDATE_SNAPSHOTS === '1';
if (!update) process.env.FORGE_SNAPSHOT_CHECK = 'true';
const failed =
  node('../test/vectors/make.mjs', '--check') ||
  forge(['test', ...process.argv.slice(2)]).code ||
  node('snapshots.mjs', ...(update ? ['--update'] : []));
process.exit(failed);
