import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dearUnits, firstUnitOf } from '../../bench/dear-units.js';
import { madeSteps, proveMade } from '../../bench/made-steps.js';
import {
  largestOf,
  ORDINARY_STEPS,
  proveDearest,
  rowsOf,
  rulesDescription,
  STATE_STEPS,
  tableLine,
} from '../../bench/step-costs.js';
import { headerWords } from '../header.js';
import { joinBytes } from '../merkle/hash.js';
import { unitMachine, unitOutcome } from '../unit.js';
import { recordChain } from './chain-record.js';
import { LocalJudge, TRANSACTION_GAS_CAP } from './local-judge.js';
import type { CostTable } from './step-check.js';
import { unitStateOf } from './unit-state.js';

const costs: CostTable = new Map();
const made: CostTable = new Map();
const page = (name: string): string => readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8');

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
  await judge.registerProgram(rulesDescription);
});

describe('units of the real program before the judge', () => {
  it.each(dearUnits)(
    '$name',
    async (dear) => {
      const chain = await dear.make();
      await recordChain(judge, chain);
      const unit = firstUnitOf(chain);
      const machine = unitMachine(unit);
      expect(await judge.startHash(rulesDescription.hash, unitStateOf(unit))).toEqual(machine.hash());
      expect(await proveDearest(judge, machine, dear, chain, costs)).toEqual([]);
      const header = machine.header();
      const outcome = unitOutcome(unit, machine);
      expect(outcome.made).toBe(true);
      const last = joinBytes([...headerWords(header), header.frame]);
      const next = await judge.finish(unitStateOf(unit), machine.hash(), last);
      expect(next).toEqual(unitStateOf({ ...unit, state: outcome.state, position: outcome.next }));
    },
    900_000,
  );

  it('has the steps that are dearest: a full chunk hashed, a long message and a long record', () => {
    expect(costs.get('keccak')?.proofBytes).toBeGreaterThan(16_384);
    expect(costs.get('read_input, delayed message')?.proofBytes).toBeGreaterThan(4_096 + 1_500);
    expect(costs.get('log')?.proofBytes).toBeGreaterThan(4_000 + 500);
  });

  it('keeps the dearest ordinary step and the dearest state access below their targets', () => {
    const rows = rowsOf(costs);
    process.stdout.write(`${rows.map(tableLine).join('\n')}\n`);
    expect(largestOf(rows, ORDINARY_STEPS)).toBeLessThanOrEqual(45_000);
    expect(largestOf(rows, STATE_STEPS)).toBeLessThanOrEqual(100_000);
  });
});

describe('steps that are made to be dear', () => {
  it('are the same before the judge, and fit one transaction', async () => {
    for (const step of madeSteps()) expect(await proveMade(judge, step, made)).toEqual([]);
    const rows = rowsOf(made);
    process.stdout.write(`${rows.map(tableLine).join('\n')}\n`);
    for (const { transactionGas } of rows) expect(transactionGas).toBeLessThan(Number(TRANSACTION_GAS_CAP));
  }, 600_000);
});

describe('the published figures of steps', () => {
  it('docs/proof.md has each row of both tables as it is measured', () => {
    const lines = [...rowsOf(costs), ...rowsOf(made)].map(tableLine);
    const published = page('docs/proof.md');
    expect(lines.filter((line) => !published.includes(line))).toEqual([]);
  });

  it('README.md has the dearest ordinary step and the dearest state access', () => {
    const rows = rowsOf(costs);
    const [ordinary, state] = [ORDINARY_STEPS, STATE_STEPS].map((names) => largestOf(rows, names).toLocaleString('en'));
    expect(page('README.md')).toContain(`${ordinary} gas for an ordinary step, ${state} for a state access`);
  });
});
