import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const page = readFileSync(new URL('../../docs/security-findings.md', import.meta.url), 'utf8');
const audits = fileURLToPath(new URL('../test/audits/', import.meta.url));
const tests = readdirSync(audits).flatMap((name) => [
  ...readFileSync(`${audits}${name}`, 'utf8').matchAll(/function test_(?:fuzz_)?(\w+)\(/g),
]);
const names = tests.map(([, name]) => name!);

/** Test names in the last column: `84_programNumberIsNotTruncated`, with or without what precedes the number. */
const quoted = [...page.matchAll(/`(?:fuzz_\.\.\._)?((?:[HM]?\d+)_[a-zA-Z]\w+)`/g)].map(([, name]) => name!);

describe('docs/security-findings.md', () => {
  it('names only tests that exist', () => {
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((name) => !names.some((known) => known.endsWith(`_${name}`)))).toEqual([]);
  });

  it('leaves out no test of a finding', () => {
    const left = names.filter((name) => !quoted.some((known) => name.endsWith(`_${known}`)));
    // The four tests of finding 36 are named together.
    expect(left.filter((name) => !name.includes('Optimism_36_'))).toEqual([]);
    expect(left).toHaveLength(4);
  });

  it('gives every finding a public link', () => {
    const rows = page.split('\n').filter((line) => /^\| \[/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(20);
    expect(rows.filter((row) => !row.includes('https://github.com/'))).toEqual([]);
  });
});
