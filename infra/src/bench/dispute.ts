import { PAYLOAD_BYTES_PER_BLOB } from '@metachain/bridge';
import { DEVNET_CONFIG } from '@metachain/contracts';
import { largestOf, ORDINARY_STEPS, STATE_STEPS, type StepRows } from '@metachain/prover/bench';
import { l1BlockSeconds } from '../dispute/dispute-net.js';
import { playLie } from '../dispute/lie-play.js';
import type { Outcome } from '../dispute/outcome.js';
import { Stage } from '../dispute/stage.js';
import { InfraError } from '../errors.js';
import { type GameGas, gasWithStep, measureGame } from './dispute-game.js';
import { bytesWithin } from './dispute-limits.js';
import { measureStepCosts } from './dispute-steps.js';
import { blobWordGame, longHashGame, ordinaryGame } from './long-game.js';
import { type BenchResult, machine, progress, rounded } from './report.js';
import { measureBlockSpeed, measureLoopSpeed } from './stepping-speed.js';

/** What a whole game may cost, both sides together. */
const targetGas = 1_000_000;
/** Items of an assertion: one; an hour of batches a minute apart; more, as junk of strangers can make necessary; and as many as one may consume with the values for money. */
const sizes = [1n, 64n, 1_024n, 4_096n] as const;
const degree = DEVNET_CONFIG.gameDegree;
/** Of the loop that measures speed: 500 M steps in all. */
const loopRounds = 2_000_000n;
const loopTimes = 50;
/** Swaps of the block that measures speed. */
const speedSwaps = 1_000;

/** Games about so many items, each played with the real contracts to a last step of its kind. */
interface PlayedGames {
  /** Ends with arithmetic. */
  readonly ordinary: GameGas;
  readonly blobWord: GameGas;
  /** Ends with the hash of as many bytes as a step may hash. */
  readonly dearest: GameGas;
}

/**
 * What a dispute costs and how long it takes: the stepper beside V8, gas of single steps in a state of 180,000 keys, whole games over 2^32
 * steps with the real contracts on anvil, about few items and many, that end with an ordinary step, a word of a blob and the dearest step, and
 * the time from a wrong assertion to the first move and to the verdict on a devnet with the prover as it runs.
 */
export async function runDisputeBench(): Promise<BenchResult> {
  const [loop, block] = [measureLoopSpeed(loopRounds, loopTimes), measureBlockSpeed(speedSwaps)];
  const steps = await measureStepCosts();
  const games = new Map<bigint, PlayedGames>();
  for (const items of sizes) games.set(items, await playGames(items, steps));
  const ordinary = new Map([...games].map(([items, played]) => [items, played.ordinary]));
  const limits = await bytesWithin(targetGas, ordinary);
  const [few, many] = [games.get(1n) as PlayedGames, games.get(64n) as PlayedGames];
  const outcome = await measureTime();
  const proofBytesOf = (names: readonly string[]) => largestOf(steps.ofRules, names, ({ proofBytes }) => proofBytes);
  return {
    gasStep: largestOf(steps.ofRules, ORDINARY_STEPS),
    gasStateAccess: largestOf(steps.ofRules, STATE_STEPS),
    gasGame: few.ordinary.gasGame,
    gasGameBlobWord: few.blobWord.gasGame,
    gasGameDearest: few.dearest.gasGame,
    gasGameManyItems: many.ordinary.gasGame,
    gasGameManyItemsBlobWord: many.blobWord.gasGame,
    gasGameManyItemsDearest: many.dearest.gasGame,
    moves: few.ordinary.moves,
    movesManyItems: many.ordinary.moves,
    k: Number(degree),
    proofBytes: proofBytesOf(ORDINARY_STEPS),
    proofBytesStateAccess: proofBytesOf(STATE_STEPS),
    stepsPerSecond: loop.stepsPerSecond,
    loopTimesV8: rounded(loop.timesV8),
    stepsPerSecondProgram: block.stepsPerSecond,
    blockTimesV8: rounded(block.timesV8),
    firstMoveMs: Math.round(outcome.firstMoveMs),
    verdictMs: Math.round(outcome.verdictMs),
    l1BlockSeconds,
    gameSteps: few.ordinary.steps,
    gameUnits: few.ordinary.units,
    gasAssertion: few.ordinary.gasAssertion,
    gasLargestMove: Math.max(...[...games.values()].map(({ dearest }) => dearest.largestMove)),
    demoMoves: outcome.moves,
    demoGas: Number(outcome.gasHonest + outcome.gasLiar),
    gasParts: [...games].flatMap(([items, played]) => partsOf(items, played)),
    gasGameByStep: byStep(steps, ordinary),
    bytesWithinTarget: limits,
    perStep: steps.ofRules.map((row) => ({ ...row })),
    perMadeStep: steps.made.map((row) => ({ ...row })),
    ...machine(),
  };
}

/** As much as six blobs take, none of it zero: the proof of a word shows the hashes of all. */
const payload = Uint8Array.from({ length: 6 * PAYLOAD_BYTES_PER_BLOB - 1_024 }, (_, index) => 1 + (index % 255));

/** One row for each game that was played. */
const partsOf = (items: bigint, played: PlayedGames) =>
  Object.entries(played).map(([lastStep, { gasGame, moves, parts, calldataBytes, stepGas }]: [string, GameGas]) => ({
    items: Number(items),
    lastStep,
    moves,
    gasGame,
    ...parts,
    calldataBytes,
    stepGas,
  }));

/** Games about so many items; those whose last step is dear are about programs made for it. */
async function playGames(items: bigint, steps: StepRows): Promise<PlayedGames> {
  const ordinary = await measureGame(ordinaryGame({ degree, items }));
  const blobWord = await measureGame(blobWordGame({ degree, items }, payload));
  const dearest = await measureGame(longHashGame({ degree, items }));
  requireNoLess(blobWord, largestOf(steps.ofRules, ['read_input, word of blobs']));
  requireNoLess(dearest, Math.max(...steps.ofRules.map(({ transactionGas }) => transactionGas)));
  return { ordinary, blobWord, dearest };
}

/** A last step that was played has to be worth as much as the one of the rules that it stands for: else InfraError `checkFailed`. */
function requireNoLess({ stepGas }: GameGas, ofRules: number): void {
  if (stepGas < ofRules)
    throw new InfraError('checkFailed', `The step that was played takes ${stepGas} gas, one of the rules ${ofRules}.`);
}

/** What games cost that end with each kind of step, the dearest of the rules and those made to be dear: one column for each number of items. */
const byStep = ({ ofRules, made }: StepRows, games: ReadonlyMap<bigint, GameGas>) =>
  [...ofRules, ...made].map(({ step, transactionGas }) => ({
    step,
    gas: transactionGas,
    ...Object.fromEntries(
      [...games].map(([items, game]) => [`items${items}`, gasWithStep(game, transactionGas)] as const),
    ),
  }));

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
