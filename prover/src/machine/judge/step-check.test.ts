import { expect, it } from '@jest/globals';
import { dearerSteps } from './step-check.js';

it('selects a step when it shows what is dearer as calldata than all of its kind before', () => {
  const select = dearerSteps();
  const shows = (kind: string, ...bytes: number[]) => select(kind, 0, () => Uint8Array.from(bytes));
  expect(shows('call', 1, 0)).toBe(true);
  expect(shows('call', 0, 1)).toBe(false);
  expect(shows('call', 0, 0, 0)).toBe(false);
  expect(shows('call', 1, 1)).toBe(true);
  expect(shows('return', 1)).toBe(true);
});
