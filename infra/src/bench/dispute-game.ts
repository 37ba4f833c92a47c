import { DEVNET_CONFIG } from '@metachain/contracts';
import {
  describeProgram,
  LocalJudge,
  type LoweredProgram,
  lowerProvable,
  MAX_UNIT_STEPS,
  PersistentStateTree,
  stepProof,
  type Unit,
  unitMachine,
  unitOutcome,
  unitsOf,
} from '@metachain/prover';
import { bytesToHex as hex, type Hash, hexToBytes, isAddressEqual, zeroHash } from 'viem';
import { ChainTrace, endProof } from '../dispute/chain-trace.js';
import { expectedMoves } from '../dispute/expected-moves.js';
import type { ShownMove } from '../dispute/game-watch.js';
import { longProgram } from '../dispute/long-program.js';
import { LyingMachine } from '../dispute/lying-machine.js';
import { Operator } from '../dispute/operator.js';
import { noInputs, programGenesis, ProgramNet } from '../dispute/program-net.js';
import { playToEnd, TracePlayer } from '../dispute/trace-player.js';
import type { ChainUnit } from '../dispute/unit-chain.js';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { cpuSecondsSince, progress } from './report.js';

/** Units of the assertion, which consumes one item. */
const units = unitsOf(1n);
/** Steps of one round of the program, and around its loop. */
const roundSteps = 5n;
const otherSteps = 8n;
/** As many rounds as a unit has steps for. */
const longest = (MAX_UNIT_STEPS - otherSteps) / roundSteps;

/** Gas of a game over 2^32 steps, from the challenge to the verdict, and of what it is about. */
export interface GameGas {
  readonly gasGame: number;
  readonly gasAssertion: number;
  readonly moves: number;
  readonly steps: number;
  readonly units: number;
  readonly largestMove: number;
  /** Gas of the largest transaction of each kind. */
  readonly parts: Readonly<Record<ShownMove['what'], number>>;
  readonly calldataBytes: number;
  /** Gas of the step that decides, as a transaction of its own. */
  readonly stepGas: number;
  /** Of the pass over all steps, machine hashes at 17 points included, by this process's CPU time: other processes do not count. */
  readonly stepsPerSecond: number;
}

/**
 * Plays a whole game on a real L1: an honest assertion, a challenger who lies about one step of 2^32, down to that step.
 * The second of two games at once is measured, and the burn address exists as it does on public chains: what only the first game ever
 * pays is not counted.
 */
export async function measureGame(degree = DEVNET_CONFIG.gameDegree, rounds = longest): Promise<GameGas> {
  const wasm = longProgram(rounds);
  progress('deploying the contracts and the program');
  const net = await ProgramNet.start(wasm, degree);
  try {
    return await play(net, lowerProvable(wasm), rounds, degree);
  } finally {
    await net.stop();
  }
}

const { position: start } = programGenesis;
const cryptography = { recover: () => new Uint8Array(32), verifyAggregate: () => false };

/** Runs the unit once and remembers what the first cut of its steps shows. */
function runLong(
  program: LoweredProgram,
  degree: bigint,
  expected: bigint,
  open?: Unit['open'],
): { unit: ChainUnit; seconds: number } {
  const unit: Unit = {
    program,
    state: PersistentStateTree.empty,
    position: start,
    inputs: noInputs,
    cryptography,
    ...(open && { open }),
  };
  const began = process.cpuUsage();
  const machine = unitMachine(unit);
  const hashes = new Map<bigint, Hash>();
  for (let point = 0n; point <= degree; point++) {
    const at = (expected * point) / degree;
    machine.runTo(at);
    hashes.set(at, hex(machine.hash()));
  }
  const seconds = cpuSecondsSince(began);
  const outcome = unitOutcome(unit, machine);
  if (outcome.trapped || outcome.steps !== expected)
    throw new InfraError('checkFailed', 'The long program did not run as planned.');
  return { seconds, unit: { unit, outcome, seen: { hashes, finalProof: endProof(machine) } } };
}

async function play(
  { devnet, item }: ProgramNet,
  program: LoweredProgram,
  rounds: bigint,
  degree: bigint,
): Promise<GameGas> {
  const steps = rounds * roundSteps + otherSteps;
  progress(`running ${steps} steps, honestly and with one wrong step`);
  const honest = runLong(program, degree, steps);
  const jump = skipped(program, steps, degree);
  const lie = runLong(program, degree, steps - 1n, (begin) => new LyingMachine(begin, { jump }));
  const truth = new ChainTrace(programGenesis, [honest.unit], devnet.programHash);
  const falsehood = new ChainTrace(programGenesis, [lie.unit], devnet.programHash);
  const [asserter, challenger] = [developmentAccount(roles.proposer), developmentAccount(roles.challenger)];
  const state = await truth.stateAt(1n);
  const genesis = { id: 0n, state: await truth.stateAt(0n), gas: 0n, transaction: zeroHash, at: 0 };
  const claim = await new Operator(devnet, asserter).assert(genesis, state, item);
  progress('playing');
  const parties = [new TracePlayer(devnet, challenger, falsehood), new TracePlayer(devnet, asserter, truth)] as const;
  await parties[0].challenge(claim.id, genesis.state, state);
  const measured = await parties[0].challenge(claim.id, genesis.state, state);
  const moves = (await playToEnd(devnet, parties, measured)).filter(({ game }) => game === measured);
  const winner = moves.at(-1)?.winner;
  if (winner === undefined || !isAddressEqual(winner, asserter.address))
    throw new InfraError('checkFailed', 'The honest side did not win.');
  const of = (kind: ShownMove['what']) => largest(moves.filter(({ what }) => what === kind));
  return {
    gasGame: sum(moves, ({ gas }) => Number(gas)),
    gasAssertion: Number(claim.gas),
    moves: moves.length,
    steps: Number(steps),
    units: Number(units),
    largestMove: largest(moves),
    parts: { open: of('open'), split: of('split'), enterUnit: of('enterUnit'), end: of('end') },
    stepGas: await gasOfStep(honest.unit.unit, rounds, devnet.programHash, jump.step),
    calldataBytes: sum(moves, ({ calldataBytes }) => calldataBytes),
    stepsPerSecond: Math.round(Number(steps) / honest.seconds),
  };
}

/** What the judge takes for one step of a unit, without the game around it. */
async function gasOfStep(unit: Unit, rounds: bigint, programHash: Hash, step: bigint): Promise<number> {
  const judge = await LocalJudge.create();
  await judge.registerProgram(describeProgram(longProgram(rounds)));
  const machine = unitMachine(unit);
  machine.runTo(step);
  const { transactionGas } = await judge.step(hexToBytes(programHash), machine.hash(), stepProof(machine));
  return Number(transactionGas);
}

/**
 * Gas of the same game, had another step decided it: each costs its own transaction's gas in place of that of the step that was played.
 * Not less than a game that is played: the floor price of calldata binds a step alone more often than the proof with the verdict.
 */
export const gasWithStep = (game: GameGas, transactionGas: number): number =>
  game.gasGame - game.stepGas + transactionGas;

const sum = (moves: readonly ShownMove[], of: (move: ShownMove) => number) =>
  moves.reduce((total, move) => total + of(move), 0);

const largest = (moves: readonly ShownMove[]) => Math.max(...moves.map(({ gas }) => Number(gas)));

/**
 * The liar's machine passes over an addition, so it makes one step less. Early, so that finding the place again takes a fraction of a
 * second, and where the honest side makes the last move: else the liar would lose on time, and L1 would execute nothing.
 */
function skipped(program: LoweredProgram, steps: bigint, degree: bigint): { step: bigint; pc: number } {
  let step = (steps / 348n / roundSteps) * roundSteps + 1n;
  const moves = () =>
    expectedMoves(units, { unit: 0n, step, honestSteps: steps, liarSteps: steps - 1n }, 'challenger', degree);
  for (let tries = 0; moves() % 2 !== 0; step += roundSteps)
    if (++tries > 1_000) throw new InfraError('checkFailed', `At degree ${degree} the liar would make the last move.`);
  const unit: Unit = { program, state: PersistentStateTree.empty, position: start, inputs: noInputs, cryptography };
  const machine = unitMachine(unit);
  machine.runTo(step + 1n);
  return { step, pc: machine.stepper.pc + 1 };
}
