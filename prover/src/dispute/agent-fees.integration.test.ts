import { expect, it, jest } from '@jest/globals';

import { challengerAccount, NEVER } from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';

jest.setTimeout(180_000);

const GWEI = 10n ** 9n;
const window = 1_200;
const urgentSeconds = window / 4;

let stage: DisputeStage;
useDisputeStage((opened) => (stage = opened), true, undefined, { challengeWindowSeconds: BigInt(window) });

/** L1 asks for a thousand gwei from now on. */
async function dearlyPass(seconds: number): Promise<void> {
  const { client } = stage.fixture.rollup;
  const dear = () => client.setNextBlockBaseFeePerGas({ baseFeePerGas: 1_000n * GWEI });
  await dear();
  await stage.fixture.passTime(seconds);
  await dear();
}

it('waits with its bonds for cheaper gas while a wrong assertion has time, and pays what L1 asks before its window ends', async () => {
  const id = await stage.fixture.assertEnd(stage.forged({ unit: 0n, step: 9_999n }));
  const settings = { urgentSeconds, resubmitSeconds: 1 };
  const agent = await stage.agent({ settings, patienceMilliseconds: 300 });
  const sent = () => stage.nonce(challengerAccount);
  const turn = () => agent.turn(NEVER).catch(() => undefined);
  const before = await sent();
  await dearlyPass(1);
  for (let count = 0; count < 4; count++) await turn();
  await dearlyPass(window - 2 * urgentSeconds);
  for (let count = 0; count < 4; count++) await turn();
  expect(await sent()).toBe(before);

  await dearlyPass(urgentSeconds + urgentSeconds / 2);
  for (const end = Date.now() + 60_000; agent.agent!.player.games.length === 0 && Date.now() < end;) await turn();
  expect(await sent()).toBe(before + 2);
  const [game] = agent.agent!.player.games;
  expect(game).toMatchObject({ role: 'challenger', view: { assertionId: id } });
  const spent = /dispute_spent_wei_total\{kind="open"\} (\d+)/.exec(await agent.metrics.registry.metrics())?.[1];
  const gas = 200_000n;
  expect(BigInt(spent!)).toBeGreaterThan(300n * GWEI * gas);
});
