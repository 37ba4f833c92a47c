import {
  type Chain,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  parseEther,
  type TransactionReceipt,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ScriptedChain } from './scripted-chain.js';

/** Key of an account that has ether on an anvil, and on a `fundedChain`. */
export const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
export const user = privateKeyToAccount(KEY);
export const target = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8';

/** A scripted chain on which the user has ether. */
export function fundedChain(): ScriptedChain {
  const chain = new ScriptedChain();
  chain.fund(user.address.toLowerCase() as Hex, parseEther('1000'));
  return chain;
}

/** A chain as viem is told of one. */
export const viemChain = (url: string, id: number): Chain =>
  defineChain({
    id,
    name: 'test',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });

/** Sends a transfer with viem as an application does, and returns its receipt. */
export async function transferWithViem(url: string, id: number): Promise<TransactionReceipt> {
  const wallet = createWalletClient({ account: user, chain: viemChain(url, id), transport: http(url) });
  const client = createPublicClient({ chain: viemChain(url, id), transport: http(url), pollingInterval: 100 });
  const hash = await wallet.sendTransaction({ to: target, value: 5n });
  return client.waitForTransactionReceipt({ hash });
}
