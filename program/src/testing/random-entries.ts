import * as fc from 'fast-check';
import { encodeFunctionData } from 'viem';

import { erc20Abi, factoryAbi, routerAbi } from '../abi/index.js';
import { poolAddress, systemAddresses, tokenAddress } from '../codec/address.js';
import { roundAmount } from '../codec/amount.js';
import type { Operation } from '../codec/operations.js';
import { accounts, ETHER, type TestChain } from './test-chain.js';

/** A transaction to be signed by `account`; `skew` makes its nonce wrong now and then. */
export interface Draft {
  readonly account: number;
  readonly skew: number;
  readonly body:
    | {
        readonly kind: 'packed';
        readonly operations: readonly Operation[];
        readonly lane: number;
        readonly fee: 'ETH' | 'MB' | 'DCEP';
      }
    | { readonly kind: 'ethereum'; readonly call: number; readonly token: number; readonly amount: bigint };
}

const amount = fc.oneof(
  fc.bigInt({ min: 1n, max: 1_000n * ETHER }).map((value) => roundAmount(value)),
  fc.constantFrom(0n, 1n, (1n << 127n) + 1n),
);
const pool = fc.nat({ max: 3 }).map(poolAddress);
const token = fc.oneof(fc.nat({ max: 4 }).map(tokenAddress), pool);
const to = fc.oneof(fc.constantFrom(...accounts.map(({ address }) => address)), token);
const flag = fc.boolean();
const route = fc.array(pool, { minLength: 2, maxLength: 3 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ type: fc.constant('Transfer' as const), token, to, amount }),
  fc.record({ type: fc.constant('Approve' as const), token, spender: to, amount }),
  fc.record({
    type: fc.constant('Swap' as const),
    pool,
    zeroForOne: flag,
    amountIn: amount,
    minimumOut: fc.constant(0n),
  }),
  fc.record({
    type: fc.constant('SwapExactOut' as const),
    pool,
    zeroForOne: flag,
    amountOut: amount,
    maximumIn: amount,
  }),
  fc.record({
    type: fc.constant('SwapRoute' as const),
    pools: route,
    zeroForOne: flag,
    amountIn: amount,
    minimumOut: fc.constant(0n),
  }),
  fc.record({
    type: fc.constant('SwapRouteExactOut' as const),
    pools: route,
    zeroForOne: flag,
    amountOut: amount,
    maximumIn: amount,
  }),
  fc.record({
    type: fc.constant('AddLiquidity' as const),
    pool,
    amount0: amount,
    amount1: amount,
    minimum0: fc.constant(0n),
    minimum1: fc.constant(0n),
  }),
  fc.record({
    type: fc.constant('RemoveLiquidity' as const),
    pool,
    liquidity: amount,
    minimum0: fc.constant(0n),
    minimum1: fc.constant(0n),
  }),
  fc.record({ type: fc.constant('CreatePool' as const), tokenA: token, tokenB: token }),
  fc.record({ type: fc.constant('Withdraw' as const), token, to, amount }),
);

const body = fc.oneof(
  fc.record({
    kind: fc.constant('packed' as const),
    operations: fc.array(operation, { minLength: 1, maxLength: 4 }),
    lane: fc.constantFrom(0, 0, 0, 1, 7),
    fee: fc.constantFrom('ETH' as const, 'ETH' as const, 'MB' as const, 'DCEP' as const),
  }),
  fc.record({ kind: fc.constant('ethereum' as const), call: fc.nat({ max: 5 }), token: fc.nat({ max: 4 }), amount }),
);

export const draft: fc.Arbitrary<Draft> = fc.record({
  account: fc.nat({ max: accounts.length - 1 }),
  skew: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
  body,
});

const ethereumCall = (call: number, index: number, value: bigint, deadline: bigint, from: `0x${string}`) => {
  const erc20 = tokenAddress(index);
  switch (call) {
    case 0:
      return { to: accounts[0]!.address, value };
    case 1:
      return {
        to: erc20,
        data: encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [accounts[2]!.address, value] }),
      };
    case 2:
      return {
        to: erc20,
        data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [systemAddresses.router, value] }),
      };
    case 3:
      return {
        to: systemAddresses.factory,
        data: encodeFunctionData({ abi: factoryAbi, functionName: 'createPair', args: [erc20, tokenAddress(0)] }),
      };
    case 4:
      return {
        to: systemAddresses.router,
        value,
        data: encodeFunctionData({
          abi: routerAbi,
          functionName: 'swapExactETHForTokens',
          args: [0n, [tokenAddress(0), erc20], from, deadline],
        }),
      };
    default:
      return { to: erc20, data: '0xdeadbeef' as const };
  }
};

/** Signs drafts for a chain, keeping count of the nonces that will be taken if every well-numbered one is. */
export class Signer {
  private readonly counts = new Map<string, bigint>();

  constructor(private readonly chain: TestChain) {}

  async sign({ account, skew, body }: Draft): Promise<{ entry: Uint8Array; commit: () => void }> {
    const signer = accounts[account]!;
    const slot = body.kind === 'packed' ? `${account} ${body.lane}` : `${account} ethereum`;
    const number = (this.counts.get(slot) ?? 0n) + BigInt(skew);
    const commit = (): void => void this.counts.set(slot, number + 1n);
    if (body.kind === 'packed') {
      const fields = { lane: body.lane, sequence: number, feeToken: body.fee };
      return { entry: await this.chain.packed(signer, body.operations, fields), commit };
    }
    const call = ethereumCall(body.call, body.token, body.amount, this.chain.time + 1_000n, signer.address);
    return { entry: await this.chain.ethereum(signer, { ...call, nonce: Number(number) }), commit };
  }
}
