import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BenchResult, machine } from './report.js';

const bench = fileURLToPath(import.meta.resolve('@metachain/program/bench'));

/** The program alone, in a process of its own, so that nothing else has warmed it up. */
export async function runStateBench(): Promise<BenchResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--json']);
  return { ...(JSON.parse(stdout) as BenchResult), ...machine() };
}
