import { expect } from '@jest/globals';
import {
  packedTypedData,
  type PackedTransaction,
  poolAddress,
  systemAddresses,
  tokenAddress,
} from '@metachain/program';
import { type Address, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CHAIN_ID, EngineChain } from './engine-chain.js';
import { startTestNode, type TestNode } from './test-node.js';

const user = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
/** Who holds everything on the market. */
export const trader = user.address.toLowerCase() as Address;
const { eth, mb, dcep } = systemAddresses;
/** A token that anyone registered, after the three of the system. */
export const coffee = tokenAddress(3);
const FAR = 2 ** 40 - 1;

/** An answer of the REST interface. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** The real rules behind the public surface, with four tokens and three pools. */
export interface MarketNode extends TestNode {
  readonly chain: EngineChain;
  get(path: string): Promise<Answer>;
  /** Posts a body to `/v1/transactions`: text as it is, anything else as JSON. */
  submit(body: unknown): Promise<Answer>;
  /** Signs operations as a wallet would (on this chain unless told otherwise), in the next sequence, and submits them. */
  trade(
    operations: PackedTransaction['operations'],
    overrides?: Partial<PackedTransaction>,
    chainId?: number,
  ): Promise<Answer>;
  /** Transactions that used up a sequence. */
  readonly traded: () => bigint;
  /** Takes a sequence back that was refused. */
  giveBack(): void;
}

/** Starts the market and seals its first block: pools MB/DCEP, MB/COF and ETH/MB with liquidity. */
export async function startMarket(): Promise<MarketNode> {
  const chain = new EngineChain({ tokens: [...tokens], allocations });
  const node = await startTestNode(chain);
  let sequence = 0n;
  const get = (path: string) => answerOf(fetch(node.url + path));
  const submit = (body: unknown) =>
    answerOf(
      fetch(`${node.url}/v1/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  const trade: MarketNode['trade'] = async (operations, overrides = {}, chainId = CHAIN_ID) =>
    submit(await signed({ ...unsigned, sequence: sequence++, operations, ...overrides }, chainId));
  const market = { ...node, chain, get, submit, trade, traded: () => sequence, giveBack: () => void sequence-- };
  await open(market);
  return market;
}

const tokens = [
  { name: 'MetaMart', symbol: 'MB', decimals: 18 },
  { name: 'Digital Currency', symbol: 'DCEP', decimals: 6 },
  { name: 'Coffee', symbol: 'COF', decimals: 18 },
] as const;
const allocations = [0, 1, 2, 3].map((token) => ({ token, account: trader, amount: parseEther('1000000') }));
const unsigned = { lane: 0, deadline: BigInt(FAR), feeToken: 'ETH', maxFee: 10n ** 16n } as const;

async function answerOf(response: Promise<Response>): Promise<Answer> {
  const answer = await response;
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function signed(transaction: PackedTransaction, chainId: number): Promise<object> {
  const signature = await user.signTypedData(packedTypedData(transaction, chainId) as never);
  const { lane, feeToken, sequence, deadline, maxFee } = transaction;
  const operations = transaction.operations.map((operation) =>
    Object.fromEntries(
      Object.entries(operation).map(([name, value]) => [name, typeof value === 'bigint' ? value.toString() : value]),
    ),
  );
  const texts = { sequence: sequence.toString(), maxFee: maxFee.toString() };
  return { transaction: { lane, feeToken, deadline: Number(deadline), ...texts, operations }, signature };
}

async function open(market: MarketNode): Promise<void> {
  for (const [tokenA, tokenB] of [
    [mb, dcep],
    [mb, coffee],
    [eth, mb],
  ] as const) {
    const created = await market.trade([{ type: 'CreatePool', tokenA, tokenB }]);
    expect(created.body).toMatchObject({ status: 'executed' });
  }
  const added = await market.trade([
    liquidity(0, parseEther('10000'), 10n ** 10n),
    liquidity(1, parseEther('10000'), parseEther('20000')),
    liquidity(2, parseEther('100'), parseEther('10000')),
  ]);
  expect(added.body).toMatchObject({ status: 'executed', code: 0 });
  await market.chain.seal();
}

const liquidity = (pool: number, amount0: bigint, amount1: bigint) =>
  ({ type: 'AddLiquidity', pool: poolAddress(pool), amount0, amount1, minimum0: 0n, minimum1: 0n }) as const;
