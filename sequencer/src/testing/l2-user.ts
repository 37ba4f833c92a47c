import { systemAddresses } from '@metachain/program';
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  erc20Abi,
  type Hex,
  http,
  parseEther,
  parseGwei,
  type PublicClient,
  zeroAddress,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CHAIN_ID, type NodeProcess } from './devnet.js';

const chain = defineChain({
  id: CHAIN_ID,
  name: 'L2',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [] } },
});

export const user = privateKeyToAccount(`0x${'57'.repeat(32)}`);
/** What the user holds at genesis. */
export const allocation = { token: 0, account: user.address, amount: parseEther('10').toString() };

const recipient = `0x${'59'.repeat(20)}` as const;
const fees = { maxFeePerGas: parseGwei('1'), gas: 100_000n };
/** An idle connection may end just when it is used again, more so where a test computed for long. */
const transport = ({ url }: NodeProcess) => http(url, { retryCount: 2, retryDelay: 50 });

/** Reads of a node. */
export const l2 = (node: NodeProcess): PublicClient =>
  createPublicClient({ chain, transport: transport(node), cacheTime: 0 }) as PublicClient;

/** Sends a wei and waits until it is in a block, so that each one has a block of its own. Returns the block's number. */
export async function sendInBlock(node: NodeProcess): Promise<bigint> {
  const hash = await send(node);
  const receipt = await node.until('a block', () => l2(node).getTransactionReceipt({ hash }));
  return receipt.blockNumber;
}

/** Sends a wei. */
export const send = (node: NodeProcess): Promise<Hex> =>
  createWalletClient({ account: user, chain, transport: transport(node) }).sendTransaction({
    to: zeroAddress,
    value: 1n,
    ...fees,
  });

/** Sends a wei through the ERC-20 face of ether, which, unlike a plain transfer, emits an event. */
export const sendWithEvent = (node: NodeProcess): Promise<Hex> =>
  createWalletClient({ account: user, chain, transport: transport(node) }).writeContract({
    address: systemAddresses.eth,
    abi: erc20Abi,
    functionName: 'transfer',
    args: [recipient, 1n],
    ...fees,
  });

/** Heads of a node by `/readyz`. */
export async function headsOf(node: NodeProcess): Promise<{ readonly head: bigint; readonly safe: bigint }> {
  const { head, safe } = (await (await fetch(`${node.url}/readyz`)).json()) as { head: string; safe: string };
  return { head: BigInt(head), safe: BigInt(safe) };
}
