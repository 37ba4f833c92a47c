import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { optimismPortalAbi } from '@metachain/contracts';
import { createWalletClient, http, parseEther, zeroAddress } from 'viem';
import { foundry } from 'viem/chains';
import { expectAgreement } from '../testing/agreement.js';
import { developer, type Devnet, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';
import { allocation, headsOf, l2, sendInBlock } from '../testing/l2-user.js';

jest.setTimeout(300_000);

let devnet: Devnet;
let node: NodeProcess;
/** Copy of the data directory from before the last batches. */
const older = () => join(devnet.directory, 'older');
const data = (...parts: string[]) => join(devnet.directory, 'data', ...parts);
const start = async () => {
  node = await startNode(devnet.configFile);
  await node.ready();
};

beforeAll(async () => {
  devnet = await startDevnet({ proposer: { enabled: false } }, [allocation]);
  await start();
  await deposit();
  await sendInBlock(node);
  await expectAgreement(node, devnet);
  await node.stop();
  cpSync(data(), older(), { recursive: true });
  await start();
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

/** In blobs, since that is cheaper here, and with prices of L1 items. */
beforeEach(async () => {
  for (let count = 0; count < 2; count++) {
    await sendInBlock(node);
    await expectAgreement(node, devnet);
  }
  await node.stop('SIGKILL');
});

async function deposit() {
  const account = developer(1);
  const wallet = createWalletClient({ account, chain: foundry, transport: http(devnet.anvil.url) });
  await wallet.writeContract({
    address: devnet.deployment.addresses.portal,
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [account.address, parseEther('2'), 100_000n, false, '0x'],
    value: parseEther('2'),
  });
  await node.until('the deposit', async () => {
    return (await l2(node).getBalance({ address: account.address })) === parseEther('2');
  });
}

it.each([
  ['its posting record was lost', () => rmSync(data('poster', 'posting.json')), false],
  [
    'its directory is older than what was posted',
    () => {
      rmSync(data(), { recursive: true });
      cpSync(older(), data(), { recursive: true });
    },
    true,
  ],
  ['its whole directory was lost', () => rmSync(data(), { recursive: true }), true],
])('goes on with the chain of L1 where %s, and over the next restart', async (_name, lose, takesOver) => {
  lose();
  await start();
  const head = await expectAgreement(node, devnet);
  expect(node.log.some(({ event }) => event === 'own_batch_unknown')).toBe(takesOver);
  const paid = await l2(node).getBalance({ address: zeroAddress });
  await sendInBlock(node);
  expect(await expectAgreement(node, devnet)).toBe(head + 1n);
  expect(await l2(node).getBalance({ address: zeroAddress })).toBe(paid + 1n);

  await node.stop('SIGKILL');
  await start();
  expect(node.log.filter(({ event }) => event === 'blocks_taken_from_l1')).toEqual([]);
  await node.until('what was on L1', async () => (await headsOf(node)).safe === head + 1n);
  await sendInBlock(node);
  expect(await expectAgreement(node, devnet)).toBe(head + 2n);
});
