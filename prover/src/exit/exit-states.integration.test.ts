import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { optimismPortalAbi, rollupAbi } from '@metachain/contracts';
import { tokenAddress } from '@metachain/program';
import { encodeFunctionData, type Hash, zeroHash } from 'viem';

import { ExitError } from '../errors.js';
import { ProverMetrics } from '../metrics/metrics.js';
import { ETHER, program, PROGRAM_HASH, TestRollup, users } from '../testing/test-rollup.js';
import { assembleProver } from '../watch/assemble.js';
import { Exit } from './exit.js';
import { forcedWithdrawalCall } from './forced-withdrawal.js';

jest.setTimeout(90_000);

const [alice, bob] = users as [(typeof users)[0], (typeof users)[0]];
const HOUR = 3_700;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined, fatal: () => undefined };

let rollup: TestRollup;
beforeEach(async () => {
  rollup = await TestRollup.start();
}, 60_000);
afterEach(() => rollup.anvil.stop());

/** Every call is a fresh node that knows nothing but L1. */
const exit = async (account = alice) => {
  const prover = await assembleProver({
    config: rollup.config({ keepGoing: true }),
    genesis: rollup.genesis,
    program: { module: program.module, hash: PROGRAM_HASH },
    metrics: new ProverMetrics('test', false),
    log: quiet,
  });
  const { addresses } = rollup.deployment;
  const send = ({ to, data, value }: { to: Hash; data: Hash; value: bigint }) => rollup.send(account, to, data, value);
  return new Exit({ prover, addresses, account: account.address, send }).run();
};

const force = async (amount: bigint, account = alice) => {
  const data = forcedWithdrawalCall({ amount, to: account.address });
  await rollup.send(account, rollup.deployment.addresses.portal, data);
};

const pass = async (seconds: number) => {
  await rollup.client.increaseTime({ seconds });
  await rollup.client.mine({ blocks: 1 });
};

const verbs = (report: { sent: readonly { what: string }[] }) => report.sent.map(({ what }) => what.split(' ')[0]);

/** The dispute game decides against an assertion. */
const lose = async (id: bigint) => {
  const { disputeGame } = rollup.deployment.dispute;
  await rollup.client.impersonateAccount({ address: disputeGame });
  await rollup.client.setBalance({ address: disputeGame, value: ETHER });
  const data = encodeFunctionData({ abi: rollupAbi, functionName: 'onGameLost', args: [id, bob.address] });
  const hash = await rollup.client.sendTransaction({
    account: disputeGame,
    chain: null,
    to: rollup.deployment.addresses.rollup,
    data,
  });
  expect((await rollup.client.waitForTransactionReceipt({ hash })).status).toBe('success');
};

describe('an exit', () => {
  it('waits for the hour, and says until when', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await force(ETHER);
    const { timestamp } = await rollup.client.getBlock();
    const report = await exit();
    expect(report).toMatchObject({ sent: [], done: false });
    expect(report.waits).toEqual([{ what: 'message 0 becomes overdue', notBefore: expect.any(BigInt) }]);
    expect(report.waits[0]!.notBefore! - timestamp).toBeLessThanOrEqual(3_601n);
  });

  it('claims beside a lie where the lie chose to end, and waits until the lie has fallen', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await force(ETHER);
    await pass(HOUR);
    await rollup.appendEmpty();
    const lie = await rollup.assertState({ stateRoot: zeroHash });
    const report = await exit();
    expect(verbs(report)).toEqual(['assert', 'prove']);
    expect(report.wrongAssertions).toEqual([lie]);
    await pass(1_000);
    const stuck = await exit();
    expect(stuck.sent).toEqual([]);
    expect(stuck.waits[0]).toEqual({
      what: 'a dispute about assertion 2 is decided (1 siblings, 0 games)',
      notBefore: undefined,
    });
    await lose(lie);
    const paid = await exit();
    expect(verbs(paid)).toEqual(['confirm', 'finalise']);
    expect(paid).toMatchObject({ done: true, wrongAssertions: [] });
  });

  it('proves from the state of an assertion that is not the newest', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await force(ETHER);
    await pass(HOUR);
    await rollup.appendEmpty();
    expect(verbs(await exit(bob))).toEqual([]);
    const first = await exit();
    expect(verbs(first)).toEqual(['assert', 'prove']);
    // The chain goes on; another withdrawal of the same account is in a later state.
    await force(ETHER / 2n);
    await pass(HOUR);
    const second = await exit();
    expect(verbs(second)).toEqual(['append', 'confirm', 'finalise', 'assert', 'prove']);
    await pass(1_000);
    expect(await exit()).toMatchObject({ done: true });
  });

  it('goes back to an older state when the assertion to prove on is not the newest', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await force(ETHER);
    await pass(HOUR);
    await rollup.appendEmpty();
    await exit(alice).then((report) => expect(verbs(report)).toEqual(['assert', 'prove']));
    await force(ETHER, bob);
    const before = await rollup.client.getBalance({ address: bob.address });
    await rollup.deposit(bob, 2n * ETHER);
    await pass(HOUR);
    await rollup.appendEmpty();
    const reports = [await exit(bob), await (pass(1_000), exit(bob))];
    expect(reports.flatMap(verbs)).toEqual(['assert', 'prove', 'confirm', 'confirm', 'finalise']);
    expect(await rollup.client.getBalance({ address: bob.address })).toBeLessThan(before);
  });

  it('reports a message that withdrew nothing, and has nothing to wait for', async () => {
    await rollup.deposit(alice, ETHER);
    await force(10_000n * ETHER);
    await pass(HOUR);
    const report = await exit();
    expect(verbs(report)).toEqual(['append']);
    expect(report).toMatchObject({ withdrawals: [], done: true });
    expect(report.messages.map(({ state }) => state)).toEqual(['executed', 'executed']);
  });

  it('takes a withdrawal that was made on L2 and posted before the operators stopped', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    const operation = { type: 'Withdraw', token: tokenAddress(0), to: alice.address, amount: ETHER } as const;
    const block = await rollup.build([await rollup.packed(alice, 0n, [operation])], { delayed: 1n });
    await rollup.post([block.bytes]);
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    await pass(1_000);
    expect(verbs(await exit())).toEqual(['confirm', 'finalise']);
  });

  it('proves again when somebody had proven the withdrawal on a lie', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await force(ETHER);
    await pass(HOUR);
    await rollup.appendEmpty();
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    const abi = optimismPortalAbi;
    const { portal } = rollup.deployment.addresses;
    const [hash] = (await exit()).withdrawals.map((withdrawal) => withdrawal.hash);
    const [, , output] = await rollup.client.readContract({
      address: portal,
      abi,
      functionName: 'provenWithdrawals',
      args: [hash!],
    });
    expect(output).toBe(1n);
    await lose(1n);
    // The right assertion fell because nobody played for it: the exit claims anew and proves on that.
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
  });

  it('is an error, not a wait, when nothing can be claimed', () => {
    expect(new ExitError('no claim').code).toBe(501);
  });
});
