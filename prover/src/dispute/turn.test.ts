import { describe, expect, it } from '@jest/globals';

import { clocksAt, readTurn } from './turn.js';

const CHALLENGER = '0x00112233445566778899AABbCCdDeeFf00112233';
const wordOf = (assertion: bigint, deadline: bigint, asserterMoves: bigint, waiting: bigint): bigint =>
  BigInt(CHALLENGER) | (assertion << 160n) | (deadline << 192n) | (asserterMoves << 231n) | (waiting << 232n);

describe('readTurn', () => {
  it.each([
    [0n, 0n, 0n, 0n],
    [7n, 1_800_000_000n, 1n, 129_600n],
    [2n ** 32n - 1n, 2n ** 39n - 1n, 1n, 2n ** 24n - 1n],
    [2n ** 32n - 1n, 2n ** 39n - 1n, 0n, 2n ** 24n - 1n],
  ])('takes apart assertion %s, deadline %s, mover %s, %s s left', (assertion, deadline, mover, waiting) => {
    expect(readTurn(wordOf(assertion, deadline, mover, waiting))).toEqual({
      challenger: CHALLENGER,
      assertionId: assertion,
      deadline,
      mover: mover === 1n ? 'asserter' : 'challenger',
      waitingLeft: Number(waiting),
    });
  });
});

describe('clocksAt', () => {
  it('runs the clock of the mover alone, and not below zero', () => {
    const [asserters, challengers] = [1n, 0n].map((mover) => readTurn(wordOf(1n, 1_000n, mover, 50n)));
    expect(clocksAt(asserters!, 990n)).toEqual({ challenger: 50, asserter: 10 });
    expect(clocksAt(challengers!, 990n)).toEqual({ challenger: 10, asserter: 50 });
    expect(clocksAt(challengers!, 1_001n)).toEqual({ challenger: 0, asserter: 50 });
  });
});
