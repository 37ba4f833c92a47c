const SUMMARY = /^Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed, (\d+) skipped/gm;

/** Counts from the last line that `forge test` prints; undefined when there is none, as when the contracts do not compile. */
export const countTests = (output) => {
  const found = [...output.matchAll(SUMMARY)].at(-1);
  if (!found) return undefined;
  const [passed, failed, skipped] = found.slice(1).map(Number);
  return { passed, failed, skipped };
};
