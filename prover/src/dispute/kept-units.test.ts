import { expect, it } from '@jest/globals';

import { KeptUnits } from './kept-units.js';
import type { Trace, UnitTrace } from './types.js';

it('keeps the units that were asked for last, of all traces together, and makes each once', async () => {
  const units = new KeptUnits(2);
  const [one, other] = [{}, {}] as [Trace, Trace];
  const made: string[] = [];
  const ask = (trace: Trace, unit: bigint) =>
    units.of(trace, unit, async () => {
      made.push(`${trace === one ? 'one' : 'other'} ${unit}`);
      return {} as UnitTrace;
    });
  const [first, again] = await Promise.all([ask(one, 1n), ask(one, 1n)]);
  expect(first).toBe(again);
  await ask(other, 1n);
  await ask(one, 1n);
  await ask(one, 2n);
  expect(await ask(one, 1n)).toBe(first);
  await ask(other, 1n);
  expect(made).toEqual(['one 1', 'other 1', 'one 2', 'other 1']);
});

it('makes what could not be made when it is asked for again', async () => {
  const units = new KeptUnits();
  const trace = {} as Trace;
  const fail = () => Promise.reject(new TypeError('no blob'));
  await expect(units.of(trace, 1n, fail)).rejects.toThrow('no blob');
  const unit = {} as UnitTrace;
  expect(await units.of(trace, 1n, async () => unit)).toBe(unit);
});
