import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { USUAL_WITHDRAWAL_GAS } from '@metachain/bridge';
import { REFUSING_CODE } from '@metachain/bridge/testing';
import { DEVNET_CONFIG, rollupAbi } from '@metachain/contracts';
import { messagePasserAbi, systemAddresses } from '@metachain/program';
import { encodeFunctionData, keccak256, numberToHex, parseEther } from 'viem';

import { type AbsentEndpoint, startAbsentEndpoint } from '../testing/absent-endpoint.js';
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
import type { ExitReport } from './exit-types.js';
import { exitWhilePlaying } from './exit-while-playing.js';
import { forcedWithdrawalCall } from './forced-withdrawal.js';

jest.setTimeout(240_000);

const HOUR = 3_700;
const [PENDING, CONFIRMED, OUTLIVED] = [1, 2, 4];
const receiver = '0x00000000000000000000000000000000feed0002';
const user = keyAccount(9);

let fixture: DisputeFixture;
let over: AbortController;
beforeEach(async () => {
  fixture = await DisputeFixture.start();
  over = new AbortController();
}, 120_000);
afterEach(() => {
  over.abort();
  return fixture.stop();
});

interface Leaving {
  readonly maximumBond?: bigint;
  readonly ownBond?: boolean;
  /** Endpoint of L1. */
  readonly url?: string;
}

/** A user with nothing but a key and L1, who leaves. */
async function leave({ maximumBond = 0n, ownBond = false, url }: Leaving = {}) {
  const { rollup } = fixture;
  const dispute = { devnet: true, maximumBond: maximumBond.toString(), pollMilliseconds: 20 };
  const prover = await assembleOn(rollup, {
    config: rollup.config({ keepGoing: true, crossCheck: false, blobs: { retries: 0 }, dispute }, url),
    dispute: { account: user, program: lowered },
  });
  const { addresses } = rollup.deployment;
  const waits: string[] = [];
  const onWaits = (now: readonly { readonly what: string }[]) => void waits.push(...now.map(({ what }) => what));
  const hindrances: (string | undefined)[] = [];
  const onHindrance = (reason: string | undefined) => void hindrances.push(reason);
  const undone: string[] = [];
  const onUndone = (now: readonly { readonly reason: string }[]) =>
    void undone.push(...now.map(({ reason }) => reason));
  const told = { onWaits, onUndone, onHindrance };
  const choice = { receivedFrom: [], maximumGas: USUAL_WITHDRAWAL_GAS };
  const options = { prover, addresses, pollMilliseconds: 20, agent: prover.agent!, ownBond, ...choice, ...told };
  const report = exitWhilePlaying(options, over.signal);
  // Of a test that failed before it asked for the report.
  report.catch(() => undefined);
  return { waits, undone, hindrances, report };
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
  const waitsForLiar = async () => (await fixture.phase(game)) !== 'asserterMoves';
  while (await fixture.runs(game)) {
    await until('the answer of the user', waitsForLiar);
    const before = moves(liar);
    await liar.player.turn(NEVER);
    if ((await fixture.phase(game)) === 'challengerMoves' && moves(liar) === before) {
      await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
      await until('the end', async () => !(await fixture.runs(game)));
    }
  }
}

/** The user's forced withdrawal is executed: any item after the hour does it. */
async function forceWithdrawal(append = (): Promise<unknown> => fixture.rollup.appendEmpty()) {
  const { rollup } = fixture;
  const data = forcedWithdrawalCall({ amount: ETHER, to: receiver });
  await rollup.deposit(user as never, parseEther('2'));
  await rollup.send(user as never, rollup.deployment.addresses.portal, data);
  await fixture.passTime(HOUR);
  await append();
}

/** The claim of the user is wrongly challenged, and the game played to its end. */
async function challengeWrongly(assertion: bigint): Promise<void> {
  const truth = await fixture.truth();
  const lie = new ForgedTrace(truth, PROGRAM_HASH, { unit: 0n, step: 777n, salt: keccak256(numberToHex(1)) });
  const liar = fixture.party(otherChallenger, lie);
  const game = await fixture.open(liar, assertion, truth);
  await playLiar(liar, game);
  expect(await fixture.phase(game)).toBe('asserterWon');
}

/** The window passes, and the money arrives. */
async function bePaid({ report: leaving }: { report: Promise<ExitReport> }): Promise<void> {
  await fixture.passTime(Number(DEVNET_CONFIG.challengeWindowSeconds) + 1);
  const report = await leaving;
  expect(report).toMatchObject({ done: true, wrongAssertions: [] });
  expect(report.withdrawals.map(({ state }) => state)).toEqual(['finalised']);
  expect(await fixture.rollup.client.getBalance({ address: receiver })).toBe(ETHER);
}

const isPending = async (id: bigint): Promise<boolean> => (await fixture.status(id).catch(() => 0)) === PENDING;

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
  await forceWithdrawal();
  const leaving = await leave();
  await until('the assertion', () => isPending(1n));
  await challengeWrongly(1n);
  expect(leaving.waits.some((what) => what.startsWith('a dispute about assertion 1'))).toBe(true);
  await bePaid(leaving);
  expect(leaving.hindrances).toEqual([]);
  expect(await fixture.status(1n)).toBe(CONFIRMED);
  expect(await fixture.gameBalance()).toBe(0n);
});

it('puts the program on L1, which cannot judge it yet, before it stakes the bond', async () => {
  await fixture.stop();
  fixture = await DisputeFixture.start(false);
  await forceWithdrawal();
  const leaving = await leave();
  await until('the assertion', () => isPending(1n));
  await challengeWrongly(1n);
  await bePaid(leaving);
  const { sent } = await leaving.report;
  const verbs = sent.map(({ what }) => what.split(' ')[0]);
  expect(verbs.slice(0, verbs.indexOf('assert'))).toContain('registerProgram');
});

it('ends with the money and a word about what L1 refuses, which comes before it', async () => {
  const { rollup } = fixture;
  const args = [rollup.deployment.addresses.portal, 100_000n, '0x'] as const;
  const data = encodeFunctionData({ abi: messagePasserAbi, functionName: 'initiateWithdrawal', args });
  await rollup.deposit(user as never, 0n, systemAddresses.messagePasser, data);
  await forceWithdrawal();
  const leaving = await leave();
  await until('the refusal', async () => leaving.undone.length > 0);
  await fixture.passTime(Number(DEVNET_CONFIG.challengeWindowSeconds) + 1);
  const report = await leaving.report;
  expect(report).toMatchObject({
    done: false,
    waits: [],
    undone: [{ reason: expect.stringContaining('UnsafeTarget') }],
  });
  expect(report.withdrawals.map(({ state }) => state)).toEqual(['sent', 'finalised']);
  expect(await rollup.client.getBalance({ address: receiver })).toBe(ETHER);
  expect(leaving.hindrances).toEqual([]);
});

it('ends with a word about a withdrawal that its receiver refuses', async () => {
  const { client } = fixture.rollup;
  await client.setCode({ address: receiver, bytecode: REFUSING_CODE });
  await forceWithdrawal();
  const leaving = await leave();
  await until('the assertion', () => isPending(1n));
  await fixture.passTime(Number(DEVNET_CONFIG.challengeWindowSeconds) + 1);
  const report = await leaving.report;
  expect(report.withdrawals.map(({ state }) => state)).toEqual(['failed']);
  const reason = expect.stringContaining('the portal keeps the money');
  expect(report).toMatchObject({ done: false, waits: [], undone: [{ reason }] });
  expect(await client.getBalance({ address: receiver })).toBe(0n);
});

describe('where L1 is away for a while', () => {
  let endpoint: AbsentEndpoint;
  beforeEach(async () => {
    endpoint = await startAbsentEndpoint(fixture.rollup.anvil.url);
  });
  afterEach(() => endpoint.stop());

  it('says so once, defends the assertion when it is back, and the money arrives', async () => {
    await forceWithdrawal();
    const leaving = await leave({ url: endpoint.url });
    await until('the assertion', () => isPending(1n));
    endpoint.isAway = () => true;
    await until('the outage', async () => leaving.hindrances.length > 0);
    endpoint.isAway = () => false;
    await challengeWrongly(1n);
    await bePaid(leaving);
    expect(leaving.hindrances).toEqual([expect.stringContaining('no L1 endpoint answered'), undefined]);
  });

  it('waits for a batch that nobody has, and derives it when somebody has, though L1 stands still', async () => {
    await forceWithdrawal(() => fixture.rollup.postPayload(Uint8Array.of(1), 'blobs'));
    endpoint.isAway = (method) => method === 'anvil_getBlobsByTransactionHash';
    const leaving = await leave({ url: endpoint.url });
    await until('the missing blob', async () => leaving.hindrances.length > 0);
    endpoint.isAway = () => false;
    await until('the assertion', () => isPending(1n));
    await bePaid(leaving);
    expect(leaving.hindrances).toEqual([expect.stringMatching(/payload of item 0: blob .* is unavailable/), undefined]);
  });
});

it('stands behind the claim of another with an own bond where it may, and is paid though he gives up', async () => {
  await forceWithdrawal();
  const first = await fixture.assertEnd(await fixture.truth());
  const own = first + 1n;
  const leaving = await leave({ maximumBond: DEVNET_CONFIG.assertionBondWei, ownBond: true });
  await until('the own bond', () => isPending(own));
  await giveUp(first);
  expect(await fixture.status(first)).toBe(OUTLIVED);
  await bePaid(leaving);
  expect([await fixture.status(first), await fixture.status(own)]).toEqual([CONFIRMED, CONFIRMED]);
  await expect(fixture.status(own + 1n)).rejects.toThrow('UnknownAssertion');
});
