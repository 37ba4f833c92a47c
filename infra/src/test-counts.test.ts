import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const script = async <T>(path: string) => (await import(new URL(path, import.meta.url).href)) as T;

describe('the sum that `npm test` prints', () => {
  it('adds what every runner of a project wrote', async () => {
    const { readCounts } = await script<{ readCounts: (folder: string) => Counts | undefined }>(
      '../scripts/test-counts.mjs',
    );
    const folder = mkdtempSync(join(tmpdir(), 'metachain-counts-'));
    try {
      expect(readCounts(folder)).toBeUndefined();
      writeFileSync(join(folder, 'summary.json'), JSON.stringify({ passed: 7, failed: 1, skipped: 0 }));
      writeFileSync(join(folder, 'forge.json'), JSON.stringify({ passed: 170, failed: 0, skipped: 2 }));
      expect(readCounts(folder)).toEqual({ passed: 177, failed: 1, skipped: 2 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names each failed test with its project, its file and the first lines of its error', async () => {
    const { readFailures } = await script<{ readFailures: (folder: string) => string[] }>('../scripts/test-counts.mjs');
    const folder = mkdtempSync(join(tmpdir(), 'metachain-failures-'));
    const error = `\u001b[31mexpected 1\u001b[39m\n\nreceived ${'2'.repeat(1_000)}\n${'    at a line\n'.repeat(50)}`;
    const failures = [{ file: 'src/a.test.ts', name: 'a swap pays its fee', error }];
    try {
      expect(readFailures(folder)).toEqual([]);
      writeFileSync(join(folder, 'forge.json'), JSON.stringify({ project: 'contracts (forge)', passed: 170 }));
      writeFileSync(join(folder, 'summary.json'), JSON.stringify({ project: 'bridge', failed: 1, failures }));
      const [shown, ...others] = readFailures(folder);
      expect(others).toEqual([]);
      const lines = shown!.split('\n').map((line) => line.trim());
      expect(lines.slice(0, 2)).toEqual(['bridge src/a.test.ts > a swap pays its fee', 'expected 1']);
      expect(lines).toHaveLength(13);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(300);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads what forge prints, and notices when it printed no result', async () => {
    const { countTests } = await script<{ countTests: (output: string) => Counts | undefined }>(
      '../../contracts/tools/count-tests.mjs',
    );
    const line =
      'Ran 13 test suites in 9.62s (16.08s CPU time): 170 tests passed, 1 failed, 2 skipped (173 total tests)';
    expect(countTests(`Suite result: ok. 3 passed; 0 failed\n${line}\n`)).toEqual({
      passed: 170,
      failed: 1,
      skipped: 2,
    });
    expect(countTests('Error: Compiler run failed')).toBeUndefined();
  });

  it('reads which tests forge says failed', async () => {
    const { failedTests } = await script<{ failedTests: (output: string) => object[] }>(
      '../../contracts/tools/count-tests.mjs',
    );
    const line = '[FAIL: one is not two (really)] test_addsUp() (gas: 212)';
    const output = `${line}\n\nFailing tests:\nEncountered 1 failing test in test/A.t.sol:ATest\n${line}\n\nEncountered a total of 1`;
    expect(failedTests(output)).toEqual([{ file: 'test/A.t.sol:ATest', name: 'test_addsUp()', error: line }]);
    expect(failedTests('Suite result: ok. 3 passed')).toEqual([]);
  });
});
