import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { zeroAddress } from 'viem';
import { expectAgreement } from '../testing/agreement.js';
import { type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { allocation, headsOf, l2, sendInBlock } from '../testing/l2-user.js';
import { Stranger } from '../testing/stranger.js';

jest.setTimeout(300_000);

let devnet: Devnet;
let node: NodeProcess;
let stranger: Stranger;

beforeEach(async () => {
  const settings = { poster: { data: 'calldata', intervalSeconds: 3 }, proposer: { enabled: false } };
  devnet = await startDevnet(settings, [allocation]);
  stranger = new Stranger(devnet);
  node = await startNode(devnet.configFile);
  await node.ready();
});
afterEach(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

/** Ends the node between two steps and starts it again; it may not even have seen the last one. */
async function killed() {
  await node.stop('SIGKILL');
  node = await startNode(devnet.configFile);
  await node.ready();
}

const agreesWithL1 = () => expectAgreement(node, devnet);

/** The batch that waits on L1, with a prefix of it in front. */
async function outrun() {
  await stranger.test.setAutomine(false);
  for (let count = 0; count < 3; count++) await sendInBlock(node);
  const batch = await node.until('a pending batch', () => stranger.pendingBatch());
  expect(Stranger.blocksIn(batch[4])).toBeGreaterThan(1);
  await stranger.post(batch, Stranger.prefix(batch[4], 1));
  await stranger.test.mine({ blocks: 1 });
  await stranger.test.setAutomine(true);
  return batch;
}

it.each([
  ['', false],
  [', and is killed before it may see that', true],
])('goes on where a stranger posted the first block of a batch before the batch%s', async (_also, dies) => {
  await outrun();
  if (dies) await killed();
  await node.until('the first block on L1', async () => (await headsOf(node)).safe === 1n);
  await sendInBlock(node);
  const head = await agreesWithL1();
  expect(await l2(node).getBalance({ address: zeroAddress })).toBe(4n);
  // What the node has already need not be made again.
  expect(node.log.filter(({ event }) => event === 'blocks_taken_from_l1')).toEqual([]);

  await killed();
  await node.until('what was on L1', async () => (await headsOf(node)).safe === head);
  await sendInBlock(node);
  expect(await agreesWithL1()).toBe(head + 1n);
});

it.each([
  ['', false],
  [', and is killed in between', true],
])('plans a batch anew that waits while the stranger takes its first block%s', async (_also, dies) => {
  await stranger.test.setAutomine(false);
  for (let count = 0; count < 3; count++) await sendInBlock(node);
  const batch = await node.until('a pending batch', () => stranger.pendingBatch());
  await stranger.test.request({ method: 'anvil_dropAllTransactions' } as never);
  await stranger.post(batch, Stranger.prefix(batch[4], 1));
  await stranger.test.mine({ blocks: 1 });
  if (dies) await killed();
  else expect((await node.event('batch_given_up'))['reason']).toContain('L1 has another block before it');
  const next = await node.until('the batch planned anew', () => stranger.pendingBatch());
  expect(Stranger.blocksIn(next[4])).toBe(Stranger.blocksIn(batch[4]) - 1);
  await stranger.test.mine({ blocks: 1 });
  await stranger.test.setAutomine(true);
  await agreesWithL1();
});

it.each([
  ['', false],
  [', and is killed in between', true],
])('and where the stranger does so after a reorganisation of L1 dropped the batch%s', async (_also, dies) => {
  for (let count = 0; count < 3; count++) await sendInBlock(node);
  await agreesWithL1();
  const { input } = await batchOnL1();
  const [, , ...rest] = Stranger.argumentsOf(input);
  await stranger.test.setAutomine(false);
  await stranger.test.request({ method: 'anvil_reorg', params: [1, []] } as never);
  await stranger.test.request({ method: 'anvil_dropAllTransactions' } as never);
  const { number, hash } = await devnet.l1.getBlock();
  await stranger.post([number, hash, ...rest], Stranger.prefix(rest[2], 1));
  await stranger.test.mine({ blocks: 1 });
  await stranger.test.setAutomine(true);
  if (dies) await killed();
  else await node.until('the reorganisation', async () => node.log.some(({ event }) => event === 'batches_undone'));
  await sendInBlock(node);
  await agreesWithL1();
  expect(await l2(node).getBalance({ address: zeroAddress })).toBe(4n);
});

async function batchOnL1() {
  const { transactions } = await devnet.l1.getBlock({ includeTransactions: true });
  return transactions.find(({ to }) => to?.toLowerCase() === devnet.deployment.addresses.inbox.toLowerCase())!;
}
