import { routerAbi, systemAddresses, tokenFactoryAbi, tokenAddress } from '@metachain/program';
import { type Address, type Hex, encodeFunctionData, parseEther, parseUnits } from 'viem';
import { InfraError } from '../errors.js';
import { developmentAccount, roles } from '../l1/accounts.js';
import { type Clients, clientsOf } from './clients.js';
import type { Devnet } from './data-directory.js';
import {
  dcepDepositCalls,
  etherDepositData,
  mintData,
  sendOnL1,
  tokenDepositCalls,
  waitForBalance,
} from './deposits.js';

const dcep = (amount: string) => parseUnits(amount, 6);
const noDeadline = 1n << 40n;

/** Index of the merchant token: the first that is registered on a new devnet. */
const merchantTokenIndex = 3;
export const merchantToken = tokenAddress(merchantTokenIndex);

/** Accounts of the development mnemonic that get money on L2, for people to play with. */
export const playAccounts = Array.from({ length: 5 }, (_, i) => roles.firstUser + i);

/** Puts the market maker's and the play accounts' money onto L2 through L1, opens four pools and makes the first swaps. */
export async function openMarket(devnet: Devnet, report: (text: string) => void): Promise<void> {
  const maker = clientsOf(devnet, developmentAccount(roles.marketMaker).privateKey);
  report('depositing ETH and DCEP on L1');
  await depositMaker(devnet, maker);
  await Promise.all(playAccounts.map((index) => depositPlayer(devnet, index)));
  report('waiting for the deposits on L2');
  await waitForBalance(maker, systemAddresses.dcep, maker.account.address, dcep('5000000'));
  report('registering a merchant token');
  await registerMerchantToken(devnet, maker);
  report('opening pools');
  await openPools(maker);
  report('first swaps');
  await firstSwaps(maker);
}

async function depositMaker(devnet: Devnet, maker: Clients): Promise<void> {
  const { address } = maker.account;
  await sendOnL1(maker, [
    { to: devnet.addresses.portal, data: etherDepositData(address, parseEther('2000')), value: parseEther('2000') },
    { to: devnet.testTokens.dcep, data: mintData(address, dcep('5000000')) },
    { to: devnet.testTokens.merchantToken, data: mintData(address, parseEther('1000000')) },
    ...dcepDepositCalls(devnet, dcep('5000000')),
  ]);
}

async function depositPlayer(devnet: Devnet, index: number): Promise<void> {
  const player = clientsOf(devnet, developmentAccount(index).privateKey);
  const { address } = player.account;
  await sendOnL1(player, [
    { to: devnet.addresses.portal, data: etherDepositData(address, parseEther('100')), value: parseEther('100') },
    { to: devnet.testTokens.dcep, data: mintData(address, dcep('100000')) },
    ...dcepDepositCalls(devnet, dcep('50000')),
  ]);
}

async function registerMerchantToken(devnet: Devnet, maker: Clients): Promise<void> {
  const data = encodeFunctionData({
    abi: tokenFactoryAbi,
    functionName: 'createOptimismMintableERC20',
    args: [devnet.testTokens.merchantToken, 'Test Merchant Token', 'TMT'],
  });
  await sendOnL2(maker, systemAddresses.tokenFactory, data);
  await sendOnL1(
    maker,
    tokenDepositCalls(devnet, devnet.testTokens.merchantToken, merchantToken, parseEther('500000')),
  );
  await waitForBalance(maker, merchantToken, maker.account.address, parseEther('500000'));
}

async function openPools(maker: Clients): Promise<void> {
  const to = maker.account.address;
  const addEther = (token: Address, amount: bigint, ether: string) =>
    sendOnL2(
      maker,
      systemAddresses.router,
      encodeFunctionData({
        abi: routerAbi,
        functionName: 'addLiquidityETH',
        args: [token, amount, 0n, 0n, to, noDeadline],
      }),
      parseEther(ether),
    );
  const add = (a: Address, b: Address, amountA: bigint, amountB: bigint) =>
    sendOnL2(
      maker,
      systemAddresses.router,
      encodeFunctionData({
        abi: routerAbi,
        functionName: 'addLiquidity',
        args: [a, b, amountA, amountB, 0n, 0n, to, noDeadline],
      }),
    );
  await addEther(systemAddresses.dcep, dcep('2000000'), '500');
  await addEther(systemAddresses.mb, parseEther('200000'), '250');
  await add(systemAddresses.mb, systemAddresses.dcep, parseEther('200000'), dcep('1000000'));
  await add(merchantToken, systemAddresses.dcep, parseEther('200000'), dcep('200000'));
}

async function firstSwaps(maker: Clients): Promise<void> {
  const to = maker.account.address;
  const swap = (path: readonly Address[], amountIn: bigint) =>
    sendOnL2(
      maker,
      systemAddresses.router,
      encodeFunctionData({
        abi: routerAbi,
        functionName: 'swapExactTokensForTokens',
        args: [amountIn, 1n, path, to, noDeadline],
      }),
    );
  await swap([systemAddresses.dcep, merchantToken], dcep('100'));
  await swap([systemAddresses.mb, systemAddresses.dcep], parseEther('10'));
  await swap([merchantToken, systemAddresses.dcep, systemAddresses.eth], parseEther('5'));
}

/** Sends an ordinary Ethereum transaction on L2 and fails with its reason if it did not succeed. */
export async function sendOnL2(clients: Clients, to: Address, data: Hex, value = 0n): Promise<Hex> {
  const hash = await clients.l2Wallet.sendTransaction({ to, data, value });
  const receipt = await clients.l2.waitForTransactionReceipt({ hash });
  if (receipt.status !== 'success') throw new InfraError('checkFailed', `Transaction ${hash} to ${to} failed on L2.`);
  return hash;
}
