import type { Hex } from 'viem';

import { Ledger, type Outcome, account, tokenRef } from './ledger.ts';

/** Operations of the exchange as the packed transactions make them. */
export class Market extends Ledger {
  createPool(a: bigint, b: bigint): Outcome {
    return this.run('createPool', this.address(0, account(1)), a, b);
  }

  add(from: Hex, pool: number, amount0: bigint, amount1: bigint, minimum0 = 0n, minimum1 = 0n): Outcome {
    const who = this.address(0, from);
    const amounts = [amount0, amount1, minimum0, minimum1].map((value, i) => this.amount(4 + i, value));
    return this.run('addLiquidity', who, who, pool, ...amounts);
  }

  remove(from: Hex, pool: number, liquidity: bigint, minimum0 = 0n, minimum1 = 0n): Outcome {
    const who = this.address(0, from);
    const amounts = [liquidity, minimum0, minimum1].map((value, i) => this.amount(4 + i, value));
    return this.run('removeLiquidity', who, who, pool, ...amounts);
  }

  swapIn(from: Hex, pools: readonly number[], zeroForOne: boolean, amountIn: bigint, minimumOut = 0n): Outcome {
    const who = this.address(0, from);
    const route = this.pools(2, pools);
    return this.run(
      'swapExactIn',
      who,
      who,
      route,
      pools.length,
      Number(zeroForOne),
      this.amount(4, amountIn),
      this.amount(5, minimumOut),
    );
  }

  swapOut(from: Hex, pools: readonly number[], zeroForOne: boolean, amountOut: bigint, maximumIn: bigint): Outcome {
    const who = this.address(0, from);
    const route = this.pools(2, pools);
    return this.run(
      'swapExactOut',
      who,
      who,
      route,
      pools.length,
      Number(zeroForOne),
      this.amount(4, amountOut),
      this.amount(5, maximumIn),
    );
  }

  reserves(pool: number, token0: bigint, token1: bigint): [bigint, bigint] {
    return [this.poolHolding(pool, token0), this.poolHolding(pool, token1)];
  }
}

/** A market with pool 0 of tokens 1 and 2 holding `reserve0`, `reserve1`, opened by account 1, who has as much again. */
export const openMarket = (reserve0: bigint, reserve1: bigint): Market => {
  const market = new Market();
  market.mint(tokenRef(1), account(1), reserve0 * 2n);
  market.mint(tokenRef(2), account(1), reserve1 * 2n);
  market.createPool(tokenRef(1), tokenRef(2));
  market.add(account(1), 0, reserve0, reserve1);
  return market;
};

export const floorQuote = (amountIn: bigint, x: bigint, y: bigint): bigint =>
  (amountIn * 997n * y) / (x * 1000n + amountIn * 997n);

export const inputQuote = (amountOut: bigint, x: bigint, y: bigint): bigint =>
  (x * amountOut * 1000n) / ((y - amountOut) * 997n) + 1n;

/** Tax and retained (promoters' parts included), floored one by one. */
export const feeBuckets = (amountIn: bigint): { tax: bigint; retained: bigint } => {
  const part = (bps: bigint): bigint => (amountIn * bps) / 10_000n;
  return { tax: part(10n), retained: part(4n) + part(1n) + part(5n) };
};

export const squareRoot = (value: bigint): bigint => {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (let next = (root + value / root) >> 1n; next < root; next = (root + value / root) >> 1n) root = next;
  return root;
};
