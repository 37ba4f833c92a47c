import { createRequire } from 'node:module';

import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, type EVM } from '@ethereumjs/evm';
import { SimpleStateManager } from '@ethereumjs/statemanager';
import { Account, Address as EvmAddress } from '@ethereumjs/util';
import {
  type Abi,
  type Address,
  concat,
  decodeFunctionResult,
  encodeAbiParameters,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  keccak256,
  pad,
  parseAbiParameters,
  toHex,
} from 'viem';

import { fromHex, toHex as bytesToHex } from '../codec/bytes.js';
import { keccak256 as nativeKeccak } from '../crypto/keccak.js';

const load = createRequire(import.meta.url);
interface Artifact {
  readonly abi: Abi;
  readonly bytecode: string;
}
const core = (name: string): Artifact => load(`@uniswap/v2-core/build/${name}.json`) as Artifact;
const periphery = (name: string): Artifact => load(`@uniswap/v2-periphery/build/${name}.json`) as Artifact;

const trader: Address = '0x00000000000000000000000000000000000000aa';
const TIME = 1_800_000_000n;
const UNLIMITED = (1n << 256n) - 1n;
/** Storage of UniswapV2ERC20 and UniswapV2Pair. */
const SLOT_SUPPLY = 0n;
const SLOT_BALANCES = 1n;
const SLOT_RESERVES = 8n;
const FUNDS = 1n << 120n;

const slotOf = (number: bigint): Uint8Array => fromHex(pad(toHex(number)));
const balanceSlot = (account: Address): Uint8Array =>
  fromHex(keccak256(encodeAbiParameters(parseAbiParameters('address, uint256'), [account, SLOT_BALANCES])));

/** Outcome of a call: values, or undefined when it reverted. */
export type Outcome = readonly bigint[] | undefined;

/** Real Uniswap V2 bytecode (factory, pair, router and tokens from their npm packages) in an EVM, with reserves set at will. */
export class UniswapV2 {
  tokens: readonly [Address, Address] = ['0x', '0x'];
  pair: Address = '0x';
  private router: Address = '0x';

  private constructor(private readonly evm: EVM) {}

  static async create(): Promise<UniswapV2> {
    const common = new Common({
      chain: Mainnet,
      hardfork: Hardfork.Shanghai,
      customCrypto: { keccak256: nativeKeccak },
    });
    const evm = await createEVM({ common, stateManager: new SimpleStateManager({ common }) });
    const uniswap = new UniswapV2(evm);
    await uniswap.deployAll();
    return uniswap;
  }

  /** Puts the pair at these reserves with this LP supply, all of it with the trader except what is locked. */
  async setPool(reserve0: bigint, reserve1: bigint, supply: bigint): Promise<void> {
    await this.store(this.pair, slotOf(SLOT_RESERVES), (TIME << 224n) | (reserve1 << 112n) | reserve0);
    await this.store(this.pair, slotOf(SLOT_SUPPLY), supply);
    await this.store(this.pair, balanceSlot(trader), supply);
    await this.store(this.tokens[0], balanceSlot(this.pair), reserve0);
    await this.store(this.tokens[1], balanceSlot(this.pair), reserve1);
    for (const token of this.tokens) await this.store(token, balanceSlot(trader), FUNDS);
  }

  async swapExactIn(zeroForOne: boolean, amountIn: bigint): Promise<Outcome> {
    return this.swap('swapExactTokensForTokens', zeroForOne, amountIn, 0n);
  }

  async swapExactOut(zeroForOne: boolean, amountOut: bigint): Promise<Outcome> {
    return this.swap('swapTokensForExactTokens', zeroForOne, amountOut, FUNDS);
  }

  /** Amounts taken and liquidity minted. */
  async addLiquidity(amount0: bigint, amount1: bigint): Promise<Outcome> {
    const [a, b] = this.tokens;
    return this.route('addLiquidity', [a, b, amount0, amount1, 0n, 0n, trader, TIME + 1n]);
  }

  async removeLiquidity(liquidity: bigint): Promise<Outcome> {
    const [a, b] = this.tokens;
    return this.route('removeLiquidity', [a, b, liquidity, 0n, 0n, trader, TIME + 1n]);
  }

  private async swap(name: string, zeroForOne: boolean, exact: bigint, limit: bigint): Promise<Outcome> {
    const path = zeroForOne ? this.tokens : [...this.tokens].reverse();
    const amounts = await this.route(name, [exact, limit, path, trader, TIME + 1n]);
    return amounts && (amounts[0] as unknown as readonly bigint[]);
  }

  /** Calls the router; what the call changed is taken back. */
  private async route(name: string, args: readonly unknown[]): Promise<Outcome> {
    const { abi } = periphery('UniswapV2Router02');
    await this.evm.stateManager.checkpoint();
    try {
      const data = await this.call(this.router, encodeFunctionData({ abi, functionName: name, args }));
      if (data === undefined) return undefined;
      const result = decodeFunctionResult({ abi, functionName: name, data });
      return name.startsWith('swap') ? ([result] as unknown as readonly bigint[]) : (result as readonly bigint[]);
    } finally {
      await this.evm.stateManager.revert();
    }
  }

  private async deployAll(): Promise<void> {
    await this.evm.stateManager.putAccount(evmAddress(trader), new Account(0n, 10n ** 30n));
    const deployed = [await this.deploy(core('ERC20'), [FUNDS]), await this.deploy(core('ERC20'), [FUNDS])];
    this.tokens = deployed.sort() as [Address, Address];
    const factory = await this.deploy(core('UniswapV2Factory'), [trader]);
    const weth = await this.deploy(periphery('WETH9'), []);
    this.router = await this.deploy(periphery('UniswapV2Router02'), [factory, weth]);
    const { abi } = core('UniswapV2Factory');
    await this.call(factory, encodeFunctionData({ abi, functionName: 'createPair', args: this.tokens }));
    const data = (await this.call(factory, encodeFunctionData({ abi, functionName: 'getPair', args: this.tokens })))!;
    this.pair = decodeFunctionResult({ abi, functionName: 'getPair', data }) as Address;
    for (const token of [...this.tokens, this.pair]) await this.approve(token);
  }

  private async approve(token: Address): Promise<void> {
    await this.call(
      token,
      encodeFunctionData({ abi: core('ERC20').abi, functionName: 'approve', args: [this.router, UNLIMITED] }),
    );
  }

  private async deploy({ abi, bytecode }: Artifact, args: readonly unknown[]): Promise<Address> {
    const code = bytecode.startsWith('0x') ? (bytecode as Hex) : concat(['0x', `0x${bytecode}`]);
    const result = await this.evm.runCall({
      caller: evmAddress(trader),
      gasLimit: 20_000_000n,
      data: fromHex(encodeDeployData({ abi, bytecode: code, args })),
      block: block as never,
    });
    if (result.execResult.exceptionError)
      throw new TypeError(`deployment failed: ${result.execResult.exceptionError.error}`);
    return bytesToHex(result.createdAddress!.bytes);
  }

  private async call(to: Address, data: Hex): Promise<Hex | undefined> {
    // Each call stands for a transaction: what storage held when an earlier one began must not enter its refunds.
    this.evm.stateManager.originalStorageCache.clear();
    const result = await this.evm.runCall({
      caller: evmAddress(trader),
      to: evmAddress(to),
      gasLimit: 5_000_000n,
      data: fromHex(data),
      block: block as never,
    });
    return result.execResult.exceptionError ? undefined : bytesToHex(result.execResult.returnValue);
  }

  private store(account: Address, slot: Uint8Array, value: bigint): Promise<void> {
    return this.evm.stateManager.putStorage(evmAddress(account), slot, fromHex(pad(toHex(value))));
  }
}

const evmAddress = (address: Address): EvmAddress => new EvmAddress(fromHex(address.toLowerCase()));

const block = {
  header: {
    number: 1n,
    timestamp: TIME,
    coinbase: evmAddress(trader),
    difficulty: 0n,
    prevRandao: new Uint8Array(32),
    gasLimit: 30_000_000n,
    baseFeePerGas: 7n,
    getBlobGasPrice: () => 1n,
  },
};
