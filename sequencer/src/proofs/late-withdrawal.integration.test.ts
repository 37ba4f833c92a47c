import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metachainChain } from '@metachain/bridge';
import { rollupAbi } from '@metachain/contracts';
import { nodesToProof, systemAddresses, verifyProof, withdrawalKey, withdrawalSlot } from '@metachain/program';
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  hexToBytes,
  http,
  parseEther,
  parseGwei,
  type TransactionReceipt,
} from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { getWithdrawals, publicActionsL1, publicActionsL2, walletActionsL1, walletActionsL2 } from 'viem/op-stack';
import { CHAIN_ID, type Devnet, developer, type NodeProcess, startDevnet, startNode } from '../testing/devnet.js';

const user = developer(1);
/** Blocks whose state the query threads know: far fewer than pass between an assertion and a proof. */
const HISTORY = 2;
const settings = { workers: { historyBlocks: HISTORY }, proposer: { intervalSeconds: 4, withdrawalSeconds: 4 } };
const AMOUNT = 12_345n;

let devnet: Devnet;
let node: NodeProcess;
let nonce = 0;
beforeAll(async () => {
  devnet = await startDevnet(settings, [{ token: 0, account: user.address, amount: parseEther('10').toString() }]);
  node = await startNode(devnet.configFile);
  await node.ready();
}, 300_000);
afterAll(async () => {
  await node?.stop('SIGKILL');
  await devnet?.anvil.stop();
});

const clients = () => {
  const { addresses } = devnet.deployment;
  const chain = metachainChain({ l1: foundry, addresses, rpcUrl: node.url, chainId: CHAIN_ID });
  const l1 = { chain: foundry, transport: http(devnet.anvil.url), pollingInterval: 100 } as const;
  const l2 = { chain, transport: http(node.url), pollingInterval: 100, cacheTime: 0 } as const;
  const multicall = { batch: { multicall: { deployless: true } }, cacheTime: 0 } as const;
  return {
    chain,
    l1: createPublicClient({ ...l1, ...multicall }).extend(publicActionsL1()),
    l2: createPublicClient(l2).extend(publicActionsL2()),
    l1Wallet: createWalletClient({ ...l1, account: user }).extend(walletActionsL1()),
    l2Wallet: createWalletClient({ ...l2, account: user }).extend(walletActionsL2()),
  };
};

const fees = { maxFeePerGas: parseGwei('1'), maxPriorityFeePerGas: 0n } as const;

const withdraw = async (): Promise<TransactionReceipt> => {
  const { l2, l2Wallet } = clients();
  const to = privateKeyToAccount(generatePrivateKey()).address;
  const request = { gas: 100_000n, to, value: AMOUNT };
  const hash = await l2Wallet.initiateWithdrawal({ request, nonce: nonce++, ...fees } as never);
  return l2.waitForTransactionReceipt({ hash, timeout: 60_000 });
};

/** Blocks with a transfer each. */
const makeBlocks = async (count: bigint) => {
  const { l2, l2Wallet } = clients();
  for (const end = (await l2.getBlockNumber()) + count; (await l2.getBlockNumber()) < end;) {
    const hash = await l2Wallet.sendTransaction({ to: user.address, value: 1n, nonce: nonce++, ...fees });
    await l2.waitForTransactionReceipt({ hash, timeout: 60_000 });
  }
};

/** The output on which op-stack tools prove a withdrawal. */
const outputOf = (receipt: TransactionReceipt) => {
  const { l1, chain } = clients();
  const asked = { l2BlockNumber: receipt.blockNumber, targetChain: chain } as const;
  return node.until('the output', () => l1.getL2Output(asked as never));
};

const keptFiles = () => readdirSync(join(devnet.directory, 'data', 'proofs'));
const fileOf = (block: bigint) => `first-${block.toString().padStart(16, '0')}.json.gz`;
const keptAt = (block: bigint) => node.until('the proofs', async () => keptFiles().includes(fileOf(block)));

/** Prove and finalise, as the documentation of viem/op-stack says. */
const complete = async (receipt: TransactionReceipt) => {
  const { l1, l2, l1Wallet, chain } = clients();
  const { output, withdrawal } = await l1.waitToProve({ receipt, targetChain: chain } as never);
  const proof = await l2.buildProveWithdrawal({ account: user, output, withdrawal } as never);
  const proven = await l1Wallet.proveWithdrawal({ ...(proof as object), gas: 1_000_000n } as never);
  expect((await l1.waitForTransactionReceipt({ hash: proven })).status).toBe('success');
  await passWindow(output.outputIndex);
  const hash = await l1Wallet.finalizeWithdrawal({ targetChain: chain, withdrawal } as never);
  expect((await l1.waitForTransactionReceipt({ hash })).status).toBe('success');
  expect(await l1.getBalance({ address: withdrawal.target })).toBe(AMOUNT);
};

/** Until the assertion is confirmed: its window passes on L1. */
const passWindow = async (id: bigint) => {
  const rollup = { address: devnet.deployment.addresses.rollup, abi: rollupAbi } as const;
  const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
  await node.until('the confirmation', async () => {
    await test.increaseTime({ seconds: 30 });
    await test.mine({ blocks: 1 });
    return devnet.l1.readContract({ ...rollup, functionName: 'isConfirmed', args: [id] });
  });
};

/** What the node answers about a withdrawal after a block. */
const proofAt = (blockNumber: bigint, receipt: TransactionReceipt) => {
  const storageKeys = getWithdrawals(receipt).map(({ withdrawalHash }) => withdrawalSlot(withdrawalHash));
  return clients().l2.getProof({ address: systemAddresses.messagePasser, storageKeys, blockNumber });
};

describe('a withdrawal that is proven long after its assertion', () => {
  let early: TransactionReceipt;
  let late: TransactionReceipt;

  it('is provable with unmodified viem although the state of the asserted block is gone', async () => {
    const deposit = await clients().l2.buildDepositTransaction({ mint: parseEther('1'), to: user.address });
    await clients().l1Wallet.depositTransaction(deposit as never);
    early = await withdraw();
    const { l2BlockNumber } = await outputOf(early);
    await keptAt(l2BlockNumber);
    await makeBlocks(BigInt(3 * HISTORY));
    await complete(early);
  }, 300_000);

  it('is provable where more blocks pass between the end of an assertion and its place on L1 than are remembered', async () => {
    const test = createTestClient({ mode: 'anvil', chain: foundry, transport: http(devnet.anvil.url) });
    late = await withdraw();
    await node.until(
      'safe',
      async () => (await clients().l2.getBlock({ blockTag: 'safe' })).number >= late.blockNumber,
    );
    await test.setAutomine(false);
    await makeBlocks(BigInt(3 * HISTORY));
    await test.setAutomine(true);
    await test.mine({ blocks: 1 });
    await keptAt((await outputOf(late)).l2BlockNumber);
  }, 300_000);

  it('is provable after a restart', async () => {
    await node.stop('SIGKILL');
    node = await startNode(devnet.configFile);
    await node.ready();
    await makeBlocks(BigInt(3 * HISTORY));
    await complete(late);
  }, 300_000);

  it('is provable at later assertions as well', async () => {
    const { l2BlockNumber } = await outputOf(late);
    expect(l2BlockNumber).toBeGreaterThan((await outputOf(early)).l2BlockNumber);
    const { proof, value, key } = (await proofAt(l2BlockNumber, early)).storageProof[0]!;
    const { stateRoot } = await clients().l2.getBlock({ blockNumber: l2BlockNumber });
    const { withdrawalHash } = getWithdrawals(early)[0]!;
    expect(value).toBe(1n);
    expect(key).toBe(withdrawalSlot(withdrawalHash));
    const shown = verifyProof(hexToBytes(stateRoot), withdrawalKey(withdrawalHash), nodesToProof(proof));
    expect(shown![0]).toBe(1);
  });

  it('is refused at other blocks, with the window in the error', async () => {
    const output = (await outputOf(late)).l2BlockNumber;
    const other = [1n, 2n, 3n].map((step) => output + step).find((block) => !keptFiles().includes(fileOf(block)))!;
    expect(other).toBeLessThan((await clients().l2.getBlockNumber()) - BigInt(HISTORY));
    await expect(proofAt(other, late)).rejects.toThrow(
      new RegExp(`block ${other} is outside the history window \\d+\\.\\.\\d+`),
    );
  });
});
