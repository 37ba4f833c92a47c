import { expect, it, jest } from '@jest/globals';
import { reorganise } from '@metachain/bridge/testing';
import { zeroAddress } from 'viem';
import { headsOf, l2, sendInBlock } from '../testing/l2-user.js';
import { Stranger } from '../testing/stranger.js';
import { StrangerScene } from '../testing/stranger-scene.js';

jest.setTimeout(300_000);

const scene = StrangerScene.forEachTest();

/** The batch that waits on L1, with a prefix of it in front. */
async function outrun() {
  await scene.stranger.test.setAutomine(false);
  for (let count = 0; count < 3; count++) await sendInBlock(scene.node);
  const batch = await scene.node.until('a pending batch', () => scene.stranger.pendingBatch());
  expect(Stranger.blocksIn(batch[4])).toBeGreaterThan(1);
  await scene.stranger.post(batch, Stranger.prefix(batch[4], 1));
  await scene.stranger.test.mine({ blocks: 1 });
  await scene.stranger.test.setAutomine(true);
  return batch;
}

it.each([
  ['', false],
  [', and is killed before it may see that', true],
])('goes on where a stranger posted the first block of a batch before the batch%s', async (_also, dies) => {
  await outrun();
  if (dies) await scene.revive();
  await scene.node.until('the first block on L1', async () => (await headsOf(scene.node)).safe === 1n);
  await sendInBlock(scene.node);
  const head = await scene.agreesWithL1();
  expect(await l2(scene.node).getBalance({ address: zeroAddress })).toBe(4n);
  // What the node has already need not be made again.
  expect(scene.node.log.filter(({ event }) => event === 'blocks_taken_from_l1')).toEqual([]);

  await scene.restart(head);
});

it.each([
  ['', false],
  [', and is killed in between', true],
])('plans a batch anew that waits while the stranger takes its first block%s', async (_also, dies) => {
  await scene.stranger.test.setAutomine(false);
  for (let count = 0; count < 3; count++) await sendInBlock(scene.node);
  const batch = await scene.node.until('a pending batch', () => scene.stranger.pendingBatch());
  await scene.stranger.test.request({ method: 'anvil_dropAllTransactions' } as never);
  await scene.stranger.post(batch, Stranger.prefix(batch[4], 1));
  await scene.stranger.test.mine({ blocks: 1 });
  if (dies) await scene.revive();
  else expect((await scene.node.event('batch_given_up'))['reason']).toContain('L1 has another block before it');
  const next = await scene.node.until('the batch planned anew', () => scene.stranger.pendingBatch());
  expect(Stranger.blocksIn(next[4])).toBe(Stranger.blocksIn(batch[4]) - 1);
  await scene.stranger.test.mine({ blocks: 1 });
  await scene.stranger.test.setAutomine(true);
  await scene.agreesWithL1();
});

it.each([
  ['', false],
  [', and is killed in between', true],
])('and where the stranger does so after a reorganisation of L1 dropped the batch%s', async (_also, dies) => {
  for (let count = 0; count < 3; count++) await sendInBlock(scene.node);
  await scene.agreesWithL1();
  const { input } = await scene.lastBatch();
  const [, , ...rest] = Stranger.argumentsOf(input);
  await scene.stranger.test.setAutomine(false);
  await reorganise(scene.devnet.l1, await scene.devnet.l1.getBlockNumber({ cacheTime: 0 }));
  await scene.stranger.test.request({ method: 'anvil_dropAllTransactions' } as never);
  const { number, hash } = await scene.devnet.l1.getBlock();
  await scene.stranger.post([number, hash, ...rest], Stranger.prefix(rest[2], 1));
  await scene.stranger.test.mine({ blocks: 1 });
  await scene.stranger.test.setAutomine(true);
  if (dies) await scene.revive();
  else
    await scene.node.until('the reorganisation', async () =>
      scene.node.log.some(({ event }) => event === 'batches_undone'),
    );
  await sendInBlock(scene.node);
  await scene.agreesWithL1();
  expect(await l2(scene.node).getBalance({ address: zeroAddress })).toBe(4n);
});
