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
});
