import { expect, it, jest } from '@jest/globals';

import { asserterAccount, challengerAccount, type DisputeFixture } from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';

jest.setTimeout(180_000);

const ITEMS = 7;
const REJECTED = 3;
/** A unit whose start is not kept: of seven units with two states kept, only the fourth's end is. */
const UNIT = 2n;

let stage: DisputeStage;
/** A payment in each of several items. */
async function prepare(fixture: DisputeFixture): Promise<void> {
  const { rollup } = fixture;
  for (let item = 0n; item < ITEMS; item++) await rollup.post([(await rollup.build([await fixture.pay(item)])).bytes]);
}
useDisputeStage((opened) => (stage = opened), true, prepare);

it('a game about a unit whose start is not kept is won by who runs the units before it again', async () => {
  const { fixture, truth } = stage;
  const own = await fixture.truth(undefined, fixture.openTraces({ keptStates: 2 }));
  expect([truth.statesKept, own.statesKept]).toEqual([ITEMS + 1, 2]);
  const lie = stage.forged({ unit: UNIT, step: 4_000n });
  const id = await fixture.assertEnd(lie);
  const [honest, liar] = [fixture.party(challengerAccount, own), fixture.party(asserterAccount, lie)];
  const game = await fixture.open(honest, id, lie);
  expect(await fixture.playOut(game, [liar, honest])).toBe('challengerWon');
  expect(honest.failures).toEqual([]);
  const proven = [honest, liar].flatMap(({ events }) => events.filter(({ what }) => what === 'proveStep'));
  expect(proven.map(({ range }) => range.unit)).toEqual([UNIT]);
  expect(await fixture.status(id)).toBe(REJECTED);
});
