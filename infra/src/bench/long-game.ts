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
import { hashingProgram, longProgram, readingProgram } from '../dispute/long-program.js';
import type { Deviation } from '../dispute/lying-machine.js';
import { noInputs, programGenesis } from '../dispute/program-net.js';
import { InfraError } from '../errors.js';

/** A program with a unit as long as one may be, and somebody who is wrong about one of its steps. */
export interface LongGame {
  /** What the step does. */
  readonly name: string;
  /** Items that the assertion consumes. */
  readonly items: bigint;
  readonly liar: Liar;
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

type Liar = 'asserter' | 'challenger';

/** What a game is made for. */
export interface GameSize {
  readonly degree: bigint;
  /** Items that the assertion consumes; default: one. */
  readonly items?: bigint;
  /** Rounds of the loop in the disputed unit; default: as many as a unit has steps for. */
  readonly rounds?: bigint;
}

/** Steps of one round of the loop in these programs. */
const roundSteps = 5n;
/** The disputed step is early, so that finding the place again takes a fraction of a second. */
const earlyPart = 348n;
const cryptography = { recover: () => new Uint8Array(32), verifyAggregate: () => false };
const multiplication = 0x7e;
const hostOperation = 0x12;
/** Host operations up to the one in dispute: the read of where the unit starts, a write, and this one. */
const disputedHost = 3;
const isPayload = (index: bigint): boolean => index >> 56n === 2n;

/** The first unit of a program. */
export const firstUnit = (program: LoweredProgram, inputs: UnitInputs): Unit => ({
  program,
  state: PersistentStateTree.empty,
  position: programGenesis.position,
  inputs,
  cryptography,
});

/** The cheapest kind of step: a multiplication, after which the liar passes over the addition. */
export function ordinaryGame(size: GameSize): LongGame {
  const shortest = findStep(longProgram(1n), multiplication, 1);
  const { rounds = (MAX_UNIT_STEPS - shortest.steps) / roundSteps + 1n } = size;
  const steps = shortest.steps + (rounds - 1n) * roundSteps;
  const liarSteps = steps - 1n;
  const { round, liar, items } = provenRound(size, { ...shortest, steps }, liarSteps);
  const step = shortest.step + round * roundSteps;
  const deviation = { jump: { step, pc: shortest.place + 2 } };
  return { name: 'a multiplication', items, liar, wasm: longProgram(rounds), steps, step, deviation, liarSteps };
}

/** The dearest step of the rules: the hash of as many bytes as a step may hash, after which the liar passes over an addition. */
export function longHashGame(size: GameSize): LongGame {
  const shortest = findStep(hashingProgram(1n, 1n), hostOperation, disputedHost);
  const { rounds = (MAX_UNIT_STEPS - shortest.steps) / roundSteps + 2n } = size;
  const steps = shortest.steps + (rounds - 2n) * roundSteps;
  const liarSteps = steps - 1n;
  const { round, liar, items } = provenRound(size, { ...shortest, steps }, liarSteps);
  const wasm = hashingProgram(1n + round, rounds - 1n - round);
  const step = shortest.step + round * roundSteps;
  const deviation = { jump: { step, pc: shortest.place + 2 } };
  return { name: 'the hash of 16,384 bytes', items, liar, wasm, steps, step, deviation, liarSteps };
}

/** The read of a word of a blob, of which the liar says that it is another one. */
export function blobWordGame(size: GameSize, payload: Uint8Array): LongGame {
  const shortest = findStep(readingProgram(1n, 1n), hostOperation, disputedHost);
  const { rounds = (MAX_UNIT_STEPS - shortest.steps) / roundSteps + 2n } = size;
  const steps = shortest.steps + (rounds - 2n) * roundSteps;
  const { round, liar, items } = provenRound(size, { ...shortest, steps }, steps);
  const wasm = readingProgram(1n + round, rounds - 1n - round);
  const step = shortest.step + round * roundSteps;
  const deviation = {
    input: (index: bigint, word: Uint8Array) => (isPayload(index) ? word.map((byte) => byte ^ 1) : undefined),
  };
  const name = 'the read of a word of a blob';
  return { name, items, liar, wasm, steps, step, deviation, liarSteps: steps, payload };
}

/** A unit's steps, and the first of a kind: how many come before it, and where it stands in the code. */
interface FoundStep {
  readonly steps: bigint;
  readonly step: bigint;
  readonly place: number;
}

const anyWord: UnitInputs = { ...noInputs, payloadWord: () => new Uint8Array(32) };

/** Finds the `count`th step of a kind in a program that is short; one that is longer has the same code with other constants. */
function findStep(wasm: Uint8Array, opcode: number, count: number): FoundStep {
  const machine = unitMachine(firstUnit(lowerProvable(wasm), anyWord));
  for (let left = count; ; machine.runTo(machine.stepper.steps + 1n)) {
    if (machine.stepper.status !== 'running') throw new InfraError('checkFailed', 'The program has no such step.');
    if (nextInstruction(machine)?.opcode === opcode && --left === 0) break;
  }
  const { steps: step, pc: place } = machine.stepper;
  machine.runTo(MAX_UNIT_STEPS);
  return { steps: machine.stepper.steps, step, place };
}

/**
 * A round in which the honest side makes the last move: else the liar would lose on time, and L1 would execute nothing. Each side may be the
 * liar; the challenger where both can.
 */
function provenRound({ degree, items = 1n }: GameSize, { steps, step }: FoundStep, liarSteps: bigint) {
  const first = steps / earlyPart / roundSteps;
  for (const liar of ['challenger', 'asserter'] as const)
    for (let round = first; round < first + 1_000n; round++) {
      const parting = { unit: 0n, step: step + round * roundSteps, honestSteps: steps, liarSteps };
      const isLast = expectedMoves(unitsOf(items), parting, liar, degree) % 2 === (liar === 'asserter' ? 1 : 0);
      if (isLast) return { round, liar, items };
    }
  throw new InfraError('checkFailed', `At degree ${degree} the liar would make the last move.`);
}
