import { createRequire } from 'node:module';

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
  prepareEncodeFunctionData,
  toHex,
} from 'viem';

import { Anvil, type RpcAnswer, type RpcRequest } from './anvil.js';

const load = createRequire(import.meta.url);
interface Artifact {
  readonly abi: Abi;
  readonly bytecode: string;
}
const core = (name: string): Artifact => load(`@uniswap/v2-core/build/${name}.json`) as Artifact;
const periphery = (name: string): Artifact => load(`@uniswap/v2-periphery/build/${name}.json`) as Artifact;

/** First account of the EVM's development mnemonic. */
const trader: Address = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
const TIME = 1_800_000_000n;
const DEADLINE = 1n << 40n;
const UNLIMITED = (1n << 256n) - 1n;
/** Storage of UniswapV2ERC20 and UniswapV2Pair. */
const SLOT_SUPPLY = 0n;
const SLOT_BALANCES = 1n;
const SLOT_RESERVES = 8n;
const FUNDS = 1n << 120n;
/** How the EVM says that a call reverted, or met the invalid opcode that these compilers emit for a division by zero. */
const REVERTED = 3;
const INVALID = 'EVM error InvalidFEOpcode';

const wordOf = (number: bigint): Hex => pad(toHex(number));
const balanceSlot = (account: Address): Hex =>
  keccak256(encodeAbiParameters(parseAbiParameters('address, uint256'), [account, SLOT_BALANCES]));

/** Outcome of a call: values, or undefined when it reverted. */
export type Outcome = readonly bigint[] | undefined;

/** Reserves and LP supply from which a call starts. */
export interface PoolState {
  readonly reserve0: bigint;
  readonly reserve1: bigint;
  readonly supply: bigint;
}

export const routerCalls = [
  'swapExactTokensForTokens',
  'swapTokensForExactTokens',
  'addLiquidity',
  'removeLiquidity',
] as const;
type RouterCall = (typeof routerCalls)[number];

/** A call of the router from a state of the pair. */
export interface PoolCall {
  readonly state: PoolState;
  readonly name: RouterCall;
  readonly args: readonly unknown[];
}

/** Real Uniswap V2 bytecode (factory, pair, router and tokens from their npm packages) in an EVM, with reserves set at will. */
export class UniswapV2 {
  private tokens: readonly [Address, Address] = ['0x', '0x'];
  private pair: Address = '0x';
  private router: Address = '0x';
  private slots = { pair: '0x' as Hex, trader: balanceSlot(trader) };
  private readonly abis = new Map(
    routerCalls.map((name) => [
      name,
      prepareEncodeFunctionData({ abi: periphery('UniswapV2Router02').abi, functionName: name }),
    ]),
  );

  private constructor(private readonly evm: Anvil) {}

  static async create(): Promise<UniswapV2> {
    const uniswap = new UniswapV2(await Anvil.start(TIME));
    try {
      await uniswap.deployAll();
    } catch (error) {
      uniswap.stop();
      throw error;
    }
    return uniswap;
  }

  stop(): void {
    this.evm.stop();
  }

  swapExactIn(state: PoolState, zeroForOne: boolean, amountIn: bigint): PoolCall {
    return this.swap(state, 'swapExactTokensForTokens', zeroForOne, amountIn, 0n);
  }

  swapExactOut(state: PoolState, zeroForOne: boolean, amountOut: bigint): PoolCall {
    return this.swap(state, 'swapTokensForExactTokens', zeroForOne, amountOut, FUNDS);
  }

  /** Its outcome: amounts taken and liquidity minted. */
  addLiquidity(state: PoolState, amount0: bigint, amount1: bigint): PoolCall {
    return { state, name: 'addLiquidity', args: [...this.tokens, amount0, amount1, 0n, 0n, trader, DEADLINE] };
  }

  removeLiquidity(state: PoolState, liquidity: bigint): PoolCall {
    return { state, name: 'removeLiquidity', args: [...this.tokens, liquidity, 0n, 0n, trader, DEADLINE] };
  }

  /** What each call gives from its own state; none sees another. */
  async outcomes(calls: readonly PoolCall[]): Promise<Outcome[]> {
    const answers = await this.evm.batch(calls.map((call) => this.request(call)));
    return answers.map((answer, index) => this.outcome(calls[index]!.name, answer));
  }

  private swap(state: PoolState, name: RouterCall, zeroForOne: boolean, exact: bigint, limit: bigint): PoolCall {
    const path = zeroForOne ? this.tokens : [...this.tokens].reverse();
    return { state, name, args: [exact, limit, path, trader, DEADLINE] };
  }

  private request({ state, name, args }: PoolCall): RpcRequest {
    const data = encodeFunctionData({ ...this.abis.get(name)!, args } as never);
    const call = { from: trader, to: this.router, data, gas: '0x4c4b40' };
    return { method: 'eth_call', params: [call, 'latest', this.overrides(state)] };
  }

  /** Storage that puts the pair at the reserves, with the LP supply, all of it with the trader. */
  private overrides({ reserve0, reserve1, supply }: PoolState): Record<Address, { stateDiff: Record<Hex, Hex> }> {
    const [a, b] = this.tokens;
    const { pair, trader: mine } = this.slots;
    const funds = wordOf(FUNDS);
    const reserves = wordOf((TIME << 224n) | (reserve1 << 112n) | reserve0);
    const pairWords = {
      [wordOf(SLOT_RESERVES)]: reserves,
      [wordOf(SLOT_SUPPLY)]: wordOf(supply),
      [mine]: wordOf(supply),
    };
    return {
      [this.pair]: { stateDiff: pairWords },
      [a]: { stateDiff: { [pair]: wordOf(reserve0), [mine]: funds } },
      [b]: { stateDiff: { [pair]: wordOf(reserve1), [mine]: funds } },
    };
  }

  private outcome(name: RouterCall, { result, error }: RpcAnswer): Outcome {
    if (error?.code === REVERTED || error?.message === INVALID) return undefined;
    if (error) throw new TypeError(`${name}: ${error.message} (${error.code})`);
    const { abi } = this.abis.get(name)!;
    return decodeFunctionResult({ abi, functionName: name, data: result } as never) as unknown as Outcome;
  }

  private async deployAll(): Promise<void> {
    const deployed = [await this.deploy(core('ERC20'), [FUNDS]), await this.deploy(core('ERC20'), [FUNDS])];
    this.tokens = deployed.sort() as [Address, Address];
    const factory = await this.deploy(core('UniswapV2Factory'), [trader]);
    const weth = await this.deploy(periphery('WETH9'), []);
    this.router = await this.deploy(periphery('UniswapV2Router02'), [factory, weth]);
    this.pair = await this.createPair(factory);
    this.slots = { ...this.slots, pair: balanceSlot(this.pair) };
    for (const token of [...this.tokens, this.pair]) await this.approve(token);
  }

  private async createPair(factory: Address): Promise<Address> {
    const { abi } = core('UniswapV2Factory');
    const args = this.tokens;
    await this.evm.send(trader, factory, encodeFunctionData({ abi, functionName: 'createPair', args }));
    const call = { to: factory, data: encodeFunctionData({ abi, functionName: 'getPair', args }) };
    const data = (await this.evm.ask('eth_call', call, 'latest')) as Hex;
    return decodeFunctionResult({ abi, functionName: 'getPair', data }) as Address;
  }

  private async approve(token: Address): Promise<void> {
    const { abi } = core('ERC20');
    const data = encodeFunctionData({ abi, functionName: 'approve', args: [this.router, UNLIMITED] });
    await this.evm.send(trader, token, data);
  }

  private async deploy({ abi, bytecode }: Artifact, args: readonly unknown[]): Promise<Address> {
    const code = bytecode.startsWith('0x') ? (bytecode as Hex) : concat(['0x', `0x${bytecode}`]);
    const created = await this.evm.send(trader, undefined, encodeDeployData({ abi, bytecode: code, args }));
    if (created === undefined) throw new TypeError('nothing was deployed');
    return created;
  }
}
