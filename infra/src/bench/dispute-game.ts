import { DEVNET_CONFIG } from '@metachain/contracts';
import {
  describeProgram,
  LocalJudge,
  lowerProvable,
  stepProof,
  type Unit,
  unitMachine,
  unitOutcome,
  unitsOf,
  type WitnessSources,
} from '@metachain/prover';
import { type Address, bytesToHex as hex, type Hash, hexToBytes, isAddressEqual, zeroHash } from 'viem';
import { ChainTrace, endProof } from '../dispute/chain-trace.js';
import type { ShownMove } from '../dispute/game-watch.js';
import { LyingMachine } from '../dispute/lying-machine.js';
import { Operator } from '../dispute/operator.js';
import { programGenesis, ProgramNet } from '../dispute/program-net.js';
import { playToEnd, TracePlayer } from '../dispute/trace-player.js';
import { type ChainUnit, pointAfter, runUnits } from '../dispute/unit-chain.js';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { firstUnit, type LongGame } from './long-game.js';
import { progress } from './report.js';

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
}

/**
 * Plays a whole game on a real L1 about an assertion of which one side is wrong about one step of 2^32, down to that step.
 * The second of two games at once is measured (the first stands still), and the burn address exists as it does on public chains: what only the first game ever
 * pays is not counted. Throws InfraError `checkFailed` when the honest side does not win by the step.
 */
export async function measureGame(game: LongGame, degree = DEVNET_CONFIG.gameDegree): Promise<GameGas> {
  progress(`a game over ${game.items} items that ends with ${game.name}: deploying the contracts and the program`);
  const net = await ProgramNet.start(game.wasm, degree, game.items, game.payload);
  try {
    return await play(net, game, degree);
  } finally {
    await net.stop();
  }
}

async function play(net: ProgramNet, game: LongGame, degree: bigint): Promise<GameGas> {
  progress(`running ${game.steps} steps, honestly and with one wrong step`);
  const lowered = lowerProvable(game.wasm);
  const inputsOf = (item: bigint) => net.inbox.inputs(item);
  const unit = firstUnit(lowered, inputsOf(0n));
  const honest = runLong(unit, game.steps, degree);
  const open: Unit['open'] = (begin) => new LyingMachine(begin, game.deviation);
  const lie = runLong({ ...unit, open }, game.liarSteps, degree);
  const traceOf = (first: ChainUnit, sources?: WitnessSources) => {
    const rest = runUnits(lowered, pointAfter(first, programGenesis), game.items, inputsOf);
    return new ChainTrace(programGenesis, [first, ...rest], net.devnet.programHash, sources);
  };
  progress('playing');
  const traces = { honest: traceOf(honest, { inputs: inputsOf(0n) }), lie: traceOf(lie) };
  const { claim, moves } = await playBetween(net, game, traces);
  return {
    ...figures(moves),
    gasAssertion: Number(claim.gas),
    steps: Number(game.steps),
    units: Number(unitsOf(game.items)),
    stepGas: await gasOfStep(unit, game, net),
  };
}

/** Runs the unit once and remembers what the first cut of its steps shows. */
function runLong(unit: Unit, expected: bigint, degree: bigint): ChainUnit {
  const machine = unitMachine(unit);
  const hashes = new Map<bigint, Hash>();
  for (let point = 0n; point <= degree; point++) {
    const at = (expected * point) / degree;
    machine.runTo(at);
    hashes.set(at, hex(machine.hash()));
  }
  const outcome = unitOutcome(unit, machine);
  if (outcome.trapped || outcome.steps !== expected)
    throw new InfraError('checkFailed', 'The long program did not run as planned.');
  return { unit, outcome, seen: { hashes, finalProof: endProof(machine) } };
}

interface Traces {
  readonly honest: ChainTrace;
  readonly lie: ChainTrace;
}

/** What the asserter believes is asserted, and challenged by who believes the other; all moves of that game. Another one was opened before. */
async function playBetween({ devnet, item }: ProgramNet, { liar, items }: LongGame, { honest, lie }: Traces) {
  const [asserted, believed] = liar === 'asserter' ? [lie, honest] : [honest, lie];
  const [asserter, challenger] = [developmentAccount(roles.proposer), developmentAccount(roles.challenger)];
  const state = await asserted.stateAt(items);
  const genesis = { id: 0n, state: await honest.stateAt(0n), gas: 0n, transaction: zeroHash, at: 0 };
  const claim = await new Operator(devnet, asserter).assert(genesis, state, item);
  const parties = [new TracePlayer(devnet, challenger, believed), new TracePlayer(devnet, asserter, asserted)] as const;
  const other = new TracePlayer(devnet, developmentAccount(roles.deployer), believed);
  await other.challenge(claim.id, genesis.state, state);
  const measured = await parties[0].challenge(claim.id, genesis.state, state);
  const moves = (await playToEnd(devnet, parties, measured)).filter(({ game }) => game === measured);
  requireProven(moves, liar === 'asserter' ? challenger.address : asserter.address);
  return { claim, moves };
}

/** The liar runs out of moves if the honest side does not make the last one, so by whom it is made tells how the game ended. */
function requireProven(moves: readonly ShownMove[], honest: Address): void {
  const last = moves.at(-1);
  if (last?.winner === undefined || !isAddressEqual(last.winner, honest) || !isAddressEqual(last.by, honest))
    throw new InfraError('checkFailed', 'The honest side did not win by proving the step.');
}

function figures(moves: readonly ShownMove[]) {
  const of = (kind: ShownMove['what']) => largest(moves.filter(({ what }) => what === kind));
  return {
    gasGame: sum(moves, ({ gas }) => Number(gas)),
    moves: moves.length,
    largestMove: largest(moves),
    parts: { open: of('open'), split: of('split'), enterUnit: of('enterUnit'), end: of('end') },
    calldataBytes: sum(moves, ({ calldataBytes }) => calldataBytes),
  };
}

/** What the judge takes for the disputed step, without the game around it. */
async function gasOfStep(unit: Unit, { wasm, step }: LongGame, { devnet, inbox }: ProgramNet): Promise<number> {
  const judge = await LocalJudge.create();
  await judge.registerProgram(describeProgram(wasm));
  await judge.putItem(0n, hexToBytes(inbox.itemHash(0n)));
  const machine = unitMachine(unit);
  machine.runTo(step);
  const proof = stepProof(machine, { inputs: inbox.inputs(0n) });
  const { transactionGas } = await judge.step(hexToBytes(devnet.programHash), machine.hash(), proof);
  return Number(transactionGas);
}

/**
 * Gas of the same game, had another step decided it: each costs its own transaction's gas in place of that of the step that was played.
 * Right to within a thousand gas of a game that is played, and too much for a long proof: the floor price of calldata binds a step alone more often than
 * the proof with the verdict.
 */
export const gasWithStep = (game: GameGas, transactionGas: number): number =>
  game.gasGame - game.stepGas + transactionGas;

const sum = (moves: readonly ShownMove[], of: (move: ShownMove) => number) =>
  moves.reduce((total, move) => total + of(move), 0);

const largest = (moves: readonly ShownMove[]) => Math.max(...moves.map(({ gas }) => Number(gas)));
