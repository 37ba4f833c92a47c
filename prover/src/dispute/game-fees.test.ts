import { describe, expect, it } from '@jest/globals';

import { GameFees } from './game-fees.js';
import type { GameView, Role } from './types.js';

const NOW = 1_000_000n;
const settings = { usual: 300n, urgent: 3_000n, urgentSeconds: 3_600n };

/** A game in which the challenger is to move with so many seconds left. */
const game = (left: bigint, role: Role = 'challenger', atStake = true) => ({
  view: { phase: 'challengerMoves', now: NOW, deadline: NOW + left, atStake } as GameView,
  role,
});

describe('the price of gas in games', () => {
  it.each([
    ['no game', [], 300n],
    ['an hour left', [game(3_600n)], 300n],
    ['less than an hour left', [game(3_599n)], 3_000n],
    ['no second left', [game(0n)], 3_000n],
    ['a clock that ran out', [game(-1n)], 300n],
    ['a game that nothing hangs on any more', [game(60n, 'challenger', false)], 300n],
    ["the other side's last hour", [game(60n, 'asserter')], 300n],
    ['one urgent game of three', [game(90_000n), game(60n), game(10n, 'asserter')], 3_000n],
  ])('with %s', (_name, games, maxFee) => {
    const fees = new GameFees(settings);
    fees.watch(games, NOW);
    expect(fees.limits()).toEqual({ maxFee, maxBlobFee: 0n });
  });

  it('is the usual one again once the urgent game is over, and never less than that', () => {
    const fees = new GameFees(settings);
    fees.watch([game(60n)], NOW);
    fees.watch([], NOW);
    expect(fees.limits().maxFee).toBe(300n);
    const low = new GameFees({ ...settings, urgent: 100n });
    low.watch([game(60n)], NOW);
    expect(low.limits().maxFee).toBe(300n);
  });

  it.each([
    ['none that has a deadline', [], 300n],
    ['one that has an hour', [3_600n], 300n],
    ['one that has less', [3_599n], 3_000n],
    ['one of two that has less', [90_000n, 60n], 3_000n],
    ['one that comes too late', [0n], 300n],
    ['one that came too late long ago, and one that has time', [-9n, 90_000n], 300n],
  ])('with bonds to put down, %s', (_name, left, maxFee) => {
    const fees = new GameFees(settings);
    fees.watchBonds(left.map((seconds) => NOW + seconds));
    fees.watch([], NOW);
    expect(fees.limits().maxFee).toBe(maxFee);
    fees.watch([game(90_000n)], NOW);
    expect(fees.limits().maxFee).toBe(maxFee);
    fees.watchBonds([]);
    expect(fees.limits().maxFee).toBe(300n);
  });

  it('rises for a bond that is still on its way when its last hour begins', () => {
    const fees = new GameFees(settings);
    fees.watchBonds([NOW + 7_200n]);
    fees.watch([], NOW);
    expect(fees.limits().maxFee).toBe(300n);
    fees.watch([], NOW + 3_601n);
    expect(fees.limits().maxFee).toBe(3_000n);
    fees.watch([], NOW + 7_200n);
    expect(fees.limits().maxFee).toBe(300n);
  });
});
