import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEVNET_CONFIG, disputeGameAbi, inboxAbi, rollupAbi } from '@metachain/contracts';
import { createTestClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { developer, type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { allocation, send } from '../testing/l2-user.js';
import { passTime, StrangeAsserter } from './testing/strange-asserter.js';

const defender = privateKeyToAccount(`0x${'54'.repeat(32)}`).address;
const WINDOW = Number(DEVNET_CONFIG.challengeWindowSeconds);

const PROPOSER = developer(6).address;

let devnet: Devnet;
let node: NodeProcess;

const rollup = () => ({ address: devnet.deployment.addresses.rollup, abi: rollupAbi }) as const;
const count = () => devnet.l1.readContract({ ...rollup(), functionName: 'assertionCount' });
const latestConfirmed = () => devnet.l1.readContract({ ...rollup(), functionName: 'latestConfirmed' });
const events = (eventName: 'AssertionCreated' | 'AssertionConfirmed') =>
  devnet.l1.getContractEvents({ ...rollup(), eventName, fromBlock: devnet.deployment.l1BlockNumber, strict: true });

const delegations = () =>
  devnet.l1.getContractEvents({
    address: devnet.deployment.dispute.disputeGame,
    abi: disputeGameAbi,
    eventName: 'DelegateSet',
    fromBlock: devnet.deployment.l1BlockNumber,
    strict: true,
  });

interface Health {
  readonly dependencies: { readonly proposer: { readonly ok: boolean; readonly detail: string } };
}

const inbox = () => ({ address: devnet.deployment.addresses.inbox, abi: inboxAbi }) as const;
const itemCount = () => devnet.l1.readContract({ ...inbox(), functionName: 'itemCount' });
const assertion = (id: bigint) => devnet.l1.readContract({ ...rollup(), functionName: 'assertion', args: [id] });

/** One more block. */
const transfer = async () => {
  await node.ready();
  await send(node);
};

/** One more block, and its assertion. */
const transferAndAssert = async () => {
  await node.ready();
  const before = await count();
  await transfer();
  await node.until('an assertion', async () => (await count()) > before);
};

/** Another life of the node, in which no pause after an assertion holds it up. */
const restart = async () => {
  await node.stop('SIGTERM');
  node = await startNode(devnet.configFile);
};

const pass = (seconds: number) => passTime(devnet, seconds);

beforeAll(async () => {
  const settings = { proposer: { intervalSeconds: 60, withdrawalSeconds: 60, defender } };
  devnet = await startDevnet(settings, [allocation]);
  node = await startNode(devnet.configFile);
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

describe('the proposer', () => {
  it('confirms with its next assertion what is due, in one transaction', async () => {
    await transferAndAssert();
    await pass(WINDOW + 1);
    expect(await latestConfirmed()).toBe(0n);
    // The interval of this node is a minute; a new life of it asserts at once.
    await node.stop('SIGTERM');
    node = await startNode(devnet.configFile);
    await transferAndAssert();

    await node.until('the confirmation', async () => (await latestConfirmed()) === 1n);
    const [created, confirmed] = await Promise.all([events('AssertionCreated'), events('AssertionConfirmed')]);
    const second = created.find(({ args }) => args.id === 2n)!;
    expect(confirmed.find(({ args }) => args.id === 1n)!.transactionHash).toBe(second.transactionHash);
  }, 300_000);

  it('has named its defender before it bonded anything, once in two lives', async () => {
    const [named, created] = await Promise.all([delegations(), events('AssertionCreated')]);
    expect(named.map(({ args }) => args.mover)).toEqual([defender]);
    const first = created.find(({ args }) => args.id === 1n)!;
    expect(first.args).toMatchObject({ asserter: named[0]!.args.owner });
    expect(named[0]!.blockNumber).toBeLessThan(first.blockNumber);
    const health = (await (await fetch(`${node.url}/readyz`)).json()) as Health;
    expect(health.dependencies.proposer.ok).toBe(true);
    expect(health.dependencies.proposer.detail.toLowerCase()).toContain(`defender: ${defender.toLowerCase()}`);
  });

  it('confirms alone when an interval passed without anything to assert', async () => {
    const asserted = await count();
    await pass(WINDOW + 30);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await latestConfirmed()).toBe(asserted - 2n);
    await pass(40);
    await node.until('the confirmation', async () => (await latestConfirmed()) === asserted - 1n);
    expect(await count()).toBe(asserted);
    const [created, confirmed] = await Promise.all([events('AssertionCreated'), events('AssertionConfirmed')]);
    const hashes = created.map(({ transactionHash }) => transactionHash);
    expect(hashes).not.toContain(confirmed.find(({ args }) => args.id === asserted - 1n)!.transactionHash);
  }, 300_000);

  it('confirms, and so has its bond back, although it cannot pay for the next', async () => {
    await restart();
    await transferAndAssert();
    const newest = (await count()) - 1n;
    const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
    await test.setBalance({ address: PROPOSER, value: DEVNET_CONFIG.assertionBondWei / 2n });
    await restart();
    await transfer();
    await pass(WINDOW + 120);
    await node.until('the confirmation', async () => (await latestConfirmed()) === newest);
    await test.setBalance({ address: PROPOSER, value: 100n * DEVNET_CONFIG.assertionBondWei });
    await node.until('the next assertion', async () => (await count()) > newest + 1n);
  }, 300_000);

  it('builds on no claim that has the right root and another block number', async () => {
    const items = await itemCount();
    // The pause after the last assertion leaves time for the lie.
    await restart();
    await transferAndAssert();
    await transfer();
    await node.until('the batch', async () => (await itemCount()) > items + 1n);
    const lie = await count();
    await new StrangeAsserter(devnet).assert(lie - 1n, node.url, 1n);
    await restart();
    await node.until('an assertion beside it', async () => (await count()) > lie + 1n);
    const [wrong, right] = [await assertion(lie), await assertion(lie + 1n)];
    expect(right).toMatchObject({ parent: wrong.parent, outputRoot: wrong.outputRoot, itemIndex: wrong.itemIndex });
    expect(right.blockNumber).toBe(wrong.blockNumber + 1);
  }, 300_000);
});
