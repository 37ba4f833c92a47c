import { beforeEach, describe, expect, it } from '@jest/globals';

import { factoryAbi, pairAbi } from '../../../test/abi.ts';
import { FACTORY, account, poolAddress, tokenRef } from '../../../test/ledger.ts';
import { Market, openMarket } from '../../../test/market.ts';

const one = account(1);
const unit = 10n ** 18n;
const Q112 = 1n << 112n;
const U256 = 1n << 256n;
const [a, b] = [tokenRef(1), tokenRef(2)];

/** Price of token 0 in token 1 and the reverse, second by second, kept beside the market. */
class History {
  readonly prices: [bigint, bigint][] = [];
  constructor(private readonly market: Market) {}

  /** Lets `seconds` pass at the present price. */
  wait(seconds: number): void {
    const [x, y] = this.market.reserves(0, a, b);
    for (let i = 0; i < seconds; i++) this.prices.push([(y * Q112) / x, (x * Q112) / y]);
    this.market.now += BigInt(seconds);
  }

  mean(side: 0 | 1, window: number): bigint {
    const sum = this.prices.slice(-window).reduce((total, price) => total + price[side], 0n);
    return sum / BigInt(window);
  }
}

const twap = (market: Market, window: number): bigint[] =>
  market.read<bigint[]>(factoryAbi, 'twap', [poolAddress(0), BigInt(window)], FACTORY);

describe('mean prices', () => {
  let market: Market;
  let history: History;
  beforeEach(() => {
    market = openMarket(1_000n * unit, 4_000n * unit);
    history = new History(market);
  });
  const trade = (zeroForOne: boolean, amount: bigint) =>
    expect(market.swapIn(one, [0], zeroForOne, amount).code).toBe(0);

  it('accumulates price times seconds before the first change of a block', () => {
    history.wait(10);
    trade(true, 100n * unit);
    trade(true, 100n * unit);
    const sum = (side: 0 | 1) => history.prices.reduce((total, price) => total + price[side], 0n) % U256;
    const read = (name: string) => market.read<bigint>(pairAbi, name, [], poolAddress(0));
    expect([read('price0CumulativeLast'), read('price1CumulativeLast')]).toEqual([sum(0), sum(1)]);
    history.wait(7);
    market.add(one, 0, unit, 4n * unit);
    expect([read('price0CumulativeLast'), read('price1CumulativeLast')]).toEqual([sum(0), sum(1)]);
  });

  it('is exact where the window starts at a record or after the last change', () => {
    for (let i = 0; i < 12; i++) {
      history.wait(300);
      trade(i % 3 !== 0, BigInt(i + 1) * unit);
    }
    history.wait(500);
    for (const window of [1, 499, 500, 800, 1_100, 1_700, 4_100]) {
      expect(twap(market, window)).toEqual([history.mean(0, window), history.mean(1, window)]);
    }
  });

  it('goes straight between records, so it stays between the prices of the window', () => {
    for (let i = 0; i < 40; i++) {
      history.wait(37 + (i % 5) * 61);
      trade(i % 2 === 0, BigInt(1 + (i % 7)) * 10n * unit);
    }
    history.wait(3);
    for (let window = 5; window < history.prices.length; window += 119) {
      const [mean] = twap(market, window);
      const prices = history.prices.slice(-Math.min(window + 600, history.prices.length)).map(([price]) => price);
      const least = prices.reduce((low, price) => (price < low ? price : low));
      const most = prices.reduce((high, price) => (price > high ? price : high));
      expect(mean! >= least - 1n && mean! <= most).toBe(true);
    }
  });

  it('moves a 30-minute mean little by one second at a false price', () => {
    history.wait(3_600);
    const [before] = twap(market, 1_800);
    trade(false, 2_000_000n);
    const back = market.balance(a, one);
    trade(true, 900n * unit);
    history.wait(1);
    const [, y] = market.reserves(0, a, b);
    market.swapOut(one, [0], false, 900n * unit, y * 10n);
    const [after] = twap(market, 1_800);
    expect(back).toBeGreaterThan(0n);
    const moved = ((before! - after!) * 1_000_000n) / before!;
    expect(moved).toBeGreaterThanOrEqual(0n);
    expect(moved).toBeLessThan(600n);
  });

  it('keeps 48 hours and answers for no longer', () => {
    for (let i = 0; i < 700; i++) {
      history.wait(300);
      trade(i % 2 === 0, unit);
    }
    expect(twap(market, 172_800)[0]).toBe(history.mean(0, 172_800));
    const ask = (window: bigint) => market.call(factoryAbi, 'twap', [poolAddress(0), window], FACTORY).code;
    expect([ask(172_801n), ask(0n), ask(1n << 200n)]).toEqual([5303, 5303, 5303]);
    const records = [...market.state.keys()].filter((key) => key.startsWith('\x05\x07')).length;
    expect(records).toBe(600 * 3);
  });

  it('refuses a window from before the pool, and pools that do not exist', () => {
    history.wait(100);
    const ask = (window: bigint, pool = poolAddress(0)) =>
      market.call(factoryAbi, 'twap', [pool, window], FACTORY).code;
    expect(ask(100n)).toBe(0);
    trade(true, unit);
    expect([ask(100n), ask(101n)]).toEqual([0, 5301]);
    expect([ask(1n, poolAddress(5)), ask(1n, one)]).toEqual([5001, 5001]);
    market.createPool(a, tokenRef(3));
    expect(ask(1n, poolAddress(1))).toBe(5301);
  });
});

describe('fee rates', () => {
  const quote = (market: Market, amount: bigint) => {
    const out = market.amount(6, 0n);
    const outcome = market.run('quoteAtMeanPrice', tokenRef(0), a, market.amount(4, amount), out);
    return { code: outcome.code, amount: market.number128(out) };
  };
  const open = (ether: bigint): Market => {
    const market = new Market();
    market.mint(tokenRef(0), one, 100n * unit);
    market.mint(a, one, 10_000n * unit);
    market.createPool(tokenRef(0), a);
    market.add(one, 0, ether, ether * 30n);
    return market;
  };

  it('convert at the mean of the last 30 minutes, and of no younger pool', () => {
    const market = open(2n * unit);
    for (const seconds of [0n, 1n, 59n, 1_739n]) {
      market.now += seconds;
      expect(quote(market, unit).code).toBe(5301);
    }
    market.swapIn(one, [0], true, unit);
    expect(quote(market, unit).code).toBe(5301);
    market.now += 1n;
    const [x, y] = market.reserves(0, tokenRef(0), a);
    const mean = (((60n * unit * Q112) / (2n * unit)) * 1_799n + (y * Q112) / x) / 1_800n;
    expect(quote(market, unit)).toEqual({ code: 0, amount: (unit * mean) / Q112 });
  });

  it('need a pool with one ether', () => {
    const market = open(unit - 1n);
    market.now += 1_800n;
    expect(quote(market, unit).code).toBe(5302);
    expect(quote(new Market(), unit).code).toBe(5302);
    const deep = open(unit);
    deep.now += 1_800n;
    expect(quote(deep, unit).code).toBe(0);
  });
});
