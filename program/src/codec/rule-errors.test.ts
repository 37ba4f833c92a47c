import { readFileSync, writeFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';

import { parseRuleErrors, renderRuleErrors } from '../testing/rule-errors.js';

const target = new URL('../generated/rule-errors.ts', import.meta.url);

it('the table of error numbers is what the rules declare', () => {
  const text = renderRuleErrors(parseRuleErrors());
  if (process.env['UPDATE_GENERATED']) writeFileSync(target, text);
  expect(readFileSync(target, 'utf8')).toBe(text);
});

it('error numbers are unique and in the range of their module', () => {
  const errors = parseRuleErrors();
  const ranges: Record<string, number> = { kernel: 1, auth: 2, bank: 3, token: 4, swap: 5, fees: 6, bridge: 7 };
  expect(new Set(errors.map(({ code }) => code)).size).toBe(errors.length);
  expect(errors.filter(({ code, module }) => Math.floor(code / 1_000) !== ranges[module])).toEqual([]);
  expect(errors.length).toBeGreaterThan(40);
});
