import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, type Hex, createPublicClient, createWalletClient, http } from 'viem';
import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { InfraError } from '../errors.js';
import { anvilUrl, startAnvil } from '../l1/anvil.js';
import { developmentAccount, developmentMnemonic, roles } from '../l1/accounts.js';
import type { Child } from '../process/child.js';
import { cpuSeconds } from '../process/cpu.js';
import { freePort } from '../process/ports.js';
import { JsonRpc } from './json-rpc.js';
import { signTransaction } from './sign.js';
import { Sender, type Uniswap, addLiquidity, approveData, deployUniswap, swapData, transferData } from './uniswap.js';

const users = 200;
const poolCount = 10;

export interface UniswapLoad {
  readonly perCpuSecond: number;
  readonly perSecond: number;
  readonly gasPerSwap: number;
}

/** Swaps on Uniswap V2 in anvil, end to end: signed transactions over JSON-RPC in batches of 100, then one block with all of them. */
export async function measureUniswapOnAnvil(swaps: number): Promise<UniswapLoad> {
  const directory = mkdtempSync(join(tmpdir(), 'metachain-baseline-'));
  const port = await freePort();
  const anvil = await startAnvil({
    port,
    directory,
    mining: false,
    accounts: users,
    extra: ['--gas-limit', '4000000000', '--order', 'fifo'],
  });
  try {
    return await measure(anvil, new JsonRpc(anvilUrl(port)), anvilUrl(port), swaps);
  } finally {
    await anvil.stop('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(anvil: Child, rpc: JsonRpc, url: string, swaps: number): Promise<UniswapLoad> {
  const { uniswap, client } = await prepare(rpc, url);
  const raw = signSwaps(uniswap, swaps);
  const cpu = cpuSeconds(anvil.pid);
  const started = performance.now();
  await rpc.sendInBatches('eth_sendRawTransaction', raw, 100);
  await rpc.call('evm_mine', []);
  const seconds = (performance.now() - started) / 1000;
  const cpuUsed = cpuSeconds(anvil.pid) - cpu;
  const block = await client.getBlock();
  if (block.transactions.length !== swaps)
    throw new InfraError('checkFailed', `The baseline block holds ${block.transactions.length} of ${swaps} swaps.`);
  return { perCpuSecond: swaps / cpuUsed, perSecond: swaps / seconds, gasPerSwap: Number(block.gasUsed) / swaps };
}

async function prepare(rpc: JsonRpc, url: string) {
  const client = createPublicClient({ chain: foundry, transport: http(url) });
  const account = privateKeyToAccount(developmentAccount(roles.deployer).privateKey);
  const sender = new Sender(createWalletClient({ account, chain: foundry, transport: http(url) }), client);
  const uniswap = await deployUniswap(sender, poolCount + 1);
  await rpc.call('evm_mine', []);
  await addLiquidity(
    sender,
    uniswap,
    Array.from({ length: poolCount }, (_, i) => [0, i + 1] as const),
    10n ** 26n,
  );
  for (let user = 1; user < users; user++)
    await sender.send(uniswap.tokens[0] as Address, transferData(userAddress(user), 10n ** 24n), 100_000n);
  await rpc.call('evm_mine', []);
  await rpc.sendInBatches('eth_sendRawTransaction', approvals(uniswap), 100);
  await rpc.call('evm_mine', []);
  return { uniswap, client };
}

const keys = new Map<number, { address: Address; key: Hex }>();
function user(index: number): { address: Address; key: Hex } {
  const known = keys.get(index);
  if (known) return known;
  const account = mnemonicToAccount(developmentMnemonic, { addressIndex: index });
  const made = { address: account.address, key: developmentAccount(index).privateKey };
  keys.set(index, made);
  return made;
}
const userAddress = (index: number): Address => user(index).address;

const fees = {
  maxFeePerGas: 100_000_000_000n,
  maxPriorityFeePerGas: 1_000_000_000n,
  type: 'eip1559',
  chainId: foundry.id,
} as const;

const approvals = (uniswap: Uniswap): Hex[] =>
  Array.from({ length: users - 1 }, (_, i) =>
    signTransaction(
      { ...fees, nonce: 0, gas: 100_000n, to: uniswap.tokens[0] as Address, data: approveData(uniswap.router) },
      user(i + 1).key,
    ),
  );

function signSwaps(uniswap: Uniswap, swaps: number): Hex[] {
  return Array.from({ length: swaps }, (_, i) => {
    const who = user(1 + (i % (users - 1)));
    const path = [uniswap.tokens[0] as Address, uniswap.tokens[1 + (i % poolCount)] as Address];
    const data = swapData(10n ** 18n + BigInt(i), 1n, path, who.address);
    return signTransaction(
      { ...fees, nonce: 1 + Math.floor(i / (users - 1)), gas: 200_000n, to: uniswap.router, data },
      who.key,
    );
  });
}
