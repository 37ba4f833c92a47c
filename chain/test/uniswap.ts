import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM, type EVM } from '@ethereumjs/evm';
import { SimpleStateManager } from '@ethereumjs/statemanager';
import { Address as EvmAddress } from '@ethereumjs/util';
import {
  type Abi,
  bytesToHex,
  concat,
  decodeAbiParameters,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  keccak256,
  numberToBytes,
  parseAbi,
  parseAbiParameters,
  toHex,
} from 'viem';

const require = createRequire(import.meta.url);
const bytecodeOf = (path: string): Hex => {
  const { bytecode } = JSON.parse(readFileSync(require.resolve(path), 'utf8')) as { bytecode: string };
  return `0x${bytecode.replace(/^0x/, '')}`;
};

const abi = parseAbi([
  'function createPair(address a, address b) returns (address)',
  'function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)',
  'function mint(address to) returns (uint256)',
  'function burn(address to) returns (uint256, uint256)',
  'function quote(uint256 amount, uint256 reserveA, uint256 reserveB) returns (uint256)',
  'function getAmountOut(uint256 amount, uint256 reserveIn, uint256 reserveOut) returns (uint256)',
  'function getAmountIn(uint256 amount, uint256 reserveIn, uint256 reserveOut) returns (uint256)',
]);

/** Storage of UniswapV2ERC20 and UniswapV2Pair: supply 0, balances 1, reserves 8. */
const SUPPLY_SLOT = numberToBytes(0, { size: 32 });
const BALANCES_SLOT = 1n;
const RESERVES_SLOT = numberToBytes(8, { size: 32 });
const user = `0x${'11'.repeat(20)}` as const;
const GAS = 10_000_000n;

const balanceSlot = (holder: Hex): Uint8Array =>
  keccak256(encodeAbiParameters(parseAbiParameters('address, uint256'), [holder, BALANCES_SLOT]), 'bytes');

/**
 * The bytecode of Uniswap V2's pair and router from npm in an EVM. Reserves, balances and liquidity are written into its storage, so every
 * operation starts from the state it is compared in.
 */
export class Uniswap {
  private readonly slots = new Map<Hex, Uint8Array>();

  private constructor(
    private readonly evm: EVM,
    private readonly tokens: readonly [Hex, Hex],
    private readonly pair: Hex,
    private readonly router: Hex,
  ) {}

  static async create(): Promise<Uniswap> {
    const evm = await createEVM({
      common: new Common({ chain: Mainnet, hardfork: Hardfork.Shanghai }),
      stateManager: new SimpleStateManager(),
    });
    const deploy = async (path: string, parameters: Hex): Promise<Hex> => {
      const data = hexToBytes(concat([bytecodeOf(path), parameters]));
      const { createdAddress, execResult } = await evm.runCall({
        caller: new EvmAddress(hexToBytes(user)),
        data,
        gasLimit: GAS,
      });
      if (!createdAddress || execResult.exceptionError) throw new RangeError(`${path} does not deploy`);
      return bytesToHex(createdAddress.bytes);
    };
    const number = encodeAbiParameters(parseAbiParameters('uint256'), [0n]);
    const addresses = (a: Hex, b: Hex): Hex => encodeAbiParameters(parseAbiParameters('address, address'), [a, b]);
    const made = [
      await deploy('@uniswap/v2-core/build/ERC20.json', number),
      await deploy('@uniswap/v2-core/build/ERC20.json', number),
    ].sort() as [Hex, Hex];
    const factory = await deploy('@uniswap/v2-core/build/UniswapV2Factory.json', number);
    const router = await deploy('@uniswap/v2-periphery/build/UniswapV2Router02.json', addresses(factory, user));
    const created = await call(evm, factory, 'createPair', made);
    if (!created) throw new RangeError('the pair was not created');
    return new Uniswap(evm, made, `0x${created.slice(-40)}`, router);
  }

  private async put(contract: Hex, slot: Uint8Array, value: bigint): Promise<void> {
    await this.evm.stateManager.putStorage(new EvmAddress(hexToBytes(contract)), slot, hexToBytes(toHex(value)));
  }

  private balance(contract: Hex, holder: Hex, value: bigint): Promise<void> {
    const slot = this.slots.get(holder) ?? balanceSlot(holder);
    this.slots.set(holder, slot);
    return this.put(contract, slot, value);
  }

  /** Writes reserves and liquidity, and what the pair holds beyond its reserves: `paid` of both tokens and of the LP token. */
  private async set(
    reserves: readonly [bigint, bigint],
    liquidity: bigint,
    paid: readonly [bigint, bigint, bigint],
  ): Promise<void> {
    await this.put(this.pair, RESERVES_SLOT, (reserves[1] << 112n) | reserves[0]);
    await this.put(this.pair, SUPPLY_SLOT, liquidity);
    await this.balance(this.tokens[0], this.pair, reserves[0] + paid[0]);
    await this.balance(this.tokens[1], this.pair, reserves[1] + paid[1]);
    await this.balance(this.pair, this.pair, paid[2]);
    await this.balance(this.pair, user, 0n);
    await this.balance(this.tokens[0], user, 0n);
    await this.balance(this.tokens[1], user, 0n);
  }

  /** Whether the pair pays `out` of the other token for `paid` of token 0, or of token 1. */
  async swaps(reserves: readonly [bigint, bigint], zeroForOne: boolean, paid: bigint, out: bigint): Promise<boolean> {
    await this.set(reserves, 10n ** 6n, zeroForOne ? [paid, 0n, 0n] : [0n, paid, 0n]);
    const outs = zeroForOne ? [0n, out] : [out, 0n];
    return (await call(this.evm, this.pair, 'swap', [...outs, user, '0x'])) !== undefined;
  }

  /** Liquidity that the pair mints for two amounts; undefined when it reverts. */
  async mints(
    reserves: readonly [bigint, bigint],
    liquidity: bigint,
    amounts: readonly [bigint, bigint],
  ): Promise<bigint | undefined> {
    await this.set(reserves, liquidity, [...amounts, 0n]);
    const answer = await call(this.evm, this.pair, 'mint', [user]);
    return answer && BigInt(answer);
  }

  /** Amounts that the pair pays for burned liquidity; undefined when it reverts. */
  async burns(
    reserves: readonly [bigint, bigint],
    liquidity: bigint,
    burned: bigint,
  ): Promise<readonly bigint[] | undefined> {
    await this.set(reserves, liquidity, [0n, 0n, burned]);
    const answer = await call(this.evm, this.pair, 'burn', [user]);
    return answer && decodeAbiParameters(parseAbiParameters('uint256, uint256'), answer);
  }

  /** A pure function of the router; undefined when it reverts. */
  async ask(
    name: 'quote' | 'getAmountOut' | 'getAmountIn',
    ...args: readonly [bigint, bigint, bigint]
  ): Promise<bigint | undefined> {
    const answer = await call(this.evm, this.router, name, args);
    return answer && BigInt(answer);
  }
}

const call = async (evm: EVM, to: Hex, functionName: string, args: readonly unknown[]): Promise<Hex | undefined> => {
  const data = hexToBytes(encodeFunctionData({ abi: abi as Abi, functionName, args } as never));
  const { execResult } = await evm.runCall({
    caller: new EvmAddress(hexToBytes(user)),
    to: new EvmAddress(hexToBytes(to)),
    data,
    gasLimit: GAS,
  });
  return execResult.exceptionError ? undefined : bytesToHex(execResult.returnValue);
};
