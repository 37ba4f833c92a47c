import { describe, expect, it } from '@jest/globals';
import { poolAddress, tokenAddress } from '@metachain/program';
import type { Address } from 'viem';
import type { Pool } from './pool-book.js';
import { amountIn, amountOut, bestRoute } from './router.js';

const token = (index: number): Address => tokenAddress(index);
const pool = (index: number, a: number, b: number, reserve0: bigint, reserve1: bigint): Pool => ({
  index,
  address: poolAddress(index),
  token0: token(Math.min(a, b)),
  token1: token(Math.max(a, b)),
  reserve0,
  reserve1,
});

describe('the formulas of Uniswap V2', () => {
  it('give the known quote for 1e18 into 10,000e18 each', () => {
    expect(amountOut(10n ** 18n, 10n ** 22n, 10n ** 22n)).toBe(996900609009281774n);
  });

  it('ask for an input that gives at least what was wanted, and not one unit more than needed', () => {
    for (const [wanted, x, y] of [
      [1n, 10n ** 9n, 10n ** 9n],
      [12_345n, 777_777n, 999_999_999n],
      [10n ** 18n, 10n ** 22n, 10n ** 20n],
    ] as const) {
      const input = amountIn(wanted, x, y)!;
      expect(amountOut(input, x, y)).toBeGreaterThanOrEqual(wanted);
      expect(amountOut(input - 2n, x, y)).toBeLessThan(wanted);
    }
  });

  it('have no answer for an empty pool or more than it holds', () => {
    expect(amountOut(5n, 0n, 5n)).toBe(0n);
    expect(amountIn(5n, 0n, 50n)).toBeUndefined();
    expect(amountIn(50n, 5n, 50n)).toBeUndefined();
  });
});

describe('routes', () => {
  const pools = [
    pool(0, 0, 3, 1_000n, 1_000n),
    pool(1, 0, 1, 10n ** 9n, 10n ** 9n),
    pool(2, 1, 3, 10n ** 9n, 10n ** 9n),
  ];

  it('prefer a deep detour to a shallow pool, but not for a small amount', () => {
    expect(bestRoute(pools, token(0), token(3), 10_000n, 'exactIn')!.pools.map(({ index }) => index)).toEqual([1, 2]);
    expect(bestRoute(pools, token(0), token(3), 2_000n, 'exactOut')!.pools.map(({ index }) => index)).toEqual([1, 2]);
    expect(
      bestRoute([pool(0, 0, 3, 10n ** 9n, 10n ** 9n), pools[1]!, pools[2]!], token(0), token(3), 100n, 'exactIn')!
        .pools,
    ).toHaveLength(1);
  });

  it('have at most three hops', () => {
    const chain = [0, 1, 2, 3].map((index) => pool(index, index, index + 1, 10n ** 9n, 10n ** 9n));
    expect(bestRoute(chain, token(0), token(3), 1_000n, 'exactIn')!.pools).toHaveLength(3);
    expect(bestRoute(chain, token(0), token(4), 1_000n, 'exactIn')).toBeUndefined();
  });

  it('are listed in the direction of the trade', () => {
    const route = bestRoute(pools, token(3), token(0), 2_000n, 'exactOut')!;
    expect(route.tokens).toEqual([token(3), token(1), token(0)]);
    expect(route.amounts.at(-1)).toBe(2_000n);
    expect(route.amounts[0]).toBeGreaterThan(2_000n);
  });
});
