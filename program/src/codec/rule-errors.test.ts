import { writeFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';

import { ruleErrors } from '../generated/rule-errors.js';
import { parseRuleErrors, renderRuleErrors } from '../testing/rule-errors.js';

it('the table of error numbers is what the rules declare', () => {
  const errors = parseRuleErrors();
  if (process.env['UPDATE_GENERATED']) {
    writeFileSync(new URL('../generated/rule-errors.ts', import.meta.url), renderRuleErrors(errors));
    return;
  }
  expect(ruleErrors).toEqual(Object.fromEntries(errors.map(({ code, ...rest }) => [code, rest])));
});

it('error numbers are unique and in the range of their module', () => {
  const errors = parseRuleErrors();
  const ranges: Record<string, number> = { kernel: 1, auth: 2, bank: 3, token: 4, swap: 5, fees: 6, bridge: 7 };
  expect(new Set(errors.map(({ code }) => code)).size).toBe(errors.length);
  expect(errors.filter(({ code, module }) => Math.floor(code / 1_000) !== ranges[module])).toEqual([]);
  expect(errors.length).toBeGreaterThan(40);
});
