import { DEVNET_CONFIG } from '@metachain/contracts';
import { l1BlockSeconds } from '../dispute/dispute-net.js';
import { playLie } from '../dispute/lie-play.js';
import type { Outcome } from '../dispute/outcome.js';
import { Stage } from '../dispute/stage.js';
import { InfraError } from '../errors.js';
import { type GameGas, gasWithStep, measureGame } from './dispute-game.js';
import { measureStepCosts, type StepRow } from './dispute-steps.js';
import { blobWordGame, ordinaryGame } from './long-game.js';
import { type BenchResult, machine, progress } from './report.js';

/** Kinds of steps that touch neither memory nor the host. */
const ordinary = ['register', 'call', 'return', 'return value'];
const stateAccess = ['state_get', 'state_set'];
/** Steps that cost most to prove; payload words are those of blobs, with an opening. */
const decidingSteps = [
  ...stateAccess,
  'read_input, payload',
  'read_input, delayed message',
  'keccak',
  'ecrecover',
  'log',
];

/** The dearest of them, with which a whole game is played. */
const dearestStep = 'read_input, payload';
/** What an assertion consumes: one item, which costs as much as four; and as many as an hour of batches may make. */
const sizes = { few: 1n, many: 64n } as const;
const degree = DEVNET_CONFIG.gameDegree;

/**
 * What a dispute costs and how long it takes: gas of single steps in a state of 180,000 keys, whole games over 2^32 steps with the real
 * contracts on anvil, about few items and many, of which one each ends with the cheapest step and one with the dearest, and the time from a wrong assertion to the first move and to the verdict on a devnet with the prover as it runs.
 */
export async function runDisputeBench(): Promise<BenchResult> {
  const steps = await measureStepCosts();
  const deciding = steps.rows.filter(({ step }) => decidingSteps.includes(step));
  const few = await playGames(sizes.few, deciding);
  const many = await playGames(sizes.many, deciding);
  const { cheapest, dearest: game } = few;
  const outcome = await measureTime();
  const of = (names: readonly string[], figure: (row: StepRow) => number) =>
    Math.max(...steps.rows.filter(({ step }) => names.includes(step)).map(figure));
  return {
    gasStep: of(ordinary, ({ transactionGas }) => transactionGas),
    gasStateAccess: of(stateAccess, ({ transactionGas }) => transactionGas),
    gasGame: game.gasGame,
    gasGameStep: dearestStep,
    gasGameOfAddition: cheapest.gasGame,
    gasGameByStep: few.byStep,
    gasGameManyItems: many.dearest.gasGame,
    gasGameManyItemsOfAddition: many.cheapest.gasGame,
    gasGameManyItemsByStep: many.byStep,
    movesManyItems: many.dearest.moves,
    gasPartsManyItems: partsOf(many.dearest),
    moves: game.moves,
    k: Number(degree),
    proofBytes: of(ordinary, ({ proofBytes }) => proofBytes),
    proofBytesStateAccess: of(stateAccess, ({ proofBytes }) => proofBytes),
    stepsPerSecond: cheapest.stepsPerSecond,
    stepsPerSecondProgram: steps.programStepsPerSecond,
    firstMoveMs: Math.round(outcome.firstMoveMs),
    verdictMs: Math.round(outcome.verdictMs),
    l1BlockSeconds,
    gameSteps: game.steps,
    gameUnits: game.units,
    gasAssertion: game.gasAssertion,
    gasLargestMove: game.largestMove,
    gasParts: partsOf(game),
    gameCalldataBytes: game.calldataBytes,
    demoMoves: outcome.moves,
    demoGas: Number(outcome.gasHonest + outcome.gasLiar),
    perStep: steps.rows.map((row) => ({ ...row })),
    ...machine(),
  };
}

/** Words of a blob, none of which is zero. */
const payload = Uint8Array.from({ length: 100_000 }, (_, index) => 1 + (index % 255));

const partsOf = ({ parts }: GameGas) => Object.entries(parts).map(([what, gas]) => ({ what, gas }));

/** The cheapest game about so many items, the dearest, and what others would cost. */
async function playGames(items: bigint, rows: readonly StepRow[]) {
  const cheapest = await measureGame(ordinaryGame({ degree, items }));
  const dearest = await playDearest(items, rows);
  const byStep = rows.map(({ step, transactionGas }) => ({
    step,
    gas: step === dearestStep ? dearest.gasGame : gasWithStep(cheapest, transactionGas),
  }));
  return { cheapest, dearest, byStep };
}

/**
 * The game is about a program made for it, so its last step has to be worth as much as the dearest of the rules alone: else InfraError
 * `checkFailed`.
 */
async function playDearest(items: bigint, rows: readonly StepRow[]): Promise<GameGas> {
  const dearest = rows.reduce((most, row) => (row.transactionGas > most.transactionGas ? row : most));
  if (dearest.step !== dearestStep) throw new InfraError('checkFailed', `The dearest step is now ${dearest.step}.`);
  const game = await measureGame(blobWordGame({ degree, items }, payload));
  if (game.stepGas < dearest.transactionGas)
    throw new InfraError(
      'checkFailed',
      `The step that was played takes ${game.stepGas} gas, that of the rules ${dearest.transactionGas}.`,
    );
  return game;
}

/** One lie on the demonstration's devnet: everything must hold, or the times mean nothing. */
async function measureTime(): Promise<Outcome> {
  const stage = await Stage.start({ report: progress, failed: (error) => progress(String(error)) });
  try {
    const outcome = await playLie(stage, 'stolen-swap-output', progress);
    const broken = outcome.checks.find(({ held }) => !held);
    if (broken) throw new InfraError('checkFailed', `It did not hold that ${broken.what}.`);
    return outcome;
  } finally {
    await stage.stop();
  }
}
