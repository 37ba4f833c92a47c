import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import { createWalletClient, http, parseEther, zeroAddress } from 'viem';
import { foundry } from 'viem/chains';
import { expectAgreement } from '../testing/agreement.js';
import { developer, type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { allocation, headsOf, l2, sendInBlock } from '../testing/l2-user.js';
import { Stranger } from '../testing/stranger.js';

jest.setTimeout(300_000);

const HOUR = 3_600n;
const depositor = developer(1);
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

const agreesWithL1 = () => expectAgreement(node, devnet);
const now = async () => (await devnet.l1.getBlock()).timestamp;

/** A batch waits for inclusion whose second block or a later one names a deposit. */
async function batchWithDeposit() {
  await stranger.test.setAutomine(false);
  await sendInBlock(node);
  const wallet = createWalletClient({ account: depositor, chain: foundry, transport: http(devnet.anvil.url) });
  await wallet.writeContract({
    address: devnet.deployment.addresses.portal,
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [depositor.address, parseEther('2'), 100_000n, false, '0x'],
    value: parseEther('2'),
    gas: 500_000n,
  });
  await stranger.test.mine({ blocks: 1 });
  await node.until('the deposit', async () => (await balance()) === parseEther('2'));
  await sendInBlock(node);
  const batch = await node.until('a pending batch', async () => {
    const waiting = await stranger.pendingBatch();
    return waiting && waiting[2] > 0n && Stranger.blocksIn(waiting[4]) > 1 && waiting;
  });
  return batch;
}
const balance = () => l2(node).getBalance({ address: depositor.address });

/**
 * Waits until all that was sent is in blocks on L1. What was undone is executed again in the open block, and that one
 * is undone too if it was dated before the node saw how far L1's clock had jumped.
 */
const everythingOnL1 = () =>
  node.until('the rest', async () => {
    const { head, safe } = await headsOf(node);
    return head === safe && (await l2(node).getBalance({ address: zeroAddress, blockNumber: safe })) === 3n;
  });

async function restart(head: bigint) {
  await node.stop('SIGKILL');
  node = await startNode(devnet.configFile);
  await node.ready();
  await node.until('what was on L1', async () => (await headsOf(node)).safe === head);
  await sendInBlock(node);
  expect(await agreesWithL1()).toBe(head + 1n);
}

it.each([
  ['two hours late, when a message that its second block names is forced into the first', 2n * HOUR],
  ['two days late, when its blocks are too old', 48n * HOUR],
])('derives a batch that L1 includes %s', async (_name, late) => {
  await batchWithDeposit();
  await stranger.test.setNextBlockTimestamp({ timestamp: (await now()) + late });
  await stranger.test.mine({ blocks: 1 });
  await stranger.test.setAutomine(true);
  await node.event('blocks_taken_from_l1');
  await sendInBlock(node);
  await everythingOnL1();
  expect(await balance()).toBe(parseEther('2'));
  await restart(await agreesWithL1());
});

it('gives a batch up before a message in it is overdue, and plans it anew at the same nonce', async () => {
  const batch = await batchWithDeposit();
  // L1 goes on without the batch, whose fee is too low.
  await stranger.test.request({ method: 'anvil_dropAllTransactions' } as never);
  await stranger.test.setNextBlockTimestamp({ timestamp: (await now()) + HOUR - 300n });
  await stranger.test.mine({ blocks: 1 });
  const { reason } = await node.event('batch_given_up');
  expect(reason).toContain('one of its messages is overdue');
  const next = await node.until('the batch planned anew', () => stranger.pendingBatch());
  expect(Stranger.blocksIn(next[4])).toBeLessThan(Stranger.blocksIn(batch[4]));
  await stranger.test.mine({ blocks: 1 });
  await stranger.test.setAutomine(true);
  await agreesWithL1();
  expect(await balance()).toBe(parseEther('2'));
  expect(node.log.filter(({ event }) => event === 'blocks_taken_from_l1')).toEqual([]);
});

it('derives a batch that L1 dates back, and derives it anew when a reorganisation dates it otherwise', async () => {
  const before = await now();
  // So that the blocks are later than every time at which L1 will include them.
  await node.until('the clock', async () => BigInt(Math.floor(Date.now() / 1_000)) > before + 4n);
  for (let count = 0; count < 3; count++) await sendInBlock(node);
  await agreesWithL1();
  const { hash } = await lastBatch();
  const raw = await stranger.test.request({ method: 'eth_getRawTransactionByHash', params: [hash] } as never);
  let taken = 0;
  for (const shift of [1n, 3n, 2n]) {
    await stranger.test.setAutomine(false);
    await stranger.test.request({ method: 'anvil_rollback', params: [1] } as never);
    await stranger.test.setNextBlockTimestamp({ timestamp: before + shift });
    await stranger.test.request({ method: 'eth_sendRawTransaction', params: [raw] } as never).catch(() => undefined);
    await stranger.test.mine({ blocks: 1 });
    await node.until('the derivation', async () => {
      const all = node.log.filter(({ event }) => event === 'blocks_taken_from_l1').length;
      return all > taken && (taken = all);
    });
    const [first] = [await l2(node).getBlock({ blockNumber: 1n })];
    expect(first.timestamp).toBe(before + shift);
  }
  await stranger.test.setAutomine(true);
  await everythingOnL1();
  await restart(await agreesWithL1());
});

async function lastBatch() {
  const { transactions } = await devnet.l1.getBlock({ includeTransactions: true });
  return transactions.find(({ to }) => to?.toLowerCase() === devnet.deployment.addresses.inbox.toLowerCase())!;
}
