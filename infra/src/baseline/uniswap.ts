import { createRequire } from 'node:module';
import {
  type Abi,
  type Account,
  type Address,
  type Chain,
  type Hex,
  type PublicClient,
  type Transport,
  type WalletClient,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  parseAbi,
} from 'viem';

const require = createRequire(import.meta.url);

export const routerAbi = parseAbi([
  'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline) returns (uint256[])',
  'function addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256 amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256 deadline) returns (uint256, uint256, uint256)',
]);
export const erc20Abi = parseAbi([
  'function approve(address spender, uint256 value) returns (bool)',
  'function transfer(address to, uint256 value) returns (bool)',
  'function balanceOf(address owner) view returns (uint256)',
]);

export interface Uniswap {
  readonly factory: Address;
  readonly router: Address;
  readonly tokens: readonly Address[];
}

type Wallet = WalletClient<Transport, Chain, Account>;

/** The published bytecode of the packages, unchanged. */
const artifact = (path: string): { abi: Abi; bytecode: Hex } => {
  const json = require(path) as { abi: Abi; bytecode: string };
  return { abi: json.abi, bytecode: json.bytecode.startsWith('0x') ? (json.bytecode as Hex) : `0x${json.bytecode}` };
};

/** Sends calls of one account with ascending nonces and mines them; the L1 may mine by itself or not. */
export class Sender {
  private nonce: number | undefined;

  constructor(
    readonly wallet: Wallet,
    readonly client: PublicClient,
  ) {}

  async send(to: Address | null, data: Hex, gas = 5_000_000n): Promise<Hex> {
    this.nonce ??= await this.client.getTransactionCount({ address: this.wallet.account.address, blockTag: 'pending' });
    return this.wallet.sendTransaction({
      to,
      data,
      gas,
      nonce: this.nonce++,
      maxFeePerGas: 100_000_000_000n,
      maxPriorityFeePerGas: 1_000_000_000n,
    });
  }

  /** Address of the next contract that this sender creates. */
  async nextAddress(): Promise<Address> {
    this.nonce ??= await this.client.getTransactionCount({ address: this.wallet.account.address, blockTag: 'pending' });
    return getContractAddress({ from: this.wallet.account.address, nonce: BigInt(this.nonce) });
  }

  async deploy(path: string, args: readonly unknown[]): Promise<Address> {
    const { abi, bytecode } = artifact(path);
    const address = await this.nextAddress();
    await this.send(null, encodeDeployData({ abi, bytecode, args: [...args] }), 8_000_000n);
    return address;
  }
}

/** Deploys Uniswap V2 (factory, router and `tokenCount` plain tokens of 10^30 units each). Mining is the caller's. */
export async function deployUniswap(sender: Sender, tokenCount: number): Promise<Uniswap> {
  const factory = await sender.deploy('@uniswap/v2-core/build/UniswapV2Factory.json', [sender.wallet.account.address]);
  const weth = await sender.deploy('@uniswap/v2-periphery/build/WETH9.json', []);
  const router = await sender.deploy('@uniswap/v2-periphery/build/UniswapV2Router02.json', [factory, weth]);
  const tokens: Address[] = [];
  for (let i = 0; i < tokenCount; i++)
    tokens.push(await sender.deploy('@uniswap/v2-periphery/build/ERC20.json', [10n ** 30n]));
  return { factory, router, tokens };
}

/** Approves the router and adds liquidity to the pools named by token numbers. */
export async function addLiquidity(
  sender: Sender,
  uniswap: Uniswap,
  pairs: readonly (readonly [number, number])[],
  amount: bigint,
): Promise<void> {
  for (const token of uniswap.tokens) await sender.send(token, approveData(uniswap.router), 100_000n);
  for (const [a, b] of pairs) {
    const tokens = [uniswap.tokens[a] as Address, uniswap.tokens[b] as Address] as const;
    const args = [...tokens, amount, amount, 0n, 0n, sender.wallet.account.address, 1n << 40n] as const;
    await sender.send(uniswap.router, encodeFunctionData({ abi: routerAbi, functionName: 'addLiquidity', args }));
  }
}

export const approveData = (spender: Address): Hex =>
  encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, (1n << 256n) - 1n] });

export const transferData = (to: Address, amount: bigint): Hex =>
  encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] });

/** Calldata of one exact-in swap over one pool, as wallets make it. */
export const swapData = (amountIn: bigint, minimumOut: bigint, path: readonly Address[], to: Address): Hex =>
  encodeFunctionData({
    abi: routerAbi,
    functionName: 'swapExactTokensForTokens',
    args: [amountIn, minimumOut, [...path], to, 1n << 40n],
  });
