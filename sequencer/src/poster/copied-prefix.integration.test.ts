import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { zeroAddress } from 'viem';
import { type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { judgeL1 } from '../testing/l1-judge.js';
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

/** All of the node's chain is on L1, and L1 makes the same of it, block by block. */
async function agreesWithL1() {
  await node.until('everything on L1', async () => {
    const { head, safe } = await headsOf(node);
    return head === safe;
  });
  const judged = await judgeL1(devnet);
  const { head } = await headsOf(node);
  expect(judged.at(-1)!.number).toBe(head);
  for (const { number, hash, stateRoot } of judged)
    expect(await l2(node).getBlock({ blockNumber: number })).toMatchObject({ hash, stateRoot });
  return head;
}

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

it('goes on where a stranger posted the first block of a batch before the batch', async () => {
  await outrun();
  await node.until('the first block on L1', async () => (await headsOf(node)).safe === 1n);
  await sendInBlock(node);
  const head = await agreesWithL1();
  expect(await l2(node).getBalance({ address: zeroAddress })).toBe(4n);
  // What the node has already need not be made again.
  expect(node.log.filter(({ event }) => event === 'blocks_taken_from_l1')).toEqual([]);

  await node.stop('SIGKILL');
  node = await startNode(devnet.configFile);
  await node.ready();
  await node.until('what was on L1', async () => (await headsOf(node)).safe === head);
  await sendInBlock(node);
  expect(await agreesWithL1()).toBe(head + 1n);
});

it('and where the stranger does so after a reorganisation of L1 dropped the batch', async () => {
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
  await node.until('the reorganisation', async () => node.log.some(({ event }) => event === 'batches_undone'));
  await sendInBlock(node);
  await agreesWithL1();
  expect(await l2(node).getBalance({ address: zeroAddress })).toBe(4n);
});

async function batchOnL1() {
  const { transactions } = await devnet.l1.getBlock({ includeTransactions: true });
  return transactions.find(({ to }) => to?.toLowerCase() === devnet.deployment.addresses.inbox.toLowerCase())!;
}
