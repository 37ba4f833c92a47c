import type { UnitInputs } from '@metachain/program';
import {
  type LoweredProgram,
  lowerProvable,
  MAX_UNIT_STEPS,
  nextInstruction,
  PersistentStateTree,
  type Unit,
  unitMachine,
  unitsOf,
} from '@metachain/prover';
import { expectedMoves } from '../dispute/expected-moves.js';
import { longProgram, readingProgram } from '../dispute/long-program.js';
import type { Deviation } from '../dispute/lying-machine.js';
import { noInputs, programGenesis } from '../dispute/program-net.js';
import { InfraError } from '../errors.js';

/** Units of the assertion, which consumes one item. */
export const units = unitsOf(1n);

/** A program with a unit as long as one may be, and a challenger who is wrong about one of its steps. */
export interface LongGame {
  /** What the step does. */
  readonly name: string;
  readonly wasm: Uint8Array;
  readonly steps: bigint;
  /** The step that L1 executes in the end, proven by the honest side. */
  readonly step: bigint;
  /** Where the liar leaves the rules, and how many steps its unit then has. */
  readonly deviation: Deviation;
  readonly liarSteps: bigint;
  /** What item 0 carries in blobs; undefined: it is empty. */
  readonly payload?: Uint8Array;
}

/** Steps of one round of the loop in these programs. */
const roundSteps = 5n;
/** The disputed step is early, so that finding the place again takes a fraction of a second. */
const earlyPart = 348n;
const cryptography = { recover: () => new Uint8Array(32), verifyAggregate: () => false };
const multiplication = 0x7e;
const hostOperation = 0x12;

/** The first unit of a program. */
export const firstUnit = (program: LoweredProgram, inputs: UnitInputs): Unit => ({
  program,
  state: PersistentStateTree.empty,
  position: programGenesis.position,
  inputs,
  cryptography,
});

/**
 * The cheapest kind of step: a multiplication, after which the liar passes over the addition. `rounds`: as many as a unit has steps for,
 * unless given.
 */
export function ordinaryGame(degree: bigint, rounds?: bigint): LongGame {
  const shortest = findStep(longProgram(1n), multiplication);
  const more = rounds === undefined ? (MAX_UNIT_STEPS - shortest.steps) / roundSteps : rounds - 1n;
  const steps = shortest.steps + more * roundSteps;
  const liarSteps = steps - 1n;
  const step = shortest.step + honestRound(degree, { ...shortest, steps }, liarSteps) * roundSteps;
  const deviation = { jump: { step, pc: shortest.place + 2 } };
  return { name: 'a multiplication', wasm: longProgram(1n + more), steps, step, deviation, liarSteps };
}

/** The dearest kind of step: the read of a word of a blob, of which the liar says that it is another one. `rounds`: as above. */
export function blobWordGame(degree: bigint, payload: Uint8Array, rounds?: bigint): LongGame {
  const shortest = findStep(readingProgram(1n, 1n), hostOperation, 6n);
  const more = rounds === undefined ? (MAX_UNIT_STEPS - shortest.steps) / roundSteps : rounds - 2n;
  const steps = shortest.steps + more * roundSteps;
  const round = honestRound(degree, { ...shortest, steps }, steps);
  const wasm = readingProgram(1n + round, 1n + more - round);
  const step = shortest.step + round * roundSteps;
  const deviation = { input: (_: bigint, word: Uint8Array) => word.map((byte) => byte ^ 1) };
  return { name: 'the read of a word of a blob', wasm, steps, step, deviation, liarSteps: steps, payload };
}

/** A unit's steps, and the first of a kind: how many come before it, and where it stands in the code. */
interface FoundStep {
  readonly steps: bigint;
  readonly step: bigint;
  readonly place: number;
}

const anyWord: UnitInputs = { ...noInputs, payloadWord: () => new Uint8Array(32) };

/** Finds a step in a program that is short; one that is longer has the same code with other constants. */
function findStep(wasm: Uint8Array, opcode: number, immediate?: bigint): FoundStep {
  const machine = unitMachine(firstUnit(lowerProvable(wasm), anyWord));
  const isWanted = () => {
    const next = nextInstruction(machine);
    return next?.opcode === opcode && (immediate === undefined || next.immediate === immediate);
  };
  while (!isWanted()) {
    if (machine.stepper.status !== 'running') throw new InfraError('checkFailed', 'The program has no such step.');
    machine.runTo(machine.stepper.steps + 1n);
  }
  const { steps: step, pc: place } = machine.stepper;
  machine.runTo(MAX_UNIT_STEPS);
  return { steps: machine.stepper.steps, step, place };
}

/** A round in which the honest side makes the last move: else the liar would lose on time, and L1 would execute nothing. */
function honestRound(degree: bigint, { steps, step }: FoundStep, liarSteps: bigint): bigint {
  const first = steps / earlyPart / roundSteps;
  for (let round = first; round < first + 1_000n; round++) {
    const parting = { unit: 0n, step: step + round * roundSteps, honestSteps: steps, liarSteps };
    if (expectedMoves(units, parting, 'challenger', degree) % 2 === 0) return round;
  }
  throw new InfraError('checkFailed', `At degree ${degree} the liar would make the last move.`);
}
