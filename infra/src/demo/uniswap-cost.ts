import { type Address, type Hex, createPublicClient, createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { Sender, addLiquidity, deployUniswap, swapData } from '../baseline/uniswap.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import { developmentAccount } from '../l1/accounts.js';

/** A development account that nothing else here uses. */
const baselineAccount = 9;
const pools = 3;

/** Mean gas of a swap on Uniswap V2, deployed from its published bytecode on the devnet's L1. */
export async function measureUniswapSwaps(devnet: Devnet, swaps: number): Promise<number> {
  const transport = http(devnet.l1Url);
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 250 });
  const account = privateKeyToAccount(developmentAccount(baselineAccount).privateKey);
  const sender = new Sender(createWalletClient({ account, chain: foundry, transport }), client);
  const uniswap = await deployUniswap(sender, pools + 1);
  await addLiquidity(
    sender,
    uniswap,
    Array.from({ length: pools }, (_, i) => [0, i + 1] as const),
    10n ** 26n,
  );
  const hashes: Hex[] = [];
  for (let i = 0; i < swaps; i++) {
    const path = [uniswap.tokens[0] as Address, uniswap.tokens[1 + (i % pools)] as Address];
    hashes.push(
      await sender.send(uniswap.router, swapData(10n ** 18n + BigInt(i), 1n, path, account.address), 200_000n),
    );
  }
  const receipts = await Promise.all(
    hashes.map((hash) => client.waitForTransactionReceipt({ hash, timeout: 180_000 })),
  );
  const failed = receipts.find((receipt) => receipt.status !== 'success');
  if (failed) throw new InfraError('checkFailed', `Baseline swap ${failed.transactionHash} failed.`);
  return receipts.reduce((sum, receipt) => sum + Number(receipt.gasUsed), 0) / swaps;
}
