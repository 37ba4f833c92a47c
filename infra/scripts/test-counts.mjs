import { existsSync, readFileSync, readdirSync } from 'node:fs';

const keys = ['passed', 'failed', 'skipped'];

/** Sum of what every test runner of a project wrote to its folder of results; undefined when none wrote anything. */
export function readCounts(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  if (files.length === 0) return undefined;
  const results = files.map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
  return Object.fromEntries(keys.map((key) => [key, results.reduce((sum, result) => sum + (result[key] ?? 0), 0)]));
}
