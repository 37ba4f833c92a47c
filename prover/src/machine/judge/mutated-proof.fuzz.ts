import { beforeAll, describe, expect, it } from '@jest/globals';
import { bytesToHex } from 'viem';
import { lower } from '../lowering/lower.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { equalBytes, joinBytes, keccak, word, ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { mutate, proofOf, type ProvenStep, proveNext, splices } from '../testing/mutate-proof.js';
import { assemble, HOST_IMPORTS, noCryptography } from '../testing/programs.js';
import { Random } from '../testing/random-program.js';
import { caseJudge, caseSources, openCase, stepCases } from '../testing/step-cases.js';
import { JudgeError } from './errors.js';
import type { LocalJudge, Verdict } from './local-judge.js';
import { everyPath, watchPath } from './step-path.js';

/** Changed proofs of each step of a host operation; `FUZZ_RUNS=200` for a long run, `FUZZ_SEED` to start elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Changed proofs of each step of another instruction. */
const PLAIN_RUNS = Math.ceil(RUNS / 25);
/** Changed proofs of the program that runs for long. */
const LONG_RUNS = RUNS * 40;

/** A step, which way it goes (`everyPath`), and the host operation that it is. */
interface WayStep extends ProvenStep {
  readonly way: string;
  readonly operation: string | undefined;
}

/**
 * `appended`: bytes behind the end of the proof, which nobody reads. `unread`: a change of others that the step does not read. The judge comes
 * to the right machine all the same.
 */
type Outcome = 'refused' | 'appended' | 'unread';
type Tally = Record<string, Record<Outcome, number>>;

const count = (tally: Tally, name: string, outcome: Outcome) =>
  (tally[name] ??= { refused: 0, appended: 0, unread: 0 })[outcome]++;

/** A read that traps writes no word, so nobody looks at the proof of the place for it. */
const UNREAD_LEAF = /^read_input: .*no such/;

let judge: LocalJudge;
let steps: readonly WayStep[];
beforeAll(async () => {
  judge = await caseJudge();
  steps = await caseSteps();
}, 120_000);

const random = new Random(SEED);
const operationOf = (way: string): string | undefined => /^[a-z_]+(?=:)/.exec(way)?.[0];
const nameOf = ({ operation }: WayStep): string => operation ?? 'other instructions';

function proveWay(machine: Machine, programHash: Uint8Array): WayStep {
  const path = watchPath(machine);
  const step = proveNext(machine, programHash, caseSources);
  const way = path();
  return { ...step, way, operation: operationOf(way) };
}

/** Every step of the programs that take every way. */
async function caseSteps(): Promise<WayStep[]> {
  const found: WayStep[] = [];
  for (const stepCase of stepCases) {
    for (const code of stepCase.programs) {
      const { machine, programHash } = await openCase(judge, code, stepCase);
      while (machine.stepper.status === 'running') found.push(proveWay(machine, programHash));
    }
  }
  return found;
}

/** Shows the judge a changed proof of a step. It may refuse it or come to the right machine, and to no other. */
async function attack(step: WayStep, changed: Uint8Array): Promise<Outcome> {
  const verdict = await judge.step(step.programHash, step.before, changed).catch((error: unknown) => error);
  if (verdict instanceof JudgeError) return 'refused';
  const shown = { way: step.way, programHash: step.programHash, before: step.before, changed };
  const { after } = verdict as Verdict;
  expect(inHex({ ...shown, after })).toEqual(inHex({ ...shown, after: step.after }));
  const proof = proofOf(step);
  return equalBytes(changed.subarray(0, proof.length), proof) ? 'appended' : 'unread';
}

const inHex = (shown: Readonly<Record<string, string | Uint8Array>>) =>
  Object.entries(shown).map(([name, value]) => [name, typeof value === 'string' ? value : bytesToHex(value)]);

/** Changes the proof of every way's steps, each often enough for its kind. Half of the other proofs are of the same operation. */
async function attackWays(): Promise<{ ways: Tally; operations: Tally }> {
  const [ways, operations]: [Tally, Tally] = [{}, {}];
  for (const step of steps) {
    const alike = steps.filter(({ operation }) => operation === step.operation);
    const tries = step.operation === undefined ? PLAIN_RUNS : RUNS;
    for (let made = 0; made < tries; made++) {
      const other = random.pick(random.below(2) === 0 ? alike : steps);
      const outcome = await attack(step, mutate(random, step, other));
      count(ways, step.way, outcome);
      count(operations, nameOf(step), outcome);
    }
  }
  return { ways, operations };
}

/** Splices the proof of each step of a host operation with those of all others that go the same way. */
async function attackSplices(): Promise<Tally> {
  const tally: Tally = {};
  for (const step of steps.filter(({ operation }) => operation !== undefined)) {
    for (const other of steps.filter((one) => one.way === step.way && one !== step))
      for (const changed of splices(step, other)) count(tally, nameOf(step), await attack(step, changed));
  }
  return tally;
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

/** Other keys in its state, so that state proofs have siblings. */
const OTHER_KEYS = 1_000;
const records = Array.from({ length: OTHER_KEYS }, (_, index) => joinBytes([keccak(word(index)), word(1)]));

async function accessesMachine() {
  const program = lower(assemble(ACCESSES), { relaxed: true });
  const description = describeLowered(program);
  await judge.registerProgram(description);
  const machine = new Machine({
    program,
    state: PersistentStateTree.fromRecords(joinBytes(records)),
    position: [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD],
    readInput: () => undefined,
    cryptography: noCryptography,
  });
  return { machine, programHash: description.hash };
}

/** Changes the proofs of that program's steps, each up to three times; it begins again as often as it takes. */
async function attackLongRun(wanted: number): Promise<Tally> {
  const tally: Tally = {};
  let made = 0;
  while (made < wanted) {
    const { machine, programHash } = await accessesMachine();
    let other = proveWay(machine, programHash);
    while (made < wanted && machine.stepper.status === 'running') {
      const step = proveWay(machine, programHash);
      const tries = step.witness.length > 0 ? 3 : 1;
      for (let tried = 0; tried < tries; tried++, made++)
        count(tally, nameOf(step), await attack(step, mutate(random, step, other)));
      other = step;
    }
  }
  return tally;
}

const sum = (tally: Tally, outcome: Outcome): number =>
  Object.values(tally).reduce((total, counts) => total + counts[outcome], 0);

function report(what: string, tally: Tally): void {
  const sums = (['refused', 'appended', 'unread'] as const).map((outcome) => `${sum(tally, outcome)} ${outcome}`);
  process.stdout.write(`changed proofs of ${what}, seed ${SEED}: ${sums.join(', ')}\n`);
  console.table(tally);
}

describe('OneStepProver, given a changed proof', () => {
  it('comes to no other machine, whichever way the step goes', async () => {
    const { ways, operations } = await attackWays();
    report('every way', operations);
    const isHost = (way: string) => operationOf(way) !== undefined;
    expect(Object.keys(ways).filter(isHost).sort()).toEqual(everyPath().filter(isHost).sort());
    expect(Object.keys(ways).filter((way) => isHost(way) && ways[way]?.refused === 0)).toEqual([]);
    expect(Object.keys(ways).filter((way) => !UNREAD_LEAF.test(way) && ways[way]?.unread !== 0)).toEqual([]);
  }, 3_600_000);

  it('comes to no other machine where it goes over to the proof of a step like it', async () => {
    const tally = await attackSplices();
    report('spliced steps', tally);
    expect(sum(tally, 'refused')).toBeGreaterThan(500);
    expect(sum(tally, 'unread')).toBe(0);
  }, 3_600_000);

  it('comes to no other machine in a long run', async () => {
    const tally = await attackLongRun(LONG_RUNS);
    report('a long run', tally);
    expect(sum(tally, 'refused')).toBeGreaterThan(LONG_RUNS / 2);
    expect(sum(tally, 'unread')).toBe(0);
  }, 3_600_000);
});
