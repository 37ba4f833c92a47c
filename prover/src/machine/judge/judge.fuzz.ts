import { beforeAll, describe, expect, it } from '@jest/globals';
import { lower } from '../lowering/lower.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { equalBytes, ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { nextInstruction, stepProof } from '../proof/step-proof.js';
import { assemble, HOST_IMPORTS, noCryptography } from '../testing/programs.js';
import { Random, randomProgram } from '../testing/random-program.js';
import { checkSteps } from './step-check.js';
import { JudgeError } from './errors.js';
import { LocalJudge } from './local-judge.js';

/** Modules to try; `FUZZ_RUNS=500` for a long run, `FUZZ_SEED` to start elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Steps that the random programs must reach together: `FUZZ_STEPS=50000`. */
const LEAST_STEPS = Number(process.env['FUZZ_STEPS'] ?? RUNS * 10);
const STEPS_PER_CALL = 200;
/** Changed proofs for each module that is tried. */
const MUTATIONS_PER_RUN = 40;

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
});

async function load(wasm: Uint8Array, entry: string, args: readonly bigint[], state = PersistentStateTree.empty) {
  const program = lower(wasm, { relaxed: true });
  const description = describeLowered(program, entry);
  await judge.registerProgram(description);
  const position = [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD];
  const begin = { program, state, position, readInput: () => undefined, cryptography: noCryptography, entry, args };
  return { machine: new Machine(begin), hash: description.hash };
}

/** Changes a proof at one place: a bit, a word, a small number in a length, or its end. */
function mutate(random: Random, proof: Uint8Array): Uint8Array {
  const changed = proof.slice();
  const at = random.below(changed.length);
  const start = at - (at % 32);
  switch (random.below(5)) {
    case 0:
      return changed.subarray(0, at);
    case 1:
      return changed.fill(0, start, start + 32);
    case 2:
      changed[Math.min(start + 31, changed.length - 1)] = random.below(4);
      return changed;
    case 3:
      changed.copyWithin(start, random.below(changed.length), Math.min(start + 32, changed.length));
      return changed;
    default:
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
      return changed;
  }
}

/** A program that touches everything the judge checks against a tree. */
const ACCESSES = `(module ${HOST_IMPORTS} (memory (export "memory") 1 1)
  (global $count (mut i32) (i32.const 5)) (data (i32.const 64) "a key") (data (i32.const 96) "a value")
  (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.load offset=29 (i32.const 64))))
  (func (export "run") (result i64) (local $i i32)
    (loop $again
      (i32.store (i32.const 64) (local.get $i))
      (call $state_set (i32.const 64) (i32.const 96))
      (call $checkpoint)
      (call $state_set (i32.const 96) (i32.const 64))
      (call $log (i32.const 64) (i32.const 77))
      (if (i32.and (local.get $i) (i32.const 1)) (then (call $rollback)) (else (call $commit)))
      (call $state_get (i32.const 64) (i32.const 128))
      (call $state_get (i32.const 160) (i32.const 192))
      (call $keccak (i32.const 32) (i32.const 300) (i32.const 96))
      (global.set $count (call $leaf (global.get $count)))
      (i64.store (i32.const 125) (i64.load (i32.const 61)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 400))))
    (i64.load (i32.const 96))))`;

interface MutationCounts {
  reverted: number;
  harmless: number;
}

/** Changes the proofs of one run of the program, or of as much of it as is wanted. */
async function mutateRun(random: Random, counts: MutationCounts, wanted: number): Promise<void> {
  const { machine, hash } = await load(assemble(ACCESSES), 'run', []);
  while (counts.reverted + counts.harmless < wanted && nextInstruction(machine) !== undefined) {
    const before = machine.hash();
    const proof = stepProof(machine);
    machine.runTo(machine.stepper.steps + 1n);
    const after = machine.hash();
    for (let tries = proof.length > 500 ? 3 : 1; tries > 0; tries--) {
      const changed = mutate(random, proof);
      if (equalBytes(changed, proof)) continue;
      const verdict = await judge.step(hash, before, changed).catch((error: unknown) => error);
      if (verdict instanceof JudgeError) counts.reverted++;
      else {
        expect((verdict as { after: Uint8Array }).after).toEqual(after);
        counts.harmless++;
      }
    }
  }
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

  it('accepts no proof that leads elsewhere', async () => {
    const random = new Random(SEED);
    const counts = { reverted: 0, harmless: 0 };
    const wanted = RUNS * MUTATIONS_PER_RUN;
    while (counts.reverted + counts.harmless < wanted) await mutateRun(random, counts, wanted);
    process.stdout.write(`changed proofs from seed ${SEED}: ${JSON.stringify(counts)}\n`);
    expect(counts.reverted).toBeGreaterThan(wanted / 2);
  }, 3_600_000);
});
