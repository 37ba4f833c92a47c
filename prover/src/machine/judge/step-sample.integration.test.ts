import { expect, it } from '@jest/globals';
import { ecrecover } from '@metachain/program';
import { describeLowered, lowerProvable } from '../lowering/program.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { Random } from '../testing/random-program.js';
import { program, type RealChain } from '../testing/real-chain.js';
import { addRandomBlock, sampleChain } from '../testing/sample-chain.js';
import { runUnit, type Unit, unitMachine } from '../unit.js';
import { recordChain } from './chain-record.js';
import type { Machine } from '../machine.js';
import { LocalJudge } from './local-judge.js';
import { checkSteps, type CostTable } from './step-check.js';

/** Steps proven one after another, from a random place on. */
const WINDOW = 100;
/** Steps of real blocks to prove; `PROVE_STEPS=1000000` for a long run (some 500 a second), `PROVE_SEED` to take others. */
const WINDOWS = Math.ceil(Number(process.env['PROVE_STEPS'] ?? 20_000) / WINDOW);
const SEED = Number(process.env['PROVE_SEED'] ?? 1);
/** `PROVE_PART=2/3` proves every third window of the sample, from the second on: one process for each core. */
const [PART, PARTS] = (process.env['PROVE_PART'] ?? '1/1').split('/').map(Number) as [number, number];
const STEPS = Math.ceil((WINDOWS - PART + 1) / PARTS) * WINDOW;
const REPORT_EVERY = 50_000;

const lowered = lowerProvable(program.wasm);
const description = describeLowered(lowered);
const cryptography = { recover: ecrecover, verifyAggregate: () => false };

/** A unit, how many whole windows it has, and at which step the first of them starts. */
interface SampledUnit {
  readonly unit: Unit;
  readonly windows: number;
  readonly first: number;
}

/** The units of a chain, which starts at genesis. */
function unitsOf(chain: RealChain, random: Random): SampledUnit[] {
  const units: SampledUnit[] = [];
  let state = PersistentStateTree.fromRecords(chain.genesis.contents);
  for (let position = chain.start; position.item < BigInt(chain.items.length);) {
    const unit: Unit = { program: lowered, state, position, inputs: chain.inputs, cryptography };
    const { steps, next, state: after } = runUnit(unit);
    const first = random.below((Number(steps) % WINDOW) + 1);
    units.push({ unit, windows: Math.floor(Number(steps) / WINDOW), first });
    [position, state] = [next, after];
  }
  return units;
}

const countWindows = (units: readonly SampledUnit[]): number => units.reduce((sum, { windows }) => sum + windows, 0);

/** A chain with at least twice the steps that are wanted. */
async function longEnough(random: Random): Promise<{ chain: RealChain; units: SampledUnit[] }> {
  const chain = await sampleChain();
  let units = unitsOf(chain, random);
  for (let sequence = 0; countWindows(units) < 2 * WINDOWS; units = unitsOf(chain, random)) {
    for (let block = 0; block < 4; block++) sequence = await addRandomBlock(chain, random, sequence);
  }
  return { chain, units };
}

/** Numbers of this part's windows in ascending order, each of the sample's once. */
function chooseWindows(random: Random, total: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < WINDOWS) chosen.add(random.below(total));
  return [...chosen].sort((a, b) => a - b).filter((_, index) => index % PARTS === PART - 1);
}

/** Proves windows of units, one unit after another. */
class Sample {
  readonly costs: CostTable = new Map();
  readonly opcodes = new Set<number>();
  proven = 0;
  /** Windows of the units before. */
  passed = 0;

  constructor(
    private readonly judge: LocalJudge,
    private readonly chain: RealChain,
    private readonly chosen: number[],
  ) {}

  async prove({ unit, windows, first }: SampledUnit): Promise<void> {
    const machine = unitMachine(unit);
    for (let next = this.chosen[0]; next !== undefined && next < this.passed + windows; next = this.chosen[0]) {
      machine.runTo(BigInt(first + (next - this.passed) * WINDOW));
      await this.window(machine, next);
      this.chosen.shift();
    }
    this.passed += windows;
  }

  private async window(machine: Machine, window: number): Promise<void> {
    const options = { sources: { inputs: this.chain.inputs }, costs: this.costs, limit: WINDOW };
    const { mismatches, opcodes, steps } = await checkSteps(machine, this.judge, description.hash, options);
    expect({ seed: SEED, window, mismatches }).toEqual({ seed: SEED, window, mismatches: [] });
    opcodes.forEach((opcode) => this.opcodes.add(opcode));
    this.proven += steps;
    if (this.proven % REPORT_EVERY === 0) process.stdout.write(`${this.proven} steps proven, no mismatch\n`);
  }
}

const TIMEOUT = 180_000 + STEPS * 30;

it(
  `${STEPS} steps of real blocks are the same before the judge`,
  async () => {
    const random = new Random(SEED);
    const { chain, units } = await longEnough(random);
    const judge = await LocalJudge.create();
    await judge.registerProgram(description);
    await recordChain(judge, chain);
    const sample = new Sample(judge, chain, chooseWindows(random, countWindows(units)));
    for (const unit of units) await sample.prove(unit);
    console.table([...sample.costs].map(([kind, { steps }]) => ({ kind, steps })));
    const { proven, passed, opcodes } = sample;
    const part = `seed ${SEED}, part ${PART} of ${PARTS}`;
    process.stdout.write(
      `${proven} of ${passed * WINDOW} steps in ${units.length} units, ${part}, ${opcodes.size} opcodes\n`,
    );
    expect(proven).toBe(STEPS);
    expect(opcodes.size).toBeGreaterThan(Math.min(40, STEPS / 500));
  },
  TIMEOUT,
);
