import { expect, it, jest } from '@jest/globals';

import { asserterAccount, NEVER } from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';
import type { GameEvent } from './types.js';

jest.setTimeout(180_000);

const HOUR = 3_600;
/** As for money: a clock of 36 hours, and at least three for each move. */
const CLOCK = 36 * HOUR;
const FLOOR = 3 * HOUR;
/** Three times as long is most of the clock. */
const AWAY = 11 * HOUR;
const LONGEST_ABSENCES = 3;
const REJECTED = 3;

const times = {
  challengeWindowSeconds: BigInt(7 * 24 * HOUR),
  gameClockSeconds: CLOCK,
  gameFloorSeconds: FLOOR,
};
let stage: DisputeStage;
useDisputeStage((opened) => (stage = opened), true, undefined, times);

const movesOf = (events: readonly GameEvent[]) =>
  events.filter(({ transaction }) => transaction !== undefined).map(({ what }) => what);

it('stays in time and wins although its machine is away for hours before each move', async () => {
  const { fixture } = stage;
  const lie = stage.forged({ unit: 0n, step: 9_876n });
  const id = await fixture.assertEnd(lie);
  const liar = fixture.party(asserterAccount, lie);
  const honest: GameEvent[] = [];
  let lives = 0;
  for (; lives < 20 && (await fixture.status(id)) !== REJECTED; lives++) {
    await fixture.passTime(lives <= LONGEST_ABSENCES ? AWAY : FLOOR - HOUR);
    const { turn } = await stage.agent({ onEvent: (event) => honest.push(event) });
    const before = movesOf([...honest, ...liar.events]).length;
    await turn();
    // The liar moves at once, as long as there is something to show.
    await liar.player.turn(NEVER);
    if (movesOf([...honest, ...liar.events]).length === before) await fixture.passTime(CLOCK + 1);
  }
  expect(lives).toBeGreaterThan(LONGEST_ABSENCES);
  expect(await fixture.status(id)).toBe(REJECTED);
  const count = (kind: string) => movesOf(honest).filter((what) => what === kind).length;
  // One game: none was lost before it.
  expect(count('open')).toBe(1);
  expect(count('split')).toBeGreaterThanOrEqual(LONGEST_ABSENCES);
  expect(honest.filter(({ type }) => type === 'refused')).toEqual([]);
});
