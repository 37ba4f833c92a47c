import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ASSERTION_STATUS, DEVNET_CONFIG, inboxAbi, rollupAbi } from '@metachain/contracts';
import { developer, type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { allocation, send } from '../testing/l2-user.js';
import { passTime, StrangeAsserter } from './testing/strange-asserter.js';

const WINDOW = Number(DEVNET_CONFIG.challengeWindowSeconds);
const PROPOSER = developer(6).address;

let devnet: Devnet;
let node: NodeProcess;
let stranger: StrangeAsserter;

const rollup = () => ({ address: devnet.deployment.addresses.rollup, abi: rollupAbi }) as const;
const count = () => devnet.l1.readContract({ ...rollup(), functionName: 'assertionCount' });
const latestConfirmed = () => devnet.l1.readContract({ ...rollup(), functionName: 'latestConfirmed' });
const assertion = (id: bigint) => devnet.l1.readContract({ ...rollup(), functionName: 'assertion', args: [id] });
const statusOf = async (id: bigint) => (await assertion(id)).status;
const itemCount = () =>
  devnet.l1.readContract({
    address: devnet.deployment.addresses.inbox,
    abi: inboxAbi,
    functionName: 'itemCount',
  });

/** One more block. */
const transfer = async () => {
  await node.ready();
  await send(node);
};

const transferAndPost = async () => {
  await node.ready();
  const items = await itemCount();
  await transfer();
  await node.until('the batch', async () => (await itemCount()) > items);
};

const restart = async () => {
  await node.stop('SIGTERM');
  node = await startNode(devnet.configFile);
};

/** A stranger claims the truth before the proposer does, which pauses after a claim of its own. Returns his claim and the proposer's. */
const strangerIsFirst = async () => {
  await restart();
  const before = await count();
  await transferAndPost();
  await node.until('an assertion', async () => (await count()) > before);
  await transferAndPost();
  const first = await stranger.assert((await count()) - 1n, node.url);
  await node.until('a bond of its own', async () => (await count()) > first + 1n);
  return { first, own: first + 1n };
};

beforeAll(async () => {
  const settings = { proposer: { intervalSeconds: 60, withdrawalSeconds: 60 } };
  devnet = await startDevnet(settings, [allocation]);
  node = await startNode(devnet.configFile);
  stranger = new StrangeAsserter(devnet);
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

describe('a proposer that is not the first to claim the truth', () => {
  it('puts one bond of its own behind the claim, and takes it back when another bond confirmed it', async () => {
    const { first, own } = await strangerIsFirst();
    expect(await assertion(own)).toMatchObject({ original: Number(first), bondOwner: PROPOSER });
    await passTime(devnet, WINDOW + 1);
    await stranger.confirm(first - 1n);
    await stranger.confirm(first);
    await node.until('the return of the bond', async () => (await statusOf(own)) === ASSERTION_STATUS.confirmed);
    expect(await count()).toBe(own + 1n);
    expect(await devnet.l1.getBalance({ address: rollup().address })).toBe(0n);
  }, 300_000);

  it('confirms it although the first owner loses to himself, and goes on from there, over a restart', async () => {
    const { first, own } = await strangerIsFirst();
    await node.stop('SIGTERM');
    await stranger.loseOnPurpose(first);
    expect(await statusOf(first)).toBe(ASSERTION_STATUS.outlived);
    node = await startNode(devnet.configFile);
    await transferAndPost();
    await node.until('the confirmation', async () => (await latestConfirmed()) === first);
    expect([await statusOf(first), await statusOf(own)]).toEqual([
      ASSERTION_STATUS.confirmed,
      ASSERTION_STATUS.confirmed,
    ]);
    await node.until('the next assertion', async () => (await count()) > own + 1n);
    expect(await assertion(own + 1n)).toMatchObject({ original: 0, parent: Number(first), bondOwner: PROPOSER });
    expect(await devnet.l1.getBalance({ address: rollup().address })).toBe(DEVNET_CONFIG.assertionBondWei);
  }, 300_000);
});
