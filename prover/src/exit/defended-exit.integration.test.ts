import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, rollupAbi } from '@metachain/contracts';
import { encodeFunctionData, keccak256, numberToHex, parseEther } from 'viem';

import { assembleOn } from '../testing/assemble-on.js';
import {
  asserterAccount,
  DisputeFixture,
  keyAccount,
  lowered,
  NEVER,
  otherChallenger,
  type Party,
} from '../testing/dispute-fixture.js';
import { ForgedTrace } from '../testing/forged-trace.js';
import { ETHER, PROGRAM_HASH } from '../testing/test-rollup.js';
import { exitWhilePlaying } from './exit-while-playing.js';
import { forcedWithdrawalCall } from './forced-withdrawal.js';

jest.setTimeout(240_000);

const HOUR = 3_700;
const [CHALLENGER_MOVES, ASSERTER_WON] = [1, 4];
const [PENDING, CONFIRMED, OUTLIVED] = [1, 2, 4];
const receiver = '0x00000000000000000000000000000000feed0002';
const user = keyAccount(9);

let fixture: DisputeFixture;
beforeEach(async () => {
  fixture = await DisputeFixture.start();
}, 120_000);
afterEach(() => fixture.stop());

/** A user with nothing but a key and L1, who leaves. */
async function leave(maximumBond: bigint, ownBond = false) {
  const { rollup } = fixture;
  const dispute = { devnet: true, maximumBond: maximumBond.toString(), pollMilliseconds: 20 };
  const prover = await assembleOn(rollup, {
    config: rollup.config({ keepGoing: true, crossCheck: false, dispute }),
    dispute: { account: user, program: lowered },
  });
  const { addresses } = rollup.deployment;
  const waits: string[] = [];
  const onWaits = (now: readonly { readonly what: string }[]) => void waits.push(...now.map(({ what }) => what));
  const options = { prover, addresses, pollMilliseconds: 20, agent: prover.agent!, ownBond, onWaits };
  return { waits, report: exitWhilePlaying(options, NEVER) };
}

const until = async (what: string, condition: () => Promise<boolean>) => {
  for (let turn = 0; turn < 1_500; turn++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new TypeError(`${what} did not happen`);
};

const moves = ({ events }: Party): number => events.filter(({ transaction }) => transaction !== undefined).length;

/** Moves for the liar until the game is over; the liar's clock runs out where it has nothing to show. */
async function playLiar(liar: Party, game: bigint): Promise<void> {
  const waitsForLiar = async () => (await fixture.phase(game)) !== 2;
  while ((await fixture.phase(game)) < 3) {
    await until('the answer of the user', waitsForLiar);
    const before = moves(liar);
    await liar.player.turn(NEVER);
    if ((await fixture.phase(game)) === CHALLENGER_MOVES && moves(liar) === before) {
      await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
      await until('the end', async () => (await fixture.phase(game)) > 2);
    }
  }
}

/** The user's forced withdrawal is executed; the truth about it. */
async function forceWithdrawal() {
  const { rollup } = fixture;
  const data = forcedWithdrawalCall({ amount: ETHER, to: receiver });
  await rollup.deposit(user as never, parseEther('2'));
  await rollup.send(user as never, rollup.deployment.addresses.portal, data);
  await fixture.passTime(HOUR);
  await rollup.appendEmpty();
  return fixture.truth();
}

/** The owner of an assertion lost a game about it to himself. */
async function giveUp(id: bigint): Promise<void> {
  const { client, deployment } = fixture.rollup;
  const { disputeGame: account } = deployment.dispute;
  await client.impersonateAccount({ address: account });
  await client.setBalance({ address: account, value: ETHER });
  const data = encodeFunctionData({ abi: rollupAbi, functionName: 'onGameLost', args: [id, asserterAccount.address] });
  await fixture.rollup.send(account as never, deployment.addresses.rollup, data);
}

it('defends the assertion of a user alone against a liar, and the money arrives', async () => {
  const { client } = fixture.rollup;
  const truth = await forceWithdrawal();
  const leaving = await leave(0n);
  await until('the assertion', async () => (await fixture.status(1n).catch(() => 0)) === PENDING);

  const lie = new ForgedTrace(truth, PROGRAM_HASH, { unit: 0n, step: 777n, salt: keccak256(numberToHex(1)) });
  const liar = fixture.party(otherChallenger, lie);
  const game = await fixture.open(liar, 1n, truth);
  await playLiar(liar, game);
  expect(await fixture.phase(game)).toBe(ASSERTER_WON);
  expect(leaving.waits.some((what) => what.startsWith('a dispute about assertion 1'))).toBe(true);

  await fixture.passTime(Number(DEVNET_CONFIG.challengeWindowSeconds) + 1);
  const report = await leaving.report;
  expect(report).toMatchObject({ done: true, wrongAssertions: [] });
  expect(report.withdrawals.map(({ state }) => state)).toEqual(['finalised']);
  expect(await client.getBalance({ address: receiver })).toBe(ETHER);
  expect(await fixture.status(1n)).toBe(CONFIRMED);
  expect(await fixture.gameBalance()).toBe(0n);
});

it('stands behind the claim of another with an own bond where it may, and is paid though he gives up', async () => {
  const { client } = fixture.rollup;
  const first = await fixture.assertEnd(await forceWithdrawal());
  const own = first + 1n;
  const leaving = await leave(DEVNET_CONFIG.assertionBondWei, true);
  await until('the own bond', async () => (await fixture.status(own).catch(() => 0)) === PENDING);
  await giveUp(first);
  expect(await fixture.status(first)).toBe(OUTLIVED);
  await fixture.passTime(Number(DEVNET_CONFIG.challengeWindowSeconds) + 1);
  const report = await leaving.report;
  expect(report.withdrawals.map(({ state }) => state)).toEqual(['finalised']);
  expect(await client.getBalance({ address: receiver })).toBe(ETHER);
  expect([await fixture.status(first), await fixture.status(own)]).toEqual([CONFIRMED, CONFIRMED]);
  await expect(fixture.status(own + 1n)).rejects.toThrow('UnknownAssertion');
});
