import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { finalisationGas, L1Account, USUAL_WITHDRAWAL_GAS } from '@metachain/bridge';
import { REFUSING_CODE, TWO_FACED_CODE } from '@metachain/bridge/testing';
import { optimismPortalAbi } from '@metachain/contracts';
import { messagePasserAbi, messengerAbi, systemAddresses, tokenAddress } from '@metachain/program';
import { type Address, encodeFunctionData, type Hash, type Hex } from 'viem';

import { assembleOn } from '../testing/assemble-on.js';
import { keyAccount } from '../testing/dispute-fixture.js';
import { ETHER, TestRollup } from '../testing/test-rollup.js';
import { deriveOnce } from '../watch/follow.js';
import { Exit, type ExitOptions } from './exit.js';
import { type SentWithdrawal, withdrawalsIn } from './withdrawals.js';

jest.setTimeout(120_000);

const GWEI = 10n ** 9n;
const HOUR = 3_700;
const MOST_PROMISED = 12_000_000n;
const LONGEST_DATA: Hex = `0x${'ff'.repeat(3_776)}`;
const [alice, bob] = [3, 4].map(keyAccount) as [Account, Account];
type Account = ReturnType<typeof keyAccount>;
const receiver: Address = '0x00000000000000000000000000000000feed0003';
/** A contract that goes round in a circle until its gas is used up. */
const burner: Address = '0x00000000000000000000000000000000b0120e45';
const CIRCLE = '0x5b600056';

let rollup: TestRollup;
beforeEach(async () => {
  rollup = await TestRollup.start();
  await rollup.client.setCode({ address: burner, bytecode: CIRCLE });
}, 60_000);
afterEach(() => rollup.anvil.stop());

/** A run of alice's, who sends as the command does and knows nothing but L1. */
async function exit(choice: Partial<ExitOptions> = {}) {
  const prover = await assembleOn(rollup, { config: rollup.config({ keepGoing: true }) });
  const account = new L1Account({
    source: prover.source,
    account: alice,
    chainId: 31_337,
    limits: { maxFee: 500n * GWEI, maxBlobFee: GWEI },
    pollMilliseconds: 20,
    resubmitMilliseconds: 10_000,
    onEvent: () => undefined,
  });
  const { signal } = new AbortController();
  const leaving = new Exit({
    prover,
    addresses: rollup.deployment.addresses,
    account: alice.address,
    receivedFrom: [],
    maximumGas: USUAL_WITHDRAWAL_GAS,
    pollMilliseconds: 20,
    guard: { missing: async () => undefined },
    nonce: () => account.nonce(),
    send: async (call) => (await account.transact(call, async () => undefined, signal)).hash,
    ...choice,
  });
  await deriveOnce(prover);
  return leaving.run();
}

interface Wish {
  readonly target: Address;
  readonly gasLimit?: bigint;
  readonly data?: Hex;
  readonly value?: bigint;
}

/** A forced message that withdraws. */
async function force(from: Account, { target, gasLimit = 100_000n, data = '0x', value = 0n }: Wish) {
  const args = [target, gasLimit, data] as const;
  const call = encodeFunctionData({ abi: messagePasserAbi, functionName: 'initiateWithdrawal', args });
  await rollup.deposit(from as never, value, systemAddresses.messagePasser, call, value);
}

/** A forced message that withdraws ether through the messenger. */
async function forceMessage(from: Account, { target, data = '0x', value = 0n }: Wish) {
  const args = [target, data, 0] as const;
  const call = encodeFunctionData({ abi: messengerAbi, functionName: 'sendMessage', args });
  await rollup.deposit(from as never, value, systemAddresses.messenger, call, value);
}

/** Withdrawals of a stranger in blocks of the producer, posted. */
async function flood(wishes: readonly Address[]) {
  const operations = wishes.map((to) => ({ type: 'Withdraw', token: tokenAddress(0), to, amount: 1n }) as const);
  const blocks: Uint8Array[] = [];
  const found: SentWithdrawal[] = [];
  for (let first = 0; first < operations.length; first += 8) {
    const entry = await rollup.packed(bob as never, BigInt(first / 8), operations.slice(first, first + 8));
    const { bytes, sealed } = await rollup.build([entry]);
    blocks.push(bytes);
    found.push(...withdrawalsIn(rollup.engine.records, sealed.number));
  }
  await rollup.post(blocks);
  return found;
}

const pass = async (seconds: number) => {
  await rollup.client.increaseTime({ seconds });
  await rollup.client.mine({ blocks: 1 });
};

const verbs = (report: { sent: readonly { what: string }[] }) => report.sent.map(({ what }) => what.split(' ')[0]);

/** Both sittings of an exit, an hour and a window after what was forced. */
async function leave(choice: Partial<ExitOptions> = {}) {
  await pass(HOUR);
  const first = await exit(choice);
  await pass(1_000);
  return [first, await exit(choice)] as const;
}

const balance = () => rollup.client.getBalance({ address: receiver });

/** How many withdrawals were proven on L1, by whomever. */
async function proven(): Promise<number> {
  const event = { address: rollup.deployment.addresses.portal, abi: optimismPortalAbi, fromBlock: 0n } as const;
  return (await rollup.client.getContractEvents({ ...event, eventName: 'WithdrawalProven' })).length;
}

const gasOf = async (sent: readonly { readonly what: string; readonly hash: Hash }[], verb: string) => {
  const { hash } = sent.find(({ what }) => what.startsWith(verb))!;
  return (await rollup.client.getTransactionReceipt({ hash })).gasUsed;
};

describe('withdrawals of strangers', () => {
  it.each<[string, () => Wish]>([
    ['that L1 refuses for ever', () => ({ target: rollup.deployment.addresses.portal, data: alice.address })],
    ['that burns gas', () => ({ target: burner, gasLimit: MOST_PROMISED, data: alice.address })],
    ['that pays a little', () => ({ target: alice.address, value: 1n })],
  ])('forced before that of a user, one %s, neither keep him from his money nor are paid by him', async (_, wish) => {
    await force(bob, wish());
    await force(alice, { target: receiver, value: ETHER });
    const [first, second] = await leave();
    expect([verbs(first), verbs(second)]).toEqual([
      ['append', 'assert', 'prove'],
      ['confirm', 'finalise'],
    ]);
    expect(second).toMatchObject({ done: true, undone: [] });
    expect(await balance()).toBe(ETHER);
    expect(await proven()).toBe(1);
  });

  it('in a flood neither end nor bill an exit', async () => {
    const found = await flood(Array.from({ length: 264 }, () => alice.address));
    expect(found).toHaveLength(264);
    await force(alice, { target: receiver, value: ETHER });
    const [first, second] = await leave();
    expect(first.sent.length + second.sent.length).toBe(5);
    expect(second).toMatchObject({ done: true, notTaken: 264 });
    expect(await balance()).toBe(ETHER);
  });

  it('to the account are taken where it names who withdrew, after its own', async () => {
    await flood([alice.address, receiver]);
    // What genesis gave the stranger nobody deposited.
    await rollup.client.setBalance({ address: rollup.deployment.addresses.portal, value: ETHER });
    await force(alice, { target: receiver, value: ETHER });
    const [first, second] = await leave({ receivedFrom: [bob.address] });
    expect(verbs(first)).toEqual(['append', 'assert', 'prove', 'prove']);
    expect(verbs(second)).toEqual(['confirm', 'finalise', 'finalise']);
    expect(second.withdrawals.map(({ value }) => value)).toEqual([ETHER, 1n]);
    expect(second).toMatchObject({ done: true, notTaken: 0 });
    expect(await proven()).toBe(2);
  });
});

describe('withdrawals of the account', () => {
  it('that L1 refuses are reported, and the others go on', async () => {
    await force(alice, { target: rollup.deployment.addresses.portal });
    await force(alice, { target: receiver, value: ETHER });
    const [first, second] = await leave();
    expect([verbs(first), verbs(second)]).toEqual([
      ['append', 'assert', 'prove'],
      ['confirm', 'finalise'],
    ]);
    const what = expect.stringMatching(/^prove withdrawal/);
    expect(second).toMatchObject({
      done: false,
      waits: [],
      undone: [{ what, reason: expect.stringContaining('UnsafeTarget'), withdrawal: second.withdrawals[0]!.hash }],
    });
    expect(await balance()).toBe(ETHER);
  });

  it('that ask for much gas wait for the word of their owner, and the others go on', async () => {
    await force(alice, { target: receiver, gasLimit: MOST_PROMISED, value: 1n });
    await force(alice, { target: receiver, value: ETHER });
    const [, second] = await leave();
    expect(second.undone).toMatchObject([{ reason: expect.stringContaining('--maximum-gas 12000000') }]);
    expect(await balance()).toBe(ETHER);
    const third = await exit({ maximumGas: MOST_PROMISED });
    expect(verbs(third)).toEqual(['prove', 'finalise']);
    expect(third).toMatchObject({ done: true });
    expect(await balance()).toBe(ETHER + 1n);
  });

  it('whose receivers burn gas cost no more than the limit, and the others go on', async () => {
    await force(alice, { target: burner, gasLimit: 0n });
    await force(alice, { target: receiver, value: ETHER });
    const [, second] = await leave();
    expect(second.undone).toMatchObject([{ what: expect.stringMatching(/^finalise/) }]);
    expect(await balance()).toBe(ETHER);
    const third = await exit({ maximumGas: 2n * USUAL_WITHDRAWAL_GAS });
    expect(third.withdrawals.map(({ state }) => state)).toEqual(['failed', 'finalised']);
    expect(third).toMatchObject({ done: false, undone: [{ what: expect.stringMatching(/^retry/) }] });
    expect(await gasOf(third.sent, 'finalise')).toBeLessThanOrEqual(finalisationGas(2n * USUAL_WITHDRAWAL_GAS));
  });

  it.each([
    ['portal', force],
    ['messenger', forceMessage],
  ])(
    'whose receivers refuse them stay failed with the %s, and are paid once they are taken',
    async (keeper, sending) => {
      await rollup.client.setCode({ address: receiver, bytecode: REFUSING_CODE });
      await sending(alice, { target: receiver, value: ETHER });
      const [, second] = await leave();
      expect(verbs(second)).toEqual(['confirm', 'finalise']);
      const { hash: withdrawal } = second.withdrawals[0]!;
      const what = `retry withdrawal ${withdrawal.slice(0, 10)}`;
      const reason = expect.stringMatching(
        `CallFailedInEstimation\\) and the ${keeper} keeps the money: .* run exit again`,
      );
      const failed = {
        done: false,
        waits: [],
        undone: [{ what, reason, withdrawal }],
        withdrawals: [{ state: 'failed' }],
      };
      expect(second).toMatchObject(failed);
      expect(await exit()).toMatchObject({ ...failed, sent: [] });
      await rollup.client.setCode({ address: receiver, bytecode: '0x' });
      const paid = await exit();
      expect(paid).toMatchObject({ done: true, sent: [{ what }], withdrawals: [{ state: 'finalised' }] });
      expect(await balance()).toBe(ETHER);
      expect(await exit()).toMatchObject({ done: true, sent: [] });
    },
  );

  it('whose receivers take them in estimates only are retried once', async () => {
    await rollup.client.setCode({ address: receiver, bytecode: TWO_FACED_CODE });
    await force(alice, { target: receiver, value: ETHER });
    const [, second] = await leave();
    expect(verbs(second)).toEqual(['confirm', 'finalise', 'retry']);
    expect(second.undone).toMatchObject([{ reason: expect.stringContaining('it was tried, and failed again') }]);
  });

  it('of the longest data that ask for the most that is usual are finalised', async () => {
    await force(alice, { target: receiver, gasLimit: USUAL_WITHDRAWAL_GAS, data: LONGEST_DATA, value: ETHER });
    const [, second] = await leave();
    expect(second.done).toBe(true);
    expect(await balance()).toBe(ETHER);
    const { hash } = second.sent.find(({ what }) => what.startsWith('finalise'))!;
    const { gas } = await rollup.client.getTransaction({ hash });
    expect(gas).toBeLessThanOrEqual(finalisationGas(USUAL_WITHDRAWAL_GAS));
  });
});
