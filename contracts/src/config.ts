import { isHex, type Hex } from 'viem';
import { ContractsError } from './errors.js';

/** State of the chain before its first item (docs/spec/state.md, "Genesis"). */
export interface GenesisState {
  readonly stateRoot: Hex;
  readonly headerHash: Hex;
  /** Hash of the program the chain starts with. */
  readonly programHash: Hex;
  readonly blockNumber: bigint;
}

/** What is fixed for ever when the contracts are deployed. */
export interface DeploymentConfig {
  /** Seconds an assertion stays open to challenge: 7 days where money is at stake, minutes on a devnet. */
  readonly challengeWindowSeconds: bigint;
  /** Bond of an assertion, wei. */
  readonly assertionBondWei: bigint;
  /** Most inbox items one assertion may consume, at most 2^14: an item holds at most 2^10 units of proof. */
  readonly maximumItems: bigint;
  /** L2 blocks between two outputs, roughly: op-stack clients estimate waiting times from it. */
  readonly submissionInterval: bigint;
  /** Seconds of an L2 slot. */
  readonly l2BlockTimeSeconds: bigint;
  /** Segments of a move in a dispute game, 2 to 256: more segments make fewer but dearer moves. */
  readonly gameDegree: bigint;
  /** Seconds each side of a game has for all its moves. */
  readonly gameClockSeconds: number;
  /** Seconds a side has for one move at least, however late the other side moved. */
  readonly gameFloorSeconds: number;
  /** Bond of a challenger, wei. */
  readonly gameBondWei: bigint;
  /** Also deploy a mintable DCEP and a merchant token. Never where money is at stake. */
  readonly testTokens: boolean;
}

/** Defaults for a public chain. */
export const MAINNET_CONFIG: DeploymentConfig = {
  challengeWindowSeconds: 604_800n,
  assertionBondWei: 1_000_000_000_000_000_000n,
  maximumItems: 4_096n,
  submissionInterval: 3_600n,
  l2BlockTimeSeconds: 1n,
  gameDegree: 16n,
  gameClockSeconds: 129_600,
  gameFloorSeconds: 10_800,
  gameBondWei: 500_000_000_000_000_000n,
  testTokens: false,
};

/** Defaults for a devnet: the same rules with short times, and test tokens. */
export const DEVNET_CONFIG: DeploymentConfig = {
  ...MAINNET_CONFIG,
  challengeWindowSeconds: 120n,
  assertionBondWei: 100_000_000_000_000_000n,
  submissionInterval: 10n,
  gameClockSeconds: 600,
  gameFloorSeconds: 60,
  gameBondWei: 50_000_000_000_000_000n,
  testTokens: true,
};

const MOST_ITEMS = 2n ** 14n;
const YEAR_SECONDS = 31_536_000n;
/** 14 days: a wrong assertion has fallen by then. */
const LONGEST_DISPUTE_SECONDS = 1_209_600n;
/** 4,096 epochs, about 18.2 days: how long nodes of L1 have to serve a blob. */
export const BLOB_LIFE_SECONDS = 1_572_864n;
/** A day: what a batch may wait for its assertion, so that every game about it ends while L1 nodes still serve its blobs. */
export const ASSERTION_DELAY_SECONDS = 86_400n;

/**
 * Least values where money may be at stake, that is, without test tokens. A window of 7 days; a clock of a day, so that nobody loses by a day
 * of censorship on L1; an hour for each move, to read the data again and compute the answer; bonds that are no small change.
 */
const PUBLIC_MINIMUM = {
  challengeWindowSeconds: 604_800n,
  gameClockSeconds: 86_400n,
  gameFloorSeconds: 3_600n,
  assertionBondWei: 100_000_000_000_000_000n,
  gameBondWei: 50_000_000_000_000_000n,
} as const;

const invalid = (field: string, value: unknown, rule: string): ContractsError =>
  new ContractsError('CONFIG_INVALID', `${field} must be ${rule}`, { field, value });

const checkRange = (field: string, value: bigint, minimum: bigint, maximum: bigint): void => {
  if (typeof value !== 'bigint' || value < minimum || value > maximum) {
    throw invalid(field, value, `a whole number from ${minimum} to ${maximum}`);
  }
};

const whole = (field: string, value: number): bigint => {
  if (!Number.isSafeInteger(value)) throw invalid(field, value, 'a whole number');
  return BigInt(value);
};

const checkWord = (field: string, value: Hex): void => {
  if (!isHex(value) || value.length !== 66) throw invalid(field, value, '32 bytes of hex');
};

/** Moves until a stretch of this length is cut down to one. */
const movesOver = (length: bigint, degree: bigint): bigint =>
  length <= 1n ? 0n : 1n + movesOver((length + degree - 1n) / degree, degree);

/** Longest game in seconds, whatever both sides do: `maximumDuration()` of the contract. */
export const longestGameSeconds = (config: DeploymentConfig): bigint => {
  // Cuts of the units but the first, which is the opening; cuts of the steps, of which the first enters the unit; the proof.
  const moves = movesOver(2n ** 24n, config.gameDegree) + movesOver(2n ** 32n, config.gameDegree);
  return 2n * BigInt(config.gameClockSeconds) + moves * BigInt(config.gameFloorSeconds);
};

/** Longest time in seconds from an assertion to the verdict of a game opened in its window. */
export const longestDisputeSeconds = (config: DeploymentConfig): bigint =>
  config.challengeWindowSeconds + longestGameSeconds(config);

/**
 * Longest time in seconds from a right assertion to its confirmation while every lie is challenged as soon as it is made: a rival made at
 * the end of the window falls one game later, and until then a last game against the right one can be opened.
 */
export const longestConfirmationSeconds = (config: DeploymentConfig): bigint =>
  config.challengeWindowSeconds + 2n * longestGameSeconds(config);

const validateGame = (config: DeploymentConfig): void => {
  checkRange('gameDegree', config.gameDegree, 2n, 256n);
  checkRange('gameClockSeconds', whole('gameClockSeconds', config.gameClockSeconds), 1n, YEAR_SECONDS);
  const floor = whole('gameFloorSeconds', config.gameFloorSeconds);
  checkRange('gameFloorSeconds', floor, 1n, BigInt(config.gameClockSeconds));
  checkRange('gameBondWei', config.gameBondWei, 0n, 2n ** 96n);
  const longest = longestDisputeSeconds(config);
  if (longest > LONGEST_DISPUTE_SECONDS) {
    throw invalid('challengeWindowSeconds', longest, `at most ${LONGEST_DISPUTE_SECONDS} with the longest game added`);
  }
  const confirmation = longestConfirmationSeconds(config);
  const limit = BLOB_LIFE_SECONDS - ASSERTION_DELAY_SECONDS;
  if (confirmation > limit) {
    throw invalid('challengeWindowSeconds', confirmation, `at most ${limit} with two of the longest games added`);
  }
};

/** Throws CONFIG_INVALID naming the first value out of range. */
export const validateConfig = (config: DeploymentConfig): void => {
  checkRange('challengeWindowSeconds', config.challengeWindowSeconds, 1n, YEAR_SECONDS);
  checkRange('assertionBondWei', config.assertionBondWei, 0n, 2n ** 96n);
  checkRange('maximumItems', config.maximumItems, 1n, MOST_ITEMS);
  checkRange('submissionInterval', config.submissionInterval, 1n, 2n ** 40n);
  checkRange('l2BlockTimeSeconds', config.l2BlockTimeSeconds, 1n, 86_400n);
  validateGame(config);
  if (!config.testTokens) validatePublic(config);
};

const validatePublic = (config: DeploymentConfig): void => {
  for (const [field, minimum] of Object.entries(PUBLIC_MINIMUM)) {
    const value = BigInt(config[field as keyof typeof PUBLIC_MINIMUM]);
    if (value < minimum) throw invalid(field, value, `at least ${minimum} where money may be at stake`);
  }
};

/** Throws CONFIG_INVALID naming the first value that is malformed. */
export const validateGenesis = (genesis: GenesisState): void => {
  checkWord('genesis.stateRoot', genesis.stateRoot);
  checkWord('genesis.headerHash', genesis.headerHash);
  checkWord('genesis.programHash', genesis.programHash);
  checkRange('genesis.blockNumber', genesis.blockNumber, 0n, 2n ** 40n - 1n);
};
