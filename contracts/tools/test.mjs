// All checks of the Solidity side. Gas that differs from snapshots/ fails; UPDATE_SNAPSHOTS=1 records it instead.
// The counts of forge's tests go where `npm test` of the repository adds up those of every runner.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { countTests, failedTests } from './count-tests.mjs';
import { forge } from './forge.mjs';

const node = (script, ...options) =>
  spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...options], { stdio: 'inherit' })
    .status ?? 1;

const results = fileURLToPath(new URL('../test-results', import.meta.url));

/** Runs all forge tests, shows what they print, and writes down how many there were. */
const testContracts = (options) => {
  rmSync(`${results}/forge.json`, { force: true });
  const { code, output } = forge(['test', ...options], { capture: true });
  process.stdout.write(output);
  const counts = countTests(output);
  if (!counts) {
    console.error('forge did not say how many tests ran');
    return code || 1;
  }
  mkdirSync(results, { recursive: true });
  const result = { project: 'contracts (forge)', ...counts, failures: failedTests(output) };
  writeFileSync(`${results}/forge.json`, JSON.stringify(result));
  return code;
};

const update = process.env.UPDATE_SNAPSHOTS === '1';
if (!update) process.env.FORGE_SNAPSHOT_CHECK = 'true';
const failed =
  node('../../docs/spec/vectors/make.mjs', '--check') ||
  testContracts(process.argv.slice(2)) ||
  node('snapshots.mjs', ...(update ? ['--update'] : []));
process.exit(failed);
