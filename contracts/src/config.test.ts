import { describe, expect, it } from '@jest/globals';
import {
  ASSERTION_DELAY_SECONDS,
  BLOB_LIFE_SECONDS,
  DEVNET_CONFIG,
  longestConfirmationSeconds,
  longestDisputeSeconds,
  longestGameSeconds,
  MAINNET_CONFIG,
  validateConfig,
} from './config.js';
import { effectiveExitWindowSeconds, exitSeconds, longestExitSeconds } from './exit-window.js';

const DAY = 86_400n;

describe('times where money is at stake', () => {
  it('keep the window and a game opened in it within 14 days', () => {
    expect(longestDisputeSeconds(MAINNET_CONFIG)).toBeLessThanOrEqual(14n * DAY);
    expect(MAINNET_CONFIG.challengeWindowSeconds).toBeGreaterThanOrEqual(7n * DAY);
  });

  it('leave the honest side time: of a game no single last-second move takes it all', () => {
    expect(BigInt(MAINNET_CONFIG.gameClockSeconds)).toBeGreaterThanOrEqual(DAY);
    expect(MAINNET_CONFIG.gameFloorSeconds).toBeGreaterThanOrEqual(3_600);
    expect(MAINNET_CONFIG.gameFloorSeconds).toBeLessThan(MAINNET_CONFIG.gameClockSeconds);
  });

  it('get a forced withdrawal paid in 8 days, and in 17 whatever liars pay for', () => {
    expect(exitSeconds(MAINNET_CONFIG)).toBeLessThanOrEqual(8n * DAY);
    expect(longestExitSeconds(MAINNET_CONFIG)).toBeLessThanOrEqual(17n * DAY);
  });

  it('end the last game while L1 nodes serve the blobs of a batch asserted within a day', () => {
    expect(BLOB_LIFE_SECONDS).toBe(4_096n * 32n * 12n);
    expect(ASSERTION_DELAY_SECONDS).toBe(DAY);
    expect(longestConfirmationSeconds(MAINNET_CONFIG)).toBe((33n * DAY) / 2n);
    expect(ASSERTION_DELAY_SECONDS + longestConfirmationSeconds(MAINNET_CONFIG)).toBeLessThanOrEqual(BLOB_LIFE_SECONDS);
  });

  it('are refused when a last game could outlive the blobs', () => {
    const config = { ...MAINNET_CONFIG, gameClockSeconds: 172_800 };
    expect(longestDisputeSeconds(config)).toBeLessThanOrEqual(14n * DAY);
    expect(() => validateConfig(config)).toThrow(/at most 1486464/);
    expect(() => validateConfig(MAINNET_CONFIG)).not.toThrow();
  });

  it.each([
    ['challengeWindowSeconds', 7n * DAY - 1n],
    ['gameClockSeconds', 86_399],
    ['gameFloorSeconds', 3_599],
    ['assertionBondWei', 0n],
    ['gameBondWei', 0n],
  ])('are refused when %s is %s', (field, value) => {
    const config = { ...MAINNET_CONFIG, [field]: value };
    expect(() => validateConfig(config)).toThrow(new RegExp(`${field} must be at least`));
    expect(() => validateConfig({ ...config, testTokens: true })).not.toThrow();
  });

  it('are checked whatever the games last: window and game may not exceed 14 days', () => {
    const config = { ...MAINNET_CONFIG, gameFloorSeconds: 21_600, gameClockSeconds: 259_200 };
    expect(longestGameSeconds(config)).toBeGreaterThan(7n * DAY);
    expect(() => validateConfig(config)).toThrow(/at most 1209600/);
  });
});

describe('a devnet', () => {
  it('has the same rules with short times', () => {
    expect(() => validateConfig(DEVNET_CONFIG)).not.toThrow();
    expect(longestDisputeSeconds(DEVNET_CONFIG)).toBeLessThan(DAY);
  });
});

describe('the effective exit window', () => {
  it('is what a delay leaves after the exit itself', () => {
    const delay = 30n * DAY + exitSeconds(MAINNET_CONFIG);
    expect(effectiveExitWindowSeconds(MAINNET_CONFIG, delay)).toBe(30n * DAY);
    expect(effectiveExitWindowSeconds(MAINNET_CONFIG, 7n * DAY)).toBeLessThan(0n);
  });
});
