import type { Address } from 'viem';
import type { Pool } from './pool-book.js';

/** Hops of a route: the rules execute at most three. */
export const MAXIMUM_HOPS = 3;

const FEE_BASE = 1_000n;
const FEE_KEPT = 997n;

/** A route and its amounts: `amounts[0]` goes in, the last comes out, one per token on the way. Base units. */
export interface Route {
  readonly pools: readonly Pool[];
  readonly tokens: readonly Address[];
  readonly amounts: readonly bigint[];
}

type Direction = 'exactIn' | 'exactOut';

/** Uniswap V2's quote, rounded down: `floor(in * 997 * y / (x * 1000 + in * 997))`; zero for an empty pool. */
export function amountOut(amountIn: bigint, reserveIn: bigint, reserveOut: bigint): bigint {
  if (amountIn === 0n || reserveIn === 0n || reserveOut === 0n) return 0n;
  const kept = amountIn * FEE_KEPT;
  return (kept * reserveOut) / (reserveIn * FEE_BASE + kept);
}

/** Uniswap V2's inverse, rounded up; undefined when the pool does not hold that much. */
export function amountIn(wanted: bigint, reserveIn: bigint, reserveOut: bigint): bigint | undefined {
  if (reserveIn === 0n || wanted >= reserveOut) return undefined;
  return (reserveIn * wanted * FEE_BASE) / ((reserveOut - wanted) * FEE_KEPT) + 1n;
}

const reservesFrom = (pool: Pool, token: Address): readonly [own: bigint, other: bigint] =>
  token === pool.token0 ? [pool.reserve0, pool.reserve1] : [pool.reserve1, pool.reserve0];

/** Amount on the far side of a pool, walking away from `token`: what comes out (exact in), or what must go in (exact out). */
function cross(pool: Pool, token: Address, amount: bigint, direction: Direction): bigint | undefined {
  const [own, other] = reservesFrom(pool, token);
  if (direction === 'exactOut') return amountIn(amount, other, own);
  return amountOut(amount, own, other) || undefined;
}

/**
 * The best route from one token to another: the most out for an exact input, the least in for an exact output.
 *
 * Every further amount only grows with the one before, so the best way to each token over n hops extends a best way over n - 1; cost
 * `3 * pools`. Routes never visit a token twice. Undefined if there is none.
 */
export function bestRoute(
  pools: readonly Pool[],
  from: Address,
  to: Address,
  amount: bigint,
  direction: Direction,
): Route | undefined {
  const [start, goal] = direction === 'exactIn' ? [from, to] : [to, from];
  const better = (left: bigint, right: bigint) => (direction === 'exactIn' ? left > right : left < right);
  let frontier = new Map<Address, Route>([[start, { pools: [], tokens: [start], amounts: [amount] }]]);
  let best: Route | undefined;
  for (let hop = 0; hop < MAXIMUM_HOPS; hop++) {
    frontier = extend(pools, frontier, direction, better);
    const found = frontier.get(goal);
    if (found && (!best || better(last(found), last(best)))) best = found;
    frontier.delete(goal);
  }
  return best && (direction === 'exactIn' ? best : reversed(best));
}

function extend(
  pools: readonly Pool[],
  frontier: ReadonlyMap<Address, Route>,
  direction: Direction,
  better: (left: bigint, right: bigint) => boolean,
): Map<Address, Route> {
  const next = new Map<Address, Route>();
  for (const pool of pools) {
    for (const [token, other] of [
      [pool.token0, pool.token1],
      [pool.token1, pool.token0],
    ] as const) {
      const route = frontier.get(token);
      if (!route || route.tokens.includes(other)) continue;
      const amount = cross(pool, token, last(route), direction);
      const known = next.get(other);
      if (amount === undefined || (known && !better(amount, last(known)))) continue;
      next.set(other, {
        pools: [...route.pools, pool],
        tokens: [...route.tokens, other],
        amounts: [...route.amounts, amount],
      });
    }
  }
  return next;
}

const last = ({ amounts }: Route): bigint => amounts[amounts.length - 1]!;

const reversed = ({ pools, tokens, amounts }: Route): Route => ({
  pools: [...pools].reverse(),
  tokens: [...tokens].reverse(),
  amounts: [...amounts].reverse(),
});
