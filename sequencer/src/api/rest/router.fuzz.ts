import { describe, expect, it } from '@jest/globals';
import { poolAddress, tokenAddress } from '@metachain/program';
import fc from 'fast-check';
import type { Address } from 'viem';
import type { Pool } from './pool-book.js';
import { amountIn, amountOut, bestRoute } from './router.js';

const runs = Number(process.env.FUZZ_RUNS ?? 300);
const TOKENS = 5;

/** Every route of distinct tokens with at most three hops, tried one after another. */
function exhaustive(
  pools: readonly Pool[],
  from: Address,
  to: Address,
  amount: bigint,
  visited: readonly Address[] = [from],
): bigint {
  if (from === to) return amount;
  if (visited.length > 3) return 0n;
  return pools.reduce((best, pool) => {
    if (pool.token0 !== from && pool.token1 !== from) return best;
    const forward = pool.token0 === from;
    const next = forward ? pool.token1 : pool.token0;
    if (visited.includes(next)) return best;
    const out = forward
      ? amountOut(amount, pool.reserve0, pool.reserve1)
      : amountOut(amount, pool.reserve1, pool.reserve0);
    const found = out === 0n ? 0n : exhaustive(pools, next, to, out, [...visited, next]);
    return found > best ? found : best;
  }, 0n);
}

const reserve = fc.bigInt({ min: 0n, max: 10n ** 24n });
const market = fc
  .array(fc.tuple(fc.nat(TOKENS - 1), fc.nat(TOKENS - 1), reserve, reserve), { maxLength: 10 })
  .map((entries) => {
    const pairs = new Map<string, Pool>();
    for (const [a, b, reserve0, reserve1] of entries) {
      if (a === b) continue;
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const index = pairs.size;
      pairs.set(`${low} ${high}`, {
        index,
        address: poolAddress(index),
        token0: tokenAddress(low),
        token1: tokenAddress(high),
        reserve0,
        reserve1,
      });
    }
    return [...pairs.values()];
  });

describe('the router', () => {
  it('never promises what its route does not give, nor more than the best of all routes', () => {
    fc.assert(
      fc.property(market, fc.bigInt({ min: 1n, max: 10n ** 22n }), (pools, amount) => {
        const [from, to] = [tokenAddress(0), tokenAddress(1)];
        const best = exhaustive(pools, from, to, amount);
        const route = bestRoute(pools, from, to, amount, 'exactIn');
        if (best > 0n && pools.some((pool) => pool.token0 === from && pool.token1 === to && pool.reserve0 > 0n))
          expect(route).toBeDefined();
        if (!route) return;
        expect(new Set(route.tokens).size).toBe(route.tokens.length);
        const walked = route.pools.reduce((value, pool, hop) => {
          const forward = route.tokens[hop] === pool.token0;
          return forward
            ? amountOut(value, pool.reserve0, pool.reserve1)
            : amountOut(value, pool.reserve1, pool.reserve0);
        }, amount);
        expect(route.amounts.at(-1)).toBe(walked);
        expect(walked).toBeLessThanOrEqual(best);
      }),
      { numRuns: runs },
    );
  });

  it('asks for an input that gives at least the wanted output', () => {
    fc.assert(
      fc.property(market, fc.bigInt({ min: 1n, max: 10n ** 20n }), (pools, wanted) => {
        const route = bestRoute(pools, tokenAddress(0), tokenAddress(1), wanted, 'exactOut');
        if (!route) return;
        const received = route.pools.reduce((value, pool, hop) => {
          const forward = route.tokens[hop] === pool.token0;
          return forward
            ? amountOut(value, pool.reserve0, pool.reserve1)
            : amountOut(value, pool.reserve1, pool.reserve0);
        }, route.amounts[0]!);
        expect(received).toBeGreaterThanOrEqual(wanted);
      }),
      { numRuns: runs },
    );
  });

  it('has an inverse that is exact to one unit', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 24n }),
        fc.bigInt({ min: 2n, max: 10n ** 24n }),
        fc.bigInt({ min: 1n, max: 10n ** 24n }),
        (x, y, seed) => {
          const wanted = (seed % (y - 1n)) + 1n;
          const input = amountIn(wanted, x, y)!;
          expect(amountOut(input, x, y)).toBeGreaterThanOrEqual(wanted);
        },
      ),
      { numRuns: runs },
    );
  });
});
