import { beforeAll, describe, expect, it } from '@jest/globals';
import { lower } from '../lowering/lower.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { assemble, noCryptography } from '../testing/programs.js';
import { Random, randomProgram } from '../testing/random-program.js';
import { checkSteps } from './step-check.js';
import { LocalJudge } from './local-judge.js';

/** Modules to try; `FUZZ_RUNS=500` for a long run, `FUZZ_SEED` to start elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Steps that the random programs must reach together: `FUZZ_STEPS=50000`. */
const LEAST_STEPS = Number(process.env['FUZZ_STEPS'] ?? RUNS * 10);
const STEPS_PER_CALL = 200;

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
});

async function load(wasm: Uint8Array, entry: string, args: readonly bigint[]) {
  const program = lower(wasm, { relaxed: true });
  const description = describeLowered(program, entry);
  await judge.registerProgram(description);
  const position = [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD];
  const state = PersistentStateTree.empty;
  const begin = { program, state, position, readInput: () => undefined, cryptography: noCryptography, entry, args };
  return { machine: new Machine(begin), hash: description.hash };
}

describe('OneStepProver under random use', () => {
  it('follows random programs', async () => {
    let steps = 0;
    for (let run = 0; run < RUNS; run++) {
      const random = new Random(SEED * 7_000_003 + run);
      const program = randomProgram(random);
      const wasm = assemble(program.text);
      for (const [index, { parameters }] of program.functions.entries()) {
        const args = parameters.map((type) => random.constant(type));
        const { machine, hash } = await load(wasm, `f${index}`, args);
        const result = await checkSteps(machine, judge, hash, { limit: STEPS_PER_CALL });
        expect({ seed: SEED, run, mismatches: result.mismatches }).toEqual({ seed: SEED, run, mismatches: [] });
        steps += result.steps;
      }
    }
    process.stdout.write(`${RUNS} programs from seed ${SEED}: ${steps} steps on an EVM\n`);
    expect(steps).toBeGreaterThanOrEqual(LEAST_STEPS);
  }, 3_600_000);
});
