import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BenchResult, machine } from './report.js';

const bench = fileURLToPath(import.meta.resolve('@metachain/program/bench'));

/** Huge pages for large tables, where glibc has them ("Memory Allocation Tunables" of its manual); without meaning elsewhere. */
const hugePages = 'glibc.malloc.hugetlb=1';

/** The program alone, in a process of its own, because the C library reads its settings when it starts. */
export async function runStateBench(): Promise<BenchResult> {
  const env = { ...process.env, GLIBC_TUNABLES: hugePages };
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--json'], { env });
  return { ...(JSON.parse(stdout) as BenchResult), tunables: hugePages, ...machine() };
}
