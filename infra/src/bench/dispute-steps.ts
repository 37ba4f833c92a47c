import { measureStepRows, type StepRows } from '@metachain/prover/bench';
import { InfraError } from '../errors.js';
import { progress } from './report.js';

/** Proves the dearest steps of units of the rules, and steps made to be dear, to the judge's own bytecode. */
export async function measureStepCosts(): Promise<StepRows> {
  const rows = await measureStepRows(progress);
  if (rows.mismatches.length > 0)
    throw new InfraError('checkFailed', `Stepper and judge differ: ${rows.mismatches[0]}`);
  return rows;
}
