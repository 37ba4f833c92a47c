import { cpus, totalmem } from 'node:os';

/** Result of a bench: numbers and short texts; the last line of `--json`. */
export type BenchResult = Readonly<
  Record<string, number | string | readonly Readonly<Record<string, number | string>>[]>
>;

/** What the figures were measured on; ratios to the baseline of the same run carry further than the figures. */
export const machine = (): Record<string, number | string> => ({
  machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.versions.node,
});

/** Prints progress to standard error, so that standard output stays readable by a program. */
export const progress = (text: string): void => void process.stderr.write(`${text}\n`);

/** Rounds to `digits` significant decimals for print. */
export const rounded = (value: number, digits = 3): number =>
  Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(Math.abs(value) + 1)))));

/** CPU seconds that this process has used since a measurement of `process.cpuUsage()`. */
export function cpuSecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000_000;
}

/** Value at quantile `q` (0..1) of the samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
