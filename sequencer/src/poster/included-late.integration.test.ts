import { expect, it, jest } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import { createWalletClient, http, parseEther, zeroAddress } from 'viem';
import { foundry } from 'viem/chains';
import { developer } from '../testing/devnet.js';
import { headsOf, l2, sendInBlock } from '../testing/l2-user.js';
import { Stranger } from '../testing/stranger.js';
import { StrangerScene } from '../testing/stranger-scene.js';

jest.setTimeout(300_000);

const HOUR = 3_600n;
const depositor = developer(1);
const scene = StrangerScene.forEachTest();

const now = async () => (await scene.devnet.l1.getBlock()).timestamp;

/** A batch waits for inclusion whose second block or a later one names a deposit. */
async function batchWithDeposit() {
  await scene.stranger.test.setAutomine(false);
  await sendInBlock(scene.node);
  const wallet = createWalletClient({ account: depositor, chain: foundry, transport: http(scene.devnet.anvil.url) });
  await wallet.writeContract({
    address: scene.devnet.deployment.addresses.portal,
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [depositor.address, parseEther('2'), 100_000n, false, '0x'],
    value: parseEther('2'),
    gas: 500_000n,
  });
  await scene.stranger.test.mine({ blocks: 1 });
  await scene.node.until('the deposit', async () => (await balance()) === parseEther('2'));
  await sendInBlock(scene.node);
  const batch = await scene.node.until('a pending batch', async () => {
    const waiting = await scene.stranger.pendingBatch();
    return waiting && waiting[2] > 0n && Stranger.blocksIn(waiting[4]) > 1 && waiting;
  });
  return batch;
}
const balance = () => l2(scene.node).getBalance({ address: depositor.address });

/**
 * Waits until all that was sent is in blocks on L1. What was undone is executed again in the open block, and that one
 * is undone too if it was dated before the node saw how far L1's clock had jumped.
 */
const everythingOnL1 = () =>
  scene.node.until('the rest', async () => {
    const { head, safe } = await headsOf(scene.node);
    return head === safe && (await l2(scene.node).getBalance({ address: zeroAddress, blockNumber: safe })) === 3n;
  });

it.each([
  ['two hours late, when a message that its second block names is forced into the first', 2n * HOUR],
  ['two days late, when its blocks are too old', 48n * HOUR],
])('derives a batch that L1 includes %s', async (_name, late) => {
  await batchWithDeposit();
  await scene.stranger.test.setNextBlockTimestamp({ timestamp: (await now()) + late });
  await scene.stranger.test.mine({ blocks: 1 });
  await scene.stranger.test.setAutomine(true);
  await scene.node.event('blocks_taken_from_l1');
  await sendInBlock(scene.node);
  await everythingOnL1();
  expect(await balance()).toBe(parseEther('2'));
  await scene.restart(await scene.agreesWithL1());
});

it('gives a batch up before a message in it is overdue, and plans it anew at the same nonce', async () => {
  const batch = await batchWithDeposit();
  // L1 goes on without the batch, whose fee is too low.
  await scene.stranger.test.request({ method: 'anvil_dropAllTransactions' } as never);
  await scene.stranger.test.setNextBlockTimestamp({ timestamp: (await now()) + HOUR - 300n });
  await scene.stranger.test.mine({ blocks: 1 });
  const { reason } = await scene.node.event('batch_given_up');
  expect(reason).toContain('one of its messages is overdue');
  const next = await scene.node.until('the batch planned anew', () => scene.stranger.pendingBatch());
  expect(Stranger.blocksIn(next[4])).toBeLessThan(Stranger.blocksIn(batch[4]));
  await scene.stranger.test.mine({ blocks: 1 });
  await scene.stranger.test.setAutomine(true);
  await scene.agreesWithL1();
  expect(await balance()).toBe(parseEther('2'));
  expect(scene.node.log.filter(({ event }) => event === 'blocks_taken_from_l1')).toEqual([]);
});

it('derives a batch that L1 dates back, and derives it anew when a reorganisation dates it otherwise', async () => {
  const before = await now();
  // So that the blocks are later than every time at which L1 will include them.
  await scene.node.until('the clock', async () => BigInt(Math.floor(Date.now() / 1_000)) > before + 4n);
  for (let count = 0; count < 3; count++) await sendInBlock(scene.node);
  await scene.agreesWithL1();
  const { hash } = await scene.lastBatch();
  const raw = await scene.stranger.test.request({ method: 'eth_getRawTransactionByHash', params: [hash] } as never);
  let taken = 0;
  for (const shift of [1n, 3n, 2n]) {
    await scene.stranger.test.setAutomine(false);
    await scene.stranger.test.request({ method: 'anvil_rollback', params: [1] } as never);
    await scene.stranger.test.setNextBlockTimestamp({ timestamp: before + shift });
    await scene.stranger.test
      .request({ method: 'eth_sendRawTransaction', params: [raw] } as never)
      .catch(() => undefined);
    await scene.stranger.test.mine({ blocks: 1 });
    await scene.node.until('the derivation', async () => {
      const all = scene.node.log.filter(({ event }) => event === 'blocks_taken_from_l1').length;
      return all > taken && (taken = all);
    });
    const [first] = [await l2(scene.node).getBlock({ blockNumber: 1n })];
    expect(first.timestamp).toBe(before + shift);
  }
  await scene.stranger.test.setAutomine(true);
  await everythingOnL1();
  await scene.restart(await scene.agreesWithL1());
});
