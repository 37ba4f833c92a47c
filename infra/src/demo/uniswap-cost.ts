import { type Address, type Hex, createPublicClient, createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { JsonRpc } from '../baseline/json-rpc.js';
import { type Uniswap, Sender, addLiquidity, deployUniswap, swapData } from '../baseline/uniswap.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import { developmentAccount } from '../l1/accounts.js';
import { waitUntil } from '../process/child.js';
import type { Trade } from './swaps.js';

/** A development account that nothing else here uses. */
const baselineAccount = 9;
const liquidity = 10n ** 26n;
const receiptsAtOnce = 100;

interface Receipt {
  readonly status: Hex;
  readonly gasUsed: Hex;
}

/** Mean gas of the same trades on Uniswap V2, deployed from its published bytecode on the devnet's L1: token 0 stands for DCEP. */
export async function measureUniswapSwaps(devnet: Devnet, trades: readonly Trade[]): Promise<number> {
  const transport = http(devnet.l1Url);
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 250 });
  const account = privateKeyToAccount(developmentAccount(baselineAccount).privateKey);
  const sender = new Sender(createWalletClient({ account, chain: foundry, transport }), client);
  const pools = 1 + Math.max(...trades.map(({ pool }) => pool));
  const uniswap = await deployUniswap(sender, pools + 1);
  const pairs = Array.from({ length: pools }, (_, pool) => [0, pool + 1] as const);
  await addLiquidity(sender, uniswap, pairs, liquidity);
  const hashes: Hex[] = [];
  for (const trade of trades) hashes.push(await swap(sender, uniswap, trade, account.address));
  return meanGas(devnet, hashes);
}

const swap = (sender: Sender, { router, tokens }: Uniswap, { pool, amount }: Trade, receiver: Address) =>
  sender.send(router, swapData(amount, 1n, [tokens[0]!, tokens[pool + 1]!], receiver), 200_000n);

async function meanGas(devnet: Devnet, hashes: readonly Hex[]): Promise<number> {
  const rpc = new JsonRpc(devnet.l1Url);
  const mined = async () => (await rpc.call('eth_getTransactionReceipt', [hashes[hashes.length - 1]])) !== null;
  await waitUntil('The last swap on Uniswap', mined, undefined, 180_000);
  const receipts = (await rpc.sendInBatches('eth_getTransactionReceipt', hashes, receiptsAtOnce)) as Receipt[];
  await rpc.close();
  if (receipts.some(({ status }) => status !== '0x1'))
    throw new InfraError('checkFailed', 'A swap of the baseline failed.');
  return receipts.reduce((sum, { gasUsed }) => sum + Number(gasUsed), 0) / receipts.length;
}
