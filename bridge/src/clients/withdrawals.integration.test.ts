import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MessageStatus } from '@eth-optimism/sdk';
import { l1StandardBridgeAbi, testDcepAbi } from '@metachain/contracts';
import { tokenAddress } from '@metachain/program';
import { ethers } from 'ethers5';
import {
  bytesToHex,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  http,
  parseAbi,
  parseEther,
  type Address,
  type Hex,
  type TransactionReceipt,
} from 'viem';
import { foundry } from 'viem/chains';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import {
  getL2TransactionHashes,
  publicActionsL1,
  publicActionsL2,
  walletActionsL1,
  walletActionsL2,
} from 'viem/op-stack';

import { testAccount } from '../testing/index.js';
import { startNode, type TestNode } from '../testing/node.js';
import { metachainChain } from './chain.js';
import { gasLimitFor } from './gas-limit.js';
import { createCrossChainMessenger } from './optimism-sdk.js';
import { WithdrawalRelayer } from './relayer.js';

jest.setTimeout(400_000);

const WINDOW_SECONDS = 4n;
const DCEP = tokenAddress(2);
const L2_BRIDGE = '0x4200000000000000000000000000000000000010';
const l2BridgeAbi = parseAbi([
  'function withdraw(address l2Token, uint256 amount, uint32 minGasLimit, bytes extraData) payable',
  'function withdrawTo(address l2Token, address to, uint256 amount, uint32 minGasLimit, bytes extraData) payable',
]);
const user = testAccount(1);
const l1Chain = defineChain({ ...foundry, contracts: {} });

let node: TestNode;
beforeAll(async () => {
  node = await startNode(WINDOW_SECONDS);
}, 300_000);
afterAll(() => node?.stop());

const clients = () => {
  const chain = metachainChain({
    l1: l1Chain,
    addresses: node.deployment.addresses,
    rpcUrl: node.rpcUrl,
    chainId: node.chainId,
  });
  const l1 = {
    chain: l1Chain,
    transport: http(node.anvil.url),
    pollingInterval: 200,
    batch: { multicall: { deployless: true } },
  } as const;
  const l2 = { chain, transport: http(node.rpcUrl), pollingInterval: 200, cacheTime: 0 } as const;
  return {
    chain,
    l1: createPublicClient({ ...l1, cacheTime: 0 }).extend(publicActionsL1()),
    l2: createPublicClient(l2).extend(publicActionsL2()),
    l1Wallet: createWalletClient({ ...l1, account: user }).extend(walletActionsL1()),
    l2Wallet: createWalletClient({ ...l2, account: user }).extend(walletActionsL2()),
  };
};

/** Tries again while the assertion is not confirmed yet: viem estimates the window by the wall clock alone. */
const eventually = async <T>(what: string, action: () => Promise<T>, seconds = 120): Promise<T> => {
  for (const end = Date.now() + seconds * 1_000; ; await sleep(500)) {
    try {
      return await action();
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: ${String(error)}\n${node.log()}`, { cause: error });
    }
  }
};

const balance = (address: Address, token: Address, on: 'l1' | 'l2') =>
  clients()[on].readContract({ address: token, abi: testDcepAbi, functionName: 'balanceOf', args: [address] });

const onL1 = async (to: Address, data: Hex, value = 0n) => {
  const { l1, l1Wallet } = clients();
  return l1.waitForTransactionReceipt({ hash: await l1Wallet.sendTransaction({ to, data, value }) });
};

const depositDcep = async (amount: bigint) => {
  const { dcep } = node.deployment.testTokens!;
  const bridge = node.deployment.addresses.l1StandardBridge;
  const before = await balance(user.address, DCEP, 'l2');
  await onL1(dcep, encodeFunctionData({ abi: testDcepAbi, functionName: 'mint', args: [user.address, amount] }));
  await onL1(dcep, encodeFunctionData({ abi: testDcepAbi, functionName: 'approve', args: [bridge, amount] }));
  await onL1(
    bridge,
    encodeFunctionData({
      abi: l1StandardBridgeAbi,
      functionName: 'depositERC20',
      args: [dcep, DCEP, amount, 200_000, '0x'],
    }),
  );
  await eventually('the DCEP deposit', async () =>
    expect(await balance(user.address, DCEP, 'l2')).toBe(before + amount),
  );
};

const depositEther = async (amount: bigint) => {
  const { l1, l2, l1Wallet } = clients();
  const request = await l2.buildDepositTransaction({ mint: amount, to: user.address });
  const receipt = await l1.waitForTransactionReceipt({ hash: await l1Wallet.depositTransaction(request as never) });
  const [hash] = getL2TransactionHashes(receipt);
  return l2.waitForTransactionReceipt({ hash: hash!, timeout: 60_000 });
};

/** Prove and finalise, as the documentation of viem/op-stack says. */
const complete = async (receipt: TransactionReceipt) => {
  const { l1, l2, l1Wallet, chain } = clients();
  const { output, withdrawal } = await l1.waitToProve({ receipt, targetChain: chain } as never);
  const proof = await l2.buildProveWithdrawal({ account: user, output, withdrawal } as never);
  const gas = gasLimitFor(await l1.estimateProveWithdrawalGas({ ...(proof as object), account: user } as never));
  const proven = await l1.waitForTransactionReceipt({
    hash: await l1Wallet.proveWithdrawal({ ...(proof as object), gas } as never),
  });
  expect(proven.status).toBe('success');
  await l1.waitToFinalize({ withdrawalHash: withdrawal.withdrawalHash, targetChain: chain } as never);
  const hash = await eventually('finalising', () =>
    l1Wallet.finalizeWithdrawal({ targetChain: chain, withdrawal } as never),
  );
  const finalised = await l1.waitForTransactionReceipt({ hash });
  expect(finalised.status).toBe('success');
  expect(await l1.getWithdrawalStatus({ receipt, targetChain: chain } as never)).toBe('finalized');
  return withdrawal.withdrawalHash;
};

describe('unmodified viem/op-stack', () => {
  it('brings ether to L2 and back', async () => {
    const { l1, l2, l2Wallet } = clients();
    const receipt = await depositEther(parseEther('3'));
    expect(receipt.status).toBe('success');
    expect(await l2.getBalance({ address: user.address })).toBeGreaterThanOrEqual(parseEther('3'));
    const stranger = privateKeyToAccount(generatePrivateKey()).address;
    const request = await l1.buildInitiateWithdrawal({ account: user, to: stranger, value: parseEther('1') } as never);
    const hash = await l2Wallet.initiateWithdrawal(request as never);
    await complete(await l2.waitForTransactionReceipt({ hash }));
    expect(await l1.getBalance({ address: stranger })).toBe(parseEther('1'));
  });

  it('brings an ERC-20 to L2 and back', async () => {
    await depositEther(parseEther('1'));
    await depositDcep(5_000_000n);
    const { l2, l2Wallet } = clients();
    const { dcep } = node.deployment.testTokens!;
    const before = await balance(user.address, dcep, 'l1');
    const hash = await l2Wallet.writeContract({
      address: L2_BRIDGE,
      abi: l2BridgeAbi,
      functionName: 'withdraw',
      args: [DCEP, 2_000_000n, 200_000, '0x'],
    });
    await complete(await l2.waitForTransactionReceipt({ hash }));
    expect(await balance(user.address, dcep, 'l1')).toBe(before + 2_000_000n);
  });
});

describe('the relayer', () => {
  const relayerOf = (account: Address) =>
    new WithdrawalRelayer({
      l1Url: node.anvil.url,
      l2Url: node.rpcUrl,
      l1Chain,
      chainId: node.chainId,
      addresses: node.deployment.addresses,
      account: testAccount(2),
      accounts: [account],
    });

  /** The states of the withdrawal of an account until it is paid. */
  const relay = async (account: Address) => {
    const states: string[] = [];
    // A new one each time: nothing may depend on what an earlier run remembered.
    await eventually('relaying', async () => {
      const [report] = await relayerOf(account).step();
      if (report !== undefined) states.push(report.state);
      expect(report).toMatchObject({ state: 'done', refused: undefined });
    });
    return new Set(states);
  };

  it('proves and finalises a withdrawal for its owner, once', async () => {
    await depositEther(parseEther('2'));
    const { l1, l2, l2Wallet } = clients();
    const stranger = privateKeyToAccount(generatePrivateKey()).address;
    const hash = await l2Wallet.initiateWithdrawal({
      request: { gas: 100_000n, to: stranger, value: 12_345n },
    } as never);
    await l2.waitForTransactionReceipt({ hash });
    expect(await relay(stranger)).toContain('in-window');
    expect(await l1.getBalance({ address: stranger })).toBe(12_345n);
    expect(await relayerOf(stranger).step()).toMatchObject([{ state: 'done', l1TransactionHash: undefined }]);
  });

  it('finds a token of which an account is the receiver', async () => {
    await depositEther(parseEther('1'));
    await depositDcep(1_000_000n);
    const { l2, l2Wallet } = clients();
    const stranger = privateKeyToAccount(generatePrivateKey()).address;
    const hash = await l2Wallet.writeContract({
      address: L2_BRIDGE,
      abi: l2BridgeAbi,
      functionName: 'withdrawTo',
      args: [DCEP, stranger, 700_000n, 200_000, '0x'],
    });
    await l2.waitForTransactionReceipt({ hash });
    await relay(stranger);
    expect(await balance(stranger, node.deployment.testTokens!.dcep, 'l1')).toBe(700_000n);
  });
});

describe('unmodified @eth-optimism/sdk', () => {
  const messenger = () => {
    const key = bytesToHex(user.getHdKey().privateKey!);
    const l1Provider = new ethers.providers.StaticJsonRpcProvider(node.anvil.url);
    const l2Provider = new ethers.providers.StaticJsonRpcProvider(node.rpcUrl);
    l1Provider.pollingInterval = l2Provider.pollingInterval = 200;
    return createCrossChainMessenger({
      l1ChainId: 31337,
      l2ChainId: node.chainId,
      l1SignerOrProvider: new ethers.Wallet(key, l1Provider),
      l2SignerOrProvider: new ethers.Wallet(key, l2Provider),
      addresses: node.deployment.addresses,
    });
  };

  const relay = async (sdk: ReturnType<typeof messenger>, hash: string) => {
    await sdk.waitForMessageStatus(hash, MessageStatus.READY_TO_PROVE, { pollIntervalMs: 300 });
    const gasLimit = gasLimitFor((await sdk.estimateGas.proveMessage(hash)).toBigInt());
    await (await sdk.proveMessage(hash, { overrides: { gasLimit } })).wait();
    await sdk.waitForMessageStatus(hash, MessageStatus.READY_FOR_RELAY, { pollIntervalMs: 300 });
    await eventually('finalising', async () => (await sdk.finalizeMessage(hash)).wait());
    expect(await sdk.getMessageStatus(hash)).toBe(MessageStatus.RELAYED);
  };

  it('brings ether to L2 and back', async () => {
    const sdk = messenger();
    // Without a sender the SDK estimates for the zero address, which cannot pay.
    const deposit = await sdk.depositETH(parseEther('2').toString(), { overrides: { from: user.address } as never });
    await deposit.wait();
    await sdk.waitForMessageStatus(deposit.hash, MessageStatus.RELAYED, { pollIntervalMs: 300 });
    const withdrawal = await sdk.withdrawETH(parseEther('1').toString());
    await withdrawal.wait();
    await relay(sdk, withdrawal.hash);
  });

  it('brings an ERC-20 to L2 and back', async () => {
    const sdk = messenger();
    const { dcep } = node.deployment.testTokens!;
    await onL1(dcep, encodeFunctionData({ abi: testDcepAbi, functionName: 'mint', args: [user.address, 9_000_000n] }));
    await (await sdk.approveERC20(dcep, DCEP, 9_000_000)).wait();
    const deposit = await sdk.depositERC20(dcep, DCEP, 9_000_000);
    await deposit.wait();
    await sdk.waitForMessageStatus(deposit.hash, MessageStatus.RELAYED, { pollIntervalMs: 300 });
    const before = await balance(user.address, dcep, 'l1');
    const withdrawal = await sdk.withdrawERC20(dcep, DCEP, 4_000_000);
    await withdrawal.wait();
    await relay(sdk, withdrawal.hash);
    expect(await balance(user.address, dcep, 'l1')).toBe(before + 4_000_000n);
  });
});
