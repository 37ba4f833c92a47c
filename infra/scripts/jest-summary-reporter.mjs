import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { endDespiteOpenHandles } from './jest-open-handles.mjs';

/** Writes the counts and the failures of a project's run where `npm test` adds them up; a cached run restores the file with its result. */
export default class SummaryReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
    this.watches = globalConfig.watch || globalConfig.watchAll;
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
        failures: results.testResults.flatMap((suite) => this.#failuresOf(suite)),
      }),
    );
    if (!this.watches) endDespiteOpenHandles();
  }

  /** Failed tests of one file; a file that could not run at all is one failure. */
  #failuresOf(suite) {
    const file = relative(this.rootDir, suite.testFilePath);
    const broken = suite.testExecError ? [{ file, name: 'the file itself', error: suite.failureMessage ?? '' }] : [];
    const failed = suite.testResults.filter(({ status }) => status === 'failed');
    return [
      ...broken,
      ...failed.map((test) => ({ file, name: test.fullName, error: test.failureMessages.join('\n') })),
    ];
  }
}
