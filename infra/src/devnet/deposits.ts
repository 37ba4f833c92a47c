import { l1StandardBridgeAbi, optimismPortalAbi, testDcepAbi } from '@metachain/contracts';
import { systemAddresses } from '@metachain/program';
import { type Address, type Hex, encodeFunctionData } from 'viem';
import { waitUntil } from '../process/child.js';
import { erc20Abi } from '../baseline/uniswap.js';
import type { Clients } from './clients.js';
import type { Devnet } from './data-directory.js';

/** Gas that a deposit buys on L2; a mint needs far less. */
const depositGas = 300_000;

export const etherDepositData = (to: Address, amountWei: bigint): Hex =>
  encodeFunctionData({
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [to, amountWei, BigInt(depositGas), false, '0x'],
  });

/** Calls that put DCEP of the sender onto L2: approval, then the standard bridge. */
export const dcepDepositCalls = (devnet: Devnet, amount: bigint): { to: Address; data: Hex }[] =>
  tokenDepositCalls(devnet, devnet.testTokens.dcep, systemAddresses.dcep, amount);

/** Approval and deposit of an ERC-20 into its face on L2. */
export const tokenDepositCalls = (
  devnet: Devnet,
  l1Token: Address,
  l2Token: Address,
  amount: bigint,
): { to: Address; data: Hex }[] => [
  {
    to: l1Token,
    data: encodeFunctionData({
      abi: erc20Abi,
      functionName: 'approve',
      args: [devnet.addresses.l1StandardBridge, amount],
    }),
  },
  {
    to: devnet.addresses.l1StandardBridge,
    data: encodeFunctionData({
      abi: l1StandardBridgeAbi,
      functionName: 'depositERC20',
      args: [l1Token, l2Token, amount, depositGas, '0x'],
    }),
  },
];

/** Mints test tokens on L1; the devnet's tokens let anyone do so. */
export const mintData = (to: Address, amount: bigint): Hex =>
  encodeFunctionData({ abi: testDcepAbi, functionName: 'mint', args: [to, amount] });

/** Sends calls of one account on L1 in order and waits until the last is mined successfully. */
export async function sendOnL1(
  clients: Clients,
  calls: readonly { to: Address; data: Hex; value?: bigint }[],
): Promise<void> {
  const { account, l1, l1Wallet } = clients;
  let nonce = await l1.getTransactionCount({ address: account.address, blockTag: 'pending' });
  const hashes: Hex[] = [];
  for (const call of calls)
    hashes.push(await l1Wallet.sendTransaction({ ...call, nonce: nonce++, gas: 1_000_000n, account }));
  for (const hash of hashes) await l1.waitForTransactionReceipt({ hash });
}

/** Waits until an account holds at least `amount` of a token on L2. */
export const waitForBalance = (
  clients: Clients,
  token: Address,
  owner: Address,
  amount: bigint,
  timeoutMs = 120_000,
): Promise<void> =>
  waitUntil(
    `The deposit of ${owner}`,
    async () =>
      (await clients.l2.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })) >=
      amount,
    undefined,
    timeoutMs,
  );
