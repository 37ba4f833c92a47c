import { isAddress, isHex, type Address, type Hex } from 'viem';
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
  /** Most inbox items one assertion may consume. */
  readonly maximumItems: bigint;
  /** Most units of proof one assertion may span, below 2^24. */
  readonly maximumUnits: bigint;
  /** L2 blocks between two outputs, roughly: op-stack clients estimate waiting times from it. */
  readonly submissionInterval: bigint;
  /** Seconds of an L2 slot. */
  readonly l2BlockTimeSeconds: bigint;
  /** The only contract that may reject an assertion; zero while there is none: nothing can then be disputed. */
  readonly disputeGame: Address;
  /** Also deploy a mintable DCEP and a merchant token. Never where money is at stake. */
  readonly testTokens: boolean;
}

/** Defaults for a public chain. */
export const MAINNET_CONFIG: DeploymentConfig = {
  challengeWindowSeconds: 604_800n,
  assertionBondWei: 1_000_000_000_000_000_000n,
  maximumItems: 4_096n,
  maximumUnits: 16_000_000n,
  submissionInterval: 3_600n,
  l2BlockTimeSeconds: 1n,
  disputeGame: '0x0000000000000000000000000000000000000000',
  testTokens: false,
};

/** Defaults for a devnet: the same rules with short times, and test tokens. */
export const DEVNET_CONFIG: DeploymentConfig = {
  ...MAINNET_CONFIG,
  challengeWindowSeconds: 120n,
  assertionBondWei: 100_000_000_000_000_000n,
  submissionInterval: 10n,
  testTokens: true,
};

const MAXIMUM_UNITS = 2n ** 24n - 1n;
const YEAR_SECONDS = 31_536_000n;

const invalid = (field: string, value: unknown, rule: string): ContractsError =>
  new ContractsError('CONFIG_INVALID', `${field} must be ${rule}`, { field, value });

const checkRange = (field: string, value: bigint, minimum: bigint, maximum: bigint): void => {
  if (typeof value !== 'bigint' || value < minimum || value > maximum) {
    throw invalid(field, value, `a whole number from ${minimum} to ${maximum}`);
  }
};

const checkWord = (field: string, value: Hex): void => {
  if (!isHex(value) || value.length !== 66) throw invalid(field, value, '32 bytes of hex');
};

/** Throws CONFIG_INVALID naming the first value out of range. */
export const validateConfig = (config: DeploymentConfig): void => {
  checkRange('challengeWindowSeconds', config.challengeWindowSeconds, 1n, YEAR_SECONDS);
  checkRange('assertionBondWei', config.assertionBondWei, 0n, 2n ** 96n);
  checkRange('maximumUnits', config.maximumUnits, 1n, MAXIMUM_UNITS);
  checkRange('maximumItems', config.maximumItems, 1n, config.maximumUnits);
  checkRange('submissionInterval', config.submissionInterval, 1n, 2n ** 40n);
  checkRange('l2BlockTimeSeconds', config.l2BlockTimeSeconds, 1n, 86_400n);
  if (!isAddress(config.disputeGame)) throw invalid('disputeGame', config.disputeGame, 'an address');
};

/** Throws CONFIG_INVALID naming the first value that is malformed. */
export const validateGenesis = (genesis: GenesisState): void => {
  checkWord('genesis.stateRoot', genesis.stateRoot);
  checkWord('genesis.headerHash', genesis.headerHash);
  checkWord('genesis.programHash', genesis.programHash);
  checkRange('genesis.blockNumber', genesis.blockNumber, 0n, 2n ** 40n - 1n);
};
