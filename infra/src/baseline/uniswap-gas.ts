import { type Address, type Hex, createPublicClient, createTestClient, createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { InfraError } from '../errors.js';
import { developmentAccount } from '../l1/accounts.js';
import { swapMix } from '../load/swap-mix.js';
import { Sender, addLiquidity, deployUniswap, swapData } from './uniswap.js';

const baselineAccount = 9;
const pools = 10;
/** Swaps in one L1 block of 12 seconds. */
const perBlock = 10;

/** Mean gas of a swap on Uniswap V2 with the same mix of pools, ten swaps a block, balances and allowances warm. Leaves the L1 mining by itself. */
export async function measureUniswapGas(url: string, swaps: number): Promise<number> {
  const transport = http(url);
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const test = createTestClient({ mode: 'anvil', chain: foundry, transport });
  const account = privateKeyToAccount(developmentAccount(baselineAccount).privateKey);
  const sender = new Sender(createWalletClient({ account, chain: foundry, transport }), client);
  const uniswap = await deployUniswap(sender, pools + 1);
  await addLiquidity(
    sender,
    uniswap,
    Array.from({ length: pools }, (_, i) => [0, i + 1] as const),
    10n ** 26n,
  );
  // The first write of a pair's price accumulators costs more, once; it is not counted.
  const swap = (pool: number, amount: bigint) =>
    sender.send(
      uniswap.router,
      swapData(amount, 1n, [uniswap.tokens[0], uniswap.tokens[1 + pool]] as Address[], account.address),
      250_000n,
    );
  for (let pool = 0; pool < pools; pool++) await swap(pool, 10n ** 18n);
  await test.setAutomine(false);
  const hashes: Hex[] = [];
  for (const [index, choice] of swapMix(swaps, 1, pools).entries()) {
    hashes.push(await swap(choice.pool, 10n ** 18n + choice.amountPpm));
    if (index % perBlock === perBlock - 1) await test.mine({ blocks: 1, interval: 12 });
  }
  await test.mine({ blocks: 1 });
  await test.setAutomine(true);
  const receipts = await Promise.all(hashes.map((hash) => client.getTransactionReceipt({ hash })));
  const failed = receipts.find((receipt) => receipt.status !== 'success');
  if (failed) throw new InfraError('checkFailed', `Baseline swap ${failed.transactionHash} failed.`);
  return receipts.reduce((sum, receipt) => sum + Number(receipt.gasUsed), 0) / receipts.length;
}
