import type { Address } from 'viem';
import type { Pool } from './pool-book.js';
import { invalidRequest, RestError } from './rest.errors.js';
import { bestRoute, type Route } from './router.js';

/** What a client wants to know; exactly one of the amounts, base units. */
export interface QuoteRequest {
  readonly tokenIn: Address;
  readonly tokenOut: Address;
  readonly amountIn?: string;
  readonly amountOut?: string;
  readonly slippageBps: number;
}

/** A route with the limits to sign. Amounts as decimal text. */
export interface Quote {
  readonly kind: 'exactIn' | 'exactOut';
  readonly amountIn: string;
  readonly amountOut: string;
  readonly minimumOut: string | null;
  readonly maximumIn: string | null;
  readonly pools: Address[];
  readonly tokens: Address[];
  readonly amounts: string[];
  readonly priceImpactBps: number;
  readonly operation: Record<string, unknown>;
}

const BPS = 10_000n;

/** Quotes the best route. Fails with quote/same-token, quote/no-route or request/invalid. */
export function quote(pools: readonly Pool[], request: QuoteRequest): Quote {
  const { tokenIn, tokenOut } = request;
  if ((request.amountIn === undefined) === (request.amountOut === undefined))
    throw invalidRequest('give either amountIn or amountOut');
  if (tokenIn === tokenOut) throw new RestError(400, 'quote/same-token', 'tokenIn and tokenOut are the same');
  const kind = request.amountIn === undefined ? 'exactOut' : 'exactIn';
  const amount = BigInt(request.amountIn ?? request.amountOut ?? '0');
  if (amount === 0n) throw invalidRequest('the amount must not be zero');
  const route = bestRoute(pools, tokenIn, tokenOut, amount, kind);
  if (!route) throw new RestError(404, 'quote/no-route', 'no route of up to three pools can fill this amount');
  return toQuote(route, kind, BigInt(request.slippageBps));
}

function toQuote(route: Route, kind: Quote['kind'], slippageBps: bigint): Quote {
  const amountIn = route.amounts[0]!;
  const amountOut = route.amounts[route.amounts.length - 1]!;
  const minimumOut = kind === 'exactIn' ? (amountOut * (BPS - slippageBps)) / BPS : null;
  const maximumIn = kind === 'exactOut' ? (amountIn * (BPS + slippageBps) + BPS - 1n) / BPS : null;
  return {
    kind,
    amountIn: amountIn.toString(),
    amountOut: amountOut.toString(),
    minimumOut: minimumOut?.toString() ?? null,
    maximumIn: maximumIn?.toString() ?? null,
    pools: route.pools.map(({ address }) => address),
    tokens: [...route.tokens],
    amounts: route.amounts.map(String),
    priceImpactBps: priceImpact(route, amountIn, amountOut),
    operation: operationOf(route, { amountIn, amountOut, minimumOut, maximumIn }),
  };
}

/** `1 - out / (in at the reserves' price)` in basis points, rounded up. */
function priceImpact({ pools, tokens }: Route, amountIn: bigint, amountOut: bigint): number {
  let [ideal, scale] = [amountIn, 1n];
  pools.forEach((pool, hop) => {
    const forward = tokens[hop] === pool.token0;
    ideal *= forward ? pool.reserve1 : pool.reserve0;
    scale *= forward ? pool.reserve0 : pool.reserve1;
  });
  return ideal === 0n ? 0 : Number(BPS - (amountOut * scale * BPS) / ideal);
}

interface Limits {
  readonly amountIn: bigint;
  readonly amountOut: bigint;
  readonly minimumOut: bigint | null;
  readonly maximumIn: bigint | null;
}

/** The packed operation (docs/spec/transactions.md) that executes a route. */
function operationOf(
  { pools, tokens }: Route,
  { amountIn, amountOut, minimumOut, maximumIn }: Limits,
): Record<string, unknown> {
  const addresses = pools.map(({ address }) => address);
  const place = pools.length === 1 ? { pool: addresses[0] } : { pools: addresses };
  const zeroForOne = tokens[0] === pools[0]!.token0;
  const name = pools.length === 1 ? 'Swap' : 'SwapRoute';
  if (minimumOut !== null)
    return { type: name, ...place, zeroForOne, amountIn: String(amountIn), minimumOut: String(minimumOut) };
  const type = pools.length === 1 ? 'SwapExactOut' : 'SwapRouteExactOut';
  return { type, ...place, zeroForOne, amountOut: String(amountOut), maximumIn: String(maximumIn) };
}
