import { beforeAll, expect, it } from '@jest/globals';
import type { Machine } from '../machine.js';
import { caseJudge, caseSources, openCase, stepCases } from '../testing/step-cases.js';
import type { LocalJudge } from './local-judge.js';
import { checkSteps } from './step-check.js';
import { everyPath, watchPath } from './step-path.js';

const seen = new Set<string>();

let judge: LocalJudge;
beforeAll(async () => {
  judge = await caseJudge();
});

/** Remembers which way a step goes. */
const watch = (before: Machine) => {
  const path = watchPath(before);
  return () => void seen.add(path());
};

it.each(stepCases)('$name', async (stepCase) => {
  for (const code of stepCase.programs) {
    const { machine, programHash } = await openCase(judge, code, stepCase);
    const { mismatches } = await checkSteps(machine, judge, programHash, { sources: caseSources, watch });
    expect(mismatches).toEqual([]);
    expect(machine.stepper.status).toBe(stepCase.ends);
  }
});

it('these were all ways that a step can go', () => {
  const ways = everyPath();
  expect(new Set(ways).size).toBe(ways.length);
  expect([...seen].sort()).toEqual([...ways].sort());
});
