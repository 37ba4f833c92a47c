import { longestConfirmationSeconds, type DeploymentConfig } from './config.js';

/** Seconds after which a block has to take up a message of L1 (docs/spec/l1.md): a rule of the program. */
export const FORCED_INCLUSION_SECONDS = 3_600n;

/**
 * Seconds from a forced message on L1 to the money at most, with no operator and nobody lying: the message becomes overdue, the user asserts
 * at once, the window passes.
 */
export const exitSeconds = (config: DeploymentConfig): bigint =>
  FORCED_INCLUSION_SECONDS + config.challengeWindowSeconds;

/**
 * The same with liars who pay a bond for each delay: a rival claim made at the end of the window, challenged at once, and a game against the
 * honest claim opened when the rival is about to fall.
 */
export const longestExitSeconds = (config: DeploymentConfig): bigint =>
  FORCED_INCLUSION_SECONDS + longestConfirmationSeconds(config);

/**
 * Seconds users have to leave before an unwanted change takes effect: what is left of its delay after the exit itself. `undefined`: nothing
 * can be changed at all, so there is no limit.
 */
export const effectiveExitWindowSeconds = (
  config: DeploymentConfig,
  changeDelaySeconds: bigint | undefined,
): bigint | undefined => (changeDelaySeconds === undefined ? undefined : changeDelaySeconds - exitSeconds(config));
