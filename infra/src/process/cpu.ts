import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ticksPerSecond = () => Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })) || 100;
let ticks: number | undefined;

/** CPU seconds (user and system, all threads) that a process has used so far. Linux: /proc, in steps of 10 ms. */
export function cpuSeconds(pid: number): number {
  ticks ??= ticksPerSecond();
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
