import { expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, rollupAbi } from '@metachain/contracts';
import { outputRoot } from '@metachain/program';
import { encodeFunctionData, keccak256 } from 'viem';

import type { UnitState } from '../machine/judge/local-judge.js';
import { asserterAccount, claimAt, type DisputeFixture, END, otherChallenger } from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';

jest.setTimeout(180_000);

const [CONFIRMED, REJECTED, BONDED] = [2, 3, 5];
const { assertionBondWei, gameBondWei, gameClockSeconds } = DEVNET_CONFIG;

let stage: DisputeStage;
let fixture: DisputeFixture;
useDisputeStage(
  (opened) => ({ fixture } = stage = opened),
  true,
  async (opened) => {
    const { rollup } = opened;
    for (const sequence of [0n, 1n]) await rollup.post([(await rollup.build([await opened.pay(sequence)])).bytes]);
  },
);

/** Claims a state on assertion 1, whose state is `parent`. */
async function assertOnFirst(parent: UnitState, state: UnitState, account = asserterAccount): Promise<void> {
  const { deployment, watcher } = fixture.rollup;
  const root = outputRoot(parent.stateRoot, parent.headerHash);
  const args = [1n, root, claimAt(state), watcher.items[Number(state.itemIndex) - 1]!.accumulator] as const;
  const data = encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
  await fixture.rollup.send(account as never, deployment.addresses.rollup, data, assertionBondWei);
}

it.each([
  ['both bonds', assertionBondWei + gameBondWei],
  ['two of assertions', 2n * assertionBondWei],
])('fells a lie on each of two parents with a purse of %s', async (_, purse) => {
  const first = await fixture.truth(1n);
  const [parent, state] = [await first.stateAt(END), await (await fixture.truth()).stateAt(END)];
  await fixture.assertEnd(first);
  await assertOnFirst(parent, state);
  await fixture.assertEnd(stage.forged({ unit: 0n }, first), otherChallenger);
  await assertOnFirst(parent, { ...state, stateRoot: keccak256(state.stateRoot) }, otherChallenger);
  const agent = await stage.agent({ settings: { maximumBond: purse.toString() } });
  const statuses = () => Promise.all([1n, 2n, 3n, 4n].map((id) => fixture.status(id)));
  for (let games = 0; games < 3; games++) {
    await agent.turns();
    await fixture.passTime(gameClockSeconds + 1);
  }
  await agent.turns();
  // The older claim through the own copy, whose bond is back; that of its first owner is for him to collect.
  expect(await statuses()).toEqual([BONDED, CONFIRMED, REJECTED, REJECTED]);
  const { addresses } = fixture.rollup.deployment;
  expect(await fixture.rollup.client.getBalance({ address: addresses.rollup })).toBe(assertionBondWei);
  expect(await agent.metrics.registry.metrics()).toContain(`dispute_bonds_available_wei ${purse}`);
});
