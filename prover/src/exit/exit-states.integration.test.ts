import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { USUAL_WITHDRAWAL_GAS } from '@metachain/bridge';
import { rollupAbi } from '@metachain/contracts';
import { tokenAddress } from '@metachain/program';
import { encodeFunctionData, type Hash, zeroHash } from 'viem';

import { ExitError, TraceMismatchError } from '../errors.js';
import { assembleOn } from '../testing/assemble-on.js';
import { ETHER, TestRollup, users } from '../testing/test-rollup.js';
import type { Assertion } from '../watch/assertions.js';
import { deriveOnce } from '../watch/follow.js';
import type { Prover } from '../watch/prover.js';
import { ExitCalls } from './exit-calls.js';
import { Exit, type ExitOptions } from './exit.js';
import { forcedWithdrawalCall } from './forced-withdrawal.js';
import { withdrawalsIn } from './withdrawals.js';

jest.setTimeout(90_000);

const [alice, bob] = users as [(typeof users)[0], (typeof users)[0]];
const HOUR = 3_700;

let rollup: TestRollup;
beforeEach(async () => {
  rollup = await TestRollup.start();
}, 60_000);
afterEach(() => rollup.anvil.stop());

/** Lets every bond be staked: the program is not on this L1. */
const careless = { missing: async () => undefined };

/** Every call is a fresh node that knows nothing but L1. */
const exit = async (account = alice, derived = (_: Prover) => {}, guard: ExitOptions['guard'] = careless) => {
  const prover = await assembleOn(rollup, { config: rollup.config({ keepGoing: true }) });
  const { addresses } = rollup.deployment;
  const send = ({ to, data, value }: { to: Hash; data: Hash; value: bigint }) => rollup.send(account, to, data, value);
  const side = { account: account.address, guard, nonce: async () => 0, send };
  const choice = { receivedFrom: [], maximumGas: USUAL_WITHDRAWAL_GAS };
  const leaving = new Exit({ prover, addresses, pollMilliseconds: 20, ...choice, ...side });
  await deriveOnce(prover);
  derived(prover.prover);
  return leaving.run();
};

const force = async (amount: bigint, account = alice) => {
  const data = forcedWithdrawalCall({ amount, to: account.address });
  await rollup.send(account, rollup.deployment.addresses.portal, data);
};

/** A withdrawal of alice in a block of the producer, posted. */
const withdraw = async () => {
  await rollup.deposit(alice, 2n * ETHER);
  const operation = { type: 'Withdraw', token: tokenAddress(0), to: alice.address, amount: ETHER } as const;
  const block = await rollup.build([await rollup.packed(alice, 0n, [operation])], { delayed: 1n });
  const [sent] = withdrawalsIn(rollup.engine.records, block.sealed.number);
  await rollup.post([block.bytes]);
  return sent!;
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

const stored = (id: bigint) =>
  rollup.client.readContract({
    address: rollup.deployment.addresses.rollup,
    abi: rollupAbi,
    functionName: 'assertion',
    args: [id],
  });

/** Another bond behind an assertion, however much was built on it since. */
const copy = async (id: bigint) => {
  const { client, deployment } = rollup;
  const event = { address: deployment.addresses.rollup, abi: rollupAbi, eventName: 'AssertionCreated' } as const;
  const created = await client.getContractEvents({ ...event, args: { id }, fromBlock: 0n });
  const { input, value } = await client.getTransaction({ hash: created[0]!.transactionHash });
  await rollup.send(bob, deployment.addresses.rollup, input, value);
};

/** As many right assertions, each on the one before. */
const assertRow = async (count: number) => {
  for (let made = 0; made < count; made++) {
    await rollup.appendEmpty();
    await rollup.assertState();
  }
};

const confirm = async (id: bigint) => {
  const { to, data } = new ExitCalls(rollup.deployment.addresses).confirm(id);
  await rollup.send(bob, to, data);
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

  it('does not take for right what lost its bond while a copy of the same lie stands', async () => {
    await withdraw();
    await rollup.assertState({ stateRoot: zeroHash });
    const lost = await rollup.repeatAssertion(bob);
    await lose(lost);
    // As the agent does that has won the game.
    const report = await exit(alice, (prover) => prover.dismissWrong(lost));
    expect(verbs(report)).toEqual(['assert', 'prove']);
    expect(report.waits[0]!.what).toContain('a dispute about assertion 3 is decided');
  });

  it('leads one withdrawal after the other, each on the assertion that covers it', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await force(ETHER);
    await pass(HOUR);
    await rollup.appendEmpty();
    expect(verbs(await exit(bob))).toEqual([]);
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    await force(ETHER / 2n);
    await pass(HOUR);
    expect(verbs(await exit())).toEqual(['append', 'confirm', 'finalise', 'assert', 'prove']);
    await pass(1_000);
    expect(await exit()).toMatchObject({ done: true });
  });

  it('proves from the state of an older assertion, after the chain went on', async () => {
    const sent = await withdraw();
    await rollup.assertState();
    const transfer = { type: 'Transfer', token: tokenAddress(1), to: bob.address, amount: 5n } as const;
    await rollup.post([(await rollup.build([await rollup.packed(alice, 1n, [transfer])])).bytes]);
    const report = await exit();
    expect(verbs(report)).toEqual(['prove']);
    expect(report.withdrawals).toMatchObject([{ hash: sent.hash, state: 'proven' }]);
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
    await withdraw();
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    await pass(1_000);
    expect(verbs(await exit())).toEqual(['confirm', 'finalise']);
  });

  it('proves again when somebody had proven the withdrawal on a lie', async () => {
    const sent = await withdraw();
    await rollup.assertState();
    await rollup.appendEmpty();
    const lie = { stateRoot: rollup.engine.stateRoot(), headerHash: `0x${'99'.repeat(32)}` as const };
    const id = await rollup.assertState(lie);
    const calls = new ExitCalls(rollup.deployment.addresses);
    const { to, data } = calls.prove(sent, { ...lie, id } as Assertion, rollup.engine);
    await rollup.send(bob, to, data);
    expect((await exit()).waits[0]!.what).toBe('the window of assertion 1 ends');
    await pass(1_000);
    const report = await exit();
    expect(verbs(report)).toEqual(['confirm', 'prove', 'finalise']);
    expect(report).toMatchObject({ done: true, wrongAssertions: [id] });
  });

  it('claims and proves anew when a right assertion fell because nobody played its games', async () => {
    await withdraw();
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    await lose(1n);
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
  });

  it('proves anew, once its claim is confirmed, where the proof stands on a branch whose root fell', async () => {
    const sent = await withdraw();
    const root = await rollup.assertState();
    await rollup.appendEmpty();
    await rollup.assertState();
    await rollup.appendEmpty();
    const id = await rollup.assertState();
    const engine = rollup.engine;
    const claimed = { stateRoot: engine.stateRoot(), headerHash: engine.head.hash };
    const { to, data } = new ExitCalls(rollup.deployment.addresses).prove(
      sent,
      { ...claimed, id } as Assertion,
      engine,
    );
    await rollup.send(bob, to, data);
    await lose(root);
    expect(verbs(await exit())).toEqual(['assert']);
    await pass(1_000);
    const report = await exit();
    expect(verbs(report)).toEqual(['confirm', 'prove', 'finalise']);
    expect(report.done).toBe(true);
  });

  it('is paid through its own copy, and takes the bond of another back, when who claimed first gives up', async () => {
    await withdraw();
    const first = await rollup.assertState();
    const [own, more] = [await rollup.repeatAssertion(alice), await rollup.repeatAssertion(alice)];
    expect(verbs(await exit())).toEqual(['prove']);
    await lose(first);
    expect((await exit()).waits.map(({ what }) => what)).toEqual([`the window of assertion ${own} ends`]);
    await pass(1_000);
    const report = await exit();
    expect(report.sent.map(({ what }) => what.replace(/0x\w+/, 'it'))).toEqual([
      `confirm assertion ${own}`,
      'finalise withdrawal it',
      `return the bond of assertion ${more}`,
    ]);
    expect(report.done).toBe(true);
    expect(await rollup.client.getBalance({ address: rollup.deployment.addresses.rollup })).toBe(0n);
  });

  it('claims on the original where the newest right assertion is a copy', async () => {
    await rollup.appendEmpty();
    const first = await rollup.assertState();
    await rollup.repeatAssertion(bob);
    await withdraw();
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    expect(await stored(first + 2n)).toMatchObject({ parent: Number(first), original: 0 });
  });

  it('claims on what goes furthest, with one bond, where a copy of an old claim is newer', async () => {
    await assertRow(3);
    await copy(1n);
    await withdraw();
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    expect([await stored(4n), await stored(5n)]).toMatchObject([{ original: 1 }, { parent: 3, original: 0 }]);
  });

  it('claims on the newest confirmed assertion where a copy of an older one is newer', async () => {
    await assertRow(2);
    await copy(1n);
    await pass(1_000);
    await confirm(1n);
    await confirm(2n);
    await withdraw();
    expect(verbs(await exit())).toEqual(['assert', 'prove']);
    expect(await stored(4n)).toMatchObject({ parent: 2, original: 0 });
  });

  it('stakes nothing on a state that the stepper does not come to', async () => {
    await withdraw();
    const missing = () => Promise.reject(new TraceMismatchError('replay and the stepper disagree about item 1'));
    await expect(exit(alice, undefined, { missing })).rejects.toThrow(TraceMismatchError);
    await expect(stored(1n)).rejects.toThrow('UnknownAssertion');
  });

  it('proves nothing that is not in the state', async () => {
    const sent = await withdraw();
    const other = { ...sent, hash: zeroHash };
    const calls = new ExitCalls(rollup.deployment.addresses);
    expect(() => calls.prove(other, { id: 1n } as Assertion, rollup.engine)).toThrow(ExitError);
  });
});
