import { stripVTControlCharacters } from 'node:util';

const SUMMARY = /^Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed, (\d+) skipped/gm;

/** Counts from the last line that `forge test` prints; undefined when there is none, as when the contracts do not compile. */
export const countTests = (output) => {
  const found = [...output.matchAll(SUMMARY)].at(-1);
  if (!found) return undefined;
  const [passed, failed, skipped] = found.slice(1).map(Number);
  return { passed, failed, skipped };
};

/** Failed tests from the list that `forge test` ends with: file and contract, the test, and what forge says of it. */
export const failedTests = (output) => {
  const [, list = ''] = stripVTControlCharacters(output).split(/^Failing tests:$/m);
  const failures = [];
  let file = '';
  for (const line of list.split('\n')) {
    file = /^Encountered \d+ failing tests? in (.*)$/.exec(line)?.[1] ?? file;
    const name = /^\[FAIL.*\] (\w+\(.*?\)) \(/.exec(line)?.[1];
    if (name !== undefined) failures.push({ file, name, error: line });
  }
  return failures;
};
