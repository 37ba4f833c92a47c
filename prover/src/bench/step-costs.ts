import { recordChain } from '../machine/judge/chain-record.js';
import { LocalJudge } from '../machine/judge/local-judge.js';
import { checkSteps, type CostTable, dearerSteps, type StepCost } from '../machine/judge/step-check.js';
import { describeLowered } from '../machine/lowering/program.js';
import type { Machine } from '../machine/machine.js';
import type { RealChain } from '../machine/testing/real-chain.js';
import { unitMachine } from '../machine/unit.js';
import { type DearUnit, dearUnits, firstUnitOf, rules } from './dear-units.js';
import { madeSteps, proveMade } from './made-steps.js';

export { OTHER_KEYS } from './dear-units.js';
export { keccakStep, logStep, type MadeStep, messageStep, proveMade } from './made-steps.js';

export const rulesDescription = describeLowered(rules);

/** One kind of step: what its proof takes and what it costs, as an L1 transaction of its own. */
export type StepRow = {
  readonly step: string;
  readonly proofBytes: number;
  readonly executionGas: number;
  readonly transactionGas: number;
};

/** What steps cost: the dearest of units of the rules, and such as are made to be as dear as any. */
export interface StepRows {
  readonly ofRules: readonly StepRow[];
  readonly made: readonly StepRow[];
  /** Where judge and machine differ. */
  readonly mismatches: readonly string[];
}

const PAYLOAD = 'read_input, payload';

/** Proves the dearest steps of each kind in the first unit of a chain, and notes what they cost; returns where the judge differs. */
export async function proveDearest(
  judge: LocalJudge,
  machine: Machine,
  { payload }: DearUnit,
  chain: RealChain,
  costs: CostTable,
): Promise<readonly string[]> {
  const found: CostTable = new Map();
  const options = { sources: { inputs: chain.inputs }, costs: found, select: dearerSteps() };
  const { mismatches } = await checkSteps(machine, judge, rulesDescription.hash, options);
  for (const [name, cost] of found) merge(costs, name === PAYLOAD ? `read_input, word of ${payload}` : name, cost);
  return mismatches;
}

function merge(costs: CostTable, name: string, cost: StepCost): void {
  const { steps = 0, proofBytes = 0, gas = 0n, transactionGas = 0n } = costs.get(name) ?? {};
  costs.set(name, {
    steps: steps + cost.steps,
    proofBytes: Math.max(proofBytes, cost.proofBytes),
    gas: gas > cost.gas ? gas : cost.gas,
    transactionGas: transactionGas > cost.transactionGas ? transactionGas : cost.transactionGas,
  });
}

/** Table rows, the cheapest first. */
export const rowsOf = (costs: CostTable): StepRow[] =>
  [...costs].map(row).sort((one, other) => one.transactionGas - other.transactionGas);

const row = ([step, { proofBytes, gas, transactionGas }]: [string, StepCost]): StepRow => ({
  step,
  proofBytes,
  executionGas: Number(gas),
  transactionGas: Number(transactionGas),
});

/** Kinds of steps that touch neither memory nor the host. */
export const ORDINARY_STEPS: readonly string[] = ['register', 'call', 'return', 'return value'];
export const STATE_STEPS: readonly string[] = ['state_get', 'state_set'];

/** The largest figure of the rows of some kinds. */
export const largestOf = (
  rows: readonly StepRow[],
  names: readonly string[],
  figure: (row: StepRow) => number = ({ transactionGas }) => transactionGas,
): number => Math.max(...rows.filter(({ step }) => names.includes(step)).map(figure));

/** The row as it stands in docs/proof.md. */
export const tableLine = ({ step, proofBytes, executionGas, transactionGas }: StepRow): string =>
  `| ${[step, ...[proofBytes, executionGas, transactionGas].map((figure) => figure.toLocaleString('en'))].join(' | ')} |`;

/** Measures all of it; minutes. */
export async function measureStepRows(report: (text: string) => void): Promise<StepRows> {
  const judge = await LocalJudge.create();
  await judge.registerProgram(rulesDescription);
  const [ofRules, made]: [CostTable, CostTable] = [new Map(), new Map()];
  const mismatches: string[] = [];
  for (const dear of dearUnits) {
    report(`proving the dearest steps of a unit: ${dear.name}`);
    const chain = await dear.make();
    await recordChain(judge, chain);
    mismatches.push(...(await proveDearest(judge, unitMachine(firstUnitOf(chain)), dear, chain, ofRules)));
  }
  report('proving steps that are made to be dear');
  for (const step of madeSteps()) mismatches.push(...(await proveMade(judge, step, made)));
  return { ofRules: rowsOf(ofRules), made: rowsOf(made), mismatches };
}
