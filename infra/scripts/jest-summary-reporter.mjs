import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Writes the counts of a project's run where `npm test` adds them up; a cached run restores the file with its result. */
export default class SummaryReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const file = `${this.rootDir}/test-results/summary.json`;
    mkdirSync(dirname(file), { recursive: true });
    const suiteFailures = results.testResults.filter((suite) => suite.testExecError).length;
    writeFileSync(
      file,
      JSON.stringify({
        project: basename(this.rootDir),
        passed: results.numPassedTests,
        failed: results.numFailedTests + suiteFailures,
        skipped: results.numPendingTests,
      }),
    );
  }
}
