import { describe, expect, it } from '@jest/globals';

import { GameFees } from './game-fees.js';
import type { GameView, Role } from './types.js';

const settings = { usual: 300n, urgent: 3_000n, urgentSeconds: 3_600n };

/** A game in which the challenger is to move with so many seconds left. */
const game = (left: bigint, role: Role = 'challenger', atStake = true) => ({
  view: { phase: 'challengerMoves', now: 1_000_000n, deadline: 1_000_000n + left, atStake } as GameView,
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
    fees.watch(games);
    expect(fees.limits()).toEqual({ maxFee, maxBlobFee: 0n });
  });

  it('is the usual one again once the urgent game is over, and never less than that', () => {
    const fees = new GameFees(settings);
    fees.watch([game(60n)]);
    fees.watch([]);
    expect(fees.limits().maxFee).toBe(300n);
    const low = new GameFees({ ...settings, urgent: 100n });
    low.watch([game(60n)]);
    expect(low.limits().maxFee).toBe(300n);
  });
});
