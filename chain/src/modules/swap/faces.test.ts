import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Abi, type Hex, maxUint256, pad } from 'viem';

import { factoryAbi, pairAbi, routerAbi } from '../../../test/abi.ts';
import { FACTORY, ROUTER, account, poolAddress, reference, tokenAddress, tokenRef } from '../../../test/ledger.ts';
import { type Market, floorQuote, inputQuote, openMarket } from '../../../test/market.ts';

const [one, two] = [account(1), account(2)];
const [eth, a, b, c] = [0, 1, 2, 3].map(tokenAddress) as [Hex, Hex, Hex, Hex];
const zero = pad('0x', { size: 20 });
const unit = 10n ** 18n;
const later = 4_000_000_000n;

/** Pools: 0 of (1, 2), 1 of (0, 1). */
const open = (): Market => {
  const market = openMarket(1_000n * unit, 5_000n * unit);
  market.mint(tokenRef(0), one, 10_000n * unit);
  market.mint(tokenRef(1), one, 10_000n * unit);
  market.createPool(tokenRef(0), tokenRef(1));
  market.add(one, 1, 70n * unit, 900n * unit);
  return market;
};

describe('faces of the exchange', () => {
  let market: Market;
  beforeEach(() => {
    market = open();
  });
  const read = <T>(abi: Abi, name: string, args: readonly unknown[], at: Hex): T => market.read<T>(abi, name, args, at);

  it('shows a pool as a Uniswap V2 pair', () => {
    const pair = (name: string) => read<unknown>(pairAbi, name, [], poolAddress(0));
    expect(String(pair('token0')).toLowerCase()).toBe(a);
    expect(String(pair('token1')).toLowerCase()).toBe(b);
    expect(pair('getReserves')).toEqual([1_000n * unit, 5_000n * unit, Number(market.now)]);
    expect(String(pair('factory')).toLowerCase()).toBe(FACTORY);
    expect(pair('MINIMUM_LIQUIDITY')).toBe(1_000n);
    expect(pair('kLast')).toBe(0n);
    expect(pair('price0CumulativeLast')).toBe(0n);
    expect(market.call(pairAbi, 'mint', [one], poolAddress(0)).code).toBe(1002);
  });

  it('finds pools through the factory, and opens them', () => {
    const factory = <T>(name: string, ...args: unknown[]) => read<T>(factoryAbi, name, args, FACTORY);
    expect(factory<Hex>('getPair', b, a).toLowerCase()).toBe(poolAddress(0));
    expect(factory<Hex>('getPair', a, eth).toLowerCase()).toBe(poolAddress(1));
    expect(factory('getPair', b, c)).toBe(zero);
    expect(factory('getPair', one, two)).toBe(zero);
    expect(factory('allPairsLength')).toBe(2n);
    expect(factory<Hex>('allPairs', 1n).toLowerCase()).toBe(poolAddress(1));
    expect(market.call(factoryAbi, 'allPairs', [2n], FACTORY).code).toBe(5001);
    expect([factory('feeTo'), factory('feeToSetter')]).toEqual([zero, zero]);
    expect(market.call(factoryAbi, 'createPair', [b, c], FACTORY).code).toBe(0);
    expect(factory<Hex>('getPair', c, b).toLowerCase()).toBe(poolAddress(2));
    expect(market.call(factoryAbi, 'createPair', [c, b], FACTORY).code).toBe(5002);
    expect(market.call(factoryAbi, 'createPair', [c, one], FACTORY).code).toBe(4001);
  });

  it('quotes as the router of Uniswap V2 does', () => {
    const router = (name: string, ...args: unknown[]) => read<bigint & bigint[]>(routerAbi, name, args, ROUTER);
    expect(router('getAmountOut', unit, 1_000n * unit, 5_000n * unit)).toBe(
      floorQuote(unit, 1_000n * unit, 5_000n * unit),
    );
    expect(router('getAmountIn', unit, 1_000n * unit, 5_000n * unit)).toBe(
      inputQuote(unit, 1_000n * unit, 5_000n * unit),
    );
    expect(router('quote', 3n, 7n, 100n)).toBe(42n);
    const middle = floorQuote(unit, 70n * unit, 900n * unit);
    const out = floorQuote(middle, 1_000n * unit, 5_000n * unit);
    expect(router('getAmountsOut', unit, [eth, a, b])).toEqual([unit, middle, out]);
    const needed = inputQuote(unit, 1_000n * unit, 5_000n * unit);
    expect(router('getAmountsIn', unit, [eth, a, b])).toEqual([
      inputQuote(needed, 70n * unit, 900n * unit),
      needed,
      unit,
    ]);
    expect(String(router('WETH')).toLowerCase()).toBe(eth);
    expect(String(router('factory')).toLowerCase()).toBe(FACTORY);
  });

  it('swaps tokens both ways and answers the amounts', () => {
    const expected = floorQuote(unit, 1_000n * unit, 5_000n * unit);
    const outcome = market.call(
      routerAbi,
      'swapExactTokensForTokens',
      [unit, expected, [a, b], two, later],
      ROUTER,
      one,
    );
    expect(outcome.code).toBe(0);
    expect(
      outcome.data
        .slice(2)
        .match(/.{64}/g)!
        .map((word) => BigInt(`0x${word}`)),
    ).toEqual([32n, 2n, unit, expected]);
    expect(market.balance(tokenRef(2), two)).toBe(expected);
    expect(
      market.call(routerAbi, 'swapTokensForExactTokens', [unit, 1_000n * unit, [b, a, eth], two, later], ROUTER, two)
        .code,
    ).toBe(3001);
    expect(
      market.call(routerAbi, 'swapTokensForExactTokens', [unit / 100n, unit, [b, a, eth], one, later], ROUTER, two)
        .code,
    ).toBe(0);
  });

  it('swaps ether and leaves what is not needed with the caller', () => {
    const before = market.balance(tokenRef(0), one);
    const out = floorQuote(unit, 70n * unit, 900n * unit);
    expect(market.call(routerAbi, 'swapExactETHForTokens', [out, [eth, a], two, later], ROUTER, one, unit).code).toBe(
      0,
    );
    expect(market.balance(tokenRef(0), one)).toBe(before - unit);
    expect(market.balance(tokenRef(1), two)).toBe(out);
    const [x, y] = market.reserves(1, tokenRef(0), tokenRef(1));
    expect(market.call(routerAbi, 'swapETHForExactTokens', [unit, [eth, a], two, later], ROUTER, one, unit).code).toBe(
      0,
    );
    expect(market.balance(tokenRef(0), one)).toBe(before - unit - inputQuote(unit, x, y));
    expect(market.call(routerAbi, 'swapExactTokensForETH', [unit, 1n, [a, eth], two, later], ROUTER, two).code).toBe(0);
    expect(
      market.call(routerAbi, 'swapTokensForExactETH', [1_000n, unit, [a, eth], two, later], ROUTER, two).code,
    ).toBe(0);
    expect(market.balance(tokenRef(0), two)).toBeGreaterThan(1_000n);
    expect(market.balance(tokenRef(0), ROUTER)).toBe(0n);
  });

  it('adds and removes liquidity, in the order of the caller, opening the pool where there is none', () => {
    market.mint(tokenRef(3), one, 100n * unit);
    const args = [c, a, 4n * unit, 9n * unit, 0n, 0n, two, later] as const;
    const added = market.call(routerAbi, 'addLiquidity', args, ROUTER, one);
    expect(added.code).toBe(0);
    expect(
      added.data
        .slice(2)
        .match(/.{64}/g)!
        .map((word) => BigInt(`0x${word}`)),
    ).toEqual([4n * unit, 9n * unit, 6n * unit - 1_000n]);
    expect(market.balance(reference(2, 2), two)).toBe(6n * unit - 1_000n);
    const removed = market.call(
      routerAbi,
      'removeLiquidity',
      [c, a, 3n * unit, 2n * unit, 0n, one, later],
      ROUTER,
      two,
    );
    expect(
      removed.data
        .slice(2)
        .match(/.{64}/g)!
        .map((word) => BigInt(`0x${word}`)),
    ).toEqual([2n * unit, (9n * unit) / 2n]);
    expect(market.call(routerAbi, 'removeLiquidity', [c, a, unit, unit, 0n, one, later], ROUTER, two).code).toBe(5110);
    expect(market.call(routerAbi, 'removeLiquidity', [c, b, unit, unit, 0n, one, later], ROUTER, two).code).toBe(5001);
  });

  it('adds and removes liquidity with ether', () => {
    const before = market.balance(tokenRef(0), one);
    const args = [a, 9n * unit, 0n, 0n, one, later] as const;
    expect(market.call(routerAbi, 'addLiquidityETH', args, ROUTER, one, 10n * unit).code).toBe(0);
    expect(before - market.balance(tokenRef(0), one)).toBe((7n * unit) / 10n);
    expect(market.call(routerAbi, 'removeLiquidityETH', [a, unit, 0n, 0n, two, later], ROUTER, one).code).toBe(0);
    expect(market.balance(tokenRef(0), two)).toBeGreaterThan(0n);
  });

  it.each([
    ['a deadline in the past', [unit, 0n, [a, b], two, 1n], 0n, 5201],
    ['a path of no token', [unit, 0n, [], two, later], 0n, 5202],
    ['a path of one token', [unit, 0n, [a], two, later], 0n, 5202],
    ['a path of five tokens', [unit, 0n, [a, b, a, b, a], two, later], 0n, 1006],
    ['the same token twice', [unit, 0n, [a, a], two, later], 0n, 5001],
    ['a path without a pool', [unit, 0n, [a, c], two, later], 0n, 5001],
    ['a path that is no token', [unit, 0n, [one, b], two, later], 0n, 4001],
    ['a pool twice', [unit, 0n, [a, b, a], two, later], 0n, 5204],
    ['an amount of 2^256 - 1', [maxUint256, 0n, [a, b], two, later], 0n, 1007],
    ['wei', [unit, 0n, [a, b], two, later], 1n, 1009],
    ['a system address as recipient', [unit, 0n, [a, b], ROUTER, later], 0n, 3003],
  ] as const)('refuses %s', (_name, args, value, code) => {
    expect(market.call(routerAbi, 'swapExactTokensForTokens', args as never, ROUTER, one, value).code).toBe(code);
  });

  it('refuses a path that does not start or end with ether where it must', () => {
    expect(market.call(routerAbi, 'swapExactETHForTokens', [0n, [a, b], two, later], ROUTER, one, unit).code).toBe(
      5205,
    );
    expect(market.call(routerAbi, 'swapExactTokensForETH', [unit, 0n, [a, b], two, later], ROUTER, one).code).toBe(
      5205,
    );
    expect(market.call(routerAbi, 'swapExactETHForTokens', [0n, [eth, a], two, later], ROUTER, two, unit).code).toBe(
      3001,
    );
  });

  it('refuses offsets that point outside', () => {
    const good =
      '0x38ed1739' + [unit, 0n, 160n, BigInt(two), later].map((word) => word.toString(16).padStart(64, '0')).join('');
    for (const tail of ['', '02'.padStart(64, '0'), 'f'.repeat(64)]) {
      expect(market.raw(one, ROUTER, `${good}${tail}` as Hex).code).toBeGreaterThan(1000);
    }
    const far = good.replace('a0'.padStart(64, '0'), 'f'.repeat(64)) as Hex;
    expect([1004, 1005]).toContain(market.raw(one, ROUTER, far).code);
  });
});
