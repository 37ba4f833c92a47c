import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseAbi } from 'viem';

import { decodeEvents } from '../../../test/events.ts';
import { type Ledger, account, poolAddress, reference, tokenAddress, tokenRef } from '../../../test/ledger.ts';
import { type Market, feeBuckets, floorQuote, inputQuote, openMarket } from '../../../test/market.ts';

const ether = 10n ** 18n;
const abi = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)',
  'event Sync(uint112 reserve0, uint112 reserve1)',
  'event Mint(address indexed sender, uint256 amount0, uint256 amount1)',
  'event Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)',
  'event PairCreated(address indexed token0, address indexed token1, address pair, uint256 count)',
]);
const [one, two] = [account(1), account(2)];
const [a, b, c, d] = [tokenRef(1), tokenRef(2), tokenRef(3), tokenRef(0)];
const lp = reference(2, 0);
const zero = `0x${'00'.repeat(20)}`;
const names = (ledger: ReturnType<Ledger['run']>) => decodeEvents(abi, ledger.events).map(({ eventName }) => eventName);

describe('swap', () => {
  let market: Market;
  beforeEach(() => {
    market = openMarket(10_000n * ether, 10_000n * ether);
  });

  it('gives the golden output and splits the fee into named buckets', () => {
    const before = market.balance(b, one);
    expect(market.swapIn(one, [0], true, ether).code).toBe(0);
    expect(market.balance(b, one) - before).toBe(996900609009281774n);
    expect(market.buckets(a)).toEqual([10n ** 15n, 10n ** 15n, 0n, 0n]);
    expect(market.buckets(b)).toEqual([0n, 0n, 0n, 0n]);
    expect(market.reserves(0, a, b)).toEqual([
      10_000n * ether + ether - 2n * 10n ** 15n,
      10_000n * ether - 996900609009281774n,
    ]);
  });

  it('emits what a Uniswap V2 pair and its tokens emit, in that order', () => {
    const outcome = market.swapIn(one, [0], false, ether);
    const [x, y] = market.reserves(0, a, b);
    const pool = poolAddress(0);
    expect(decodeEvents(abi, outcome.events)).toEqual(
      [
        { address: tokenAddress(2), eventName: 'Transfer', args: { from: one, to: pool, value: ether } },
        { address: tokenAddress(1), eventName: 'Transfer', args: { from: pool, to: one, value: 996900609009281774n } },
        { address: pool, eventName: 'Sync', args: { reserve0: x, reserve1: y } },
        {
          address: pool,
          eventName: 'Swap',
          args: {
            sender: one,
            to: one,
            amount0In: 0n,
            amount1In: ether,
            amount0Out: 996900609009281774n,
            amount1Out: 0n,
          },
        },
      ].map((event) => ({ ...event, args: expect.objectContaining(lowerless(event.args)) })),
    );
  });

  it('reads and writes few words: five and four after the first change in a block', () => {
    market.swapIn(one, [0], true, ether);
    market.reads = market.writes = 0;
    market.swapIn(one, [0], true, ether);
    expect([market.reads, market.writes]).toEqual([5, 4]);
  });

  it('keeps the reserve share for the reserve where the merchant set a lower LP part', () => {
    market.setWord(`05010000${'00'.repeat(8)}`, `0100000001000000020000000100000000d2496b0000000003`);
    market.swapIn(one, [0], true, 12_345n);
    expect(market.buckets(a)).toEqual([12n, 11n, 0n, 8n]);
    expect(market.reserves(0, a, b)[0]).toBe(10_000n * ether + 12_345n - 31n);
  });

  it('takes the least input for an exact output', () => {
    const [x, y] = market.reserves(0, a, b);
    const before = market.balance(a, one);
    expect(market.swapOut(one, [0], true, ether, 2n * ether).code).toBe(0);
    const paid = before - market.balance(a, one);
    expect(paid).toBe(inputQuote(ether, x, y));
    expect(floorQuote(paid, x, y)).toBeGreaterThanOrEqual(ether);
    expect(floorQuote(paid - 2n, x, y)).toBeLessThan(ether);
    expect(market.buckets(a).slice(0, 2)).toEqual(Object.values(feeBuckets(paid)));
  });

  it.each([
    ['no such pool', () => market.swapIn(one, [7], true, 1n), 5001],
    ['nothing in', () => market.swapIn(one, [0], true, 0n), 5101],
    ['2^112 in', () => market.swapIn(one, [0], true, 1n << 112n), 5103],
    ['less than the minimum', () => market.swapIn(one, [0], true, ether, ether), 5104],
    ['more than the maximum', () => market.swapOut(one, [0], true, ether, ether), 5105],
    ['one unit that buys nothing', () => market.swapIn(one, [0], true, 1n), 5106],
    ['the whole reserve', () => market.swapOut(one, [0], true, 10_000n * ether, 1n << 111n), 5107],
    ['more than the balance', () => market.swapIn(two, [0], true, ether), 3001],
    ['four hops', () => market.swapIn(one, [0, 1, 2, 3], true, ether), 5202],
    ['no hop', () => market.swapIn(one, [], true, ether), 5202],
    ['a pool twice', () => market.swapIn(one, [0, 0], true, ether), 5204],
  ])('refuses %s and changes nothing', (_name, attempt, code) => {
    const before = new Map(market.state);
    const outcome = attempt();
    expect(outcome.code).toBe(code);
    expect(outcome.events).toEqual([]);
    expect(market.state).toEqual(before);
  });
});

/** Addresses come back in checksum case; compare the numbers they stand for. */
const lowerless = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'string' ? expect.stringMatching(new RegExp(`^${value}$`, 'i')) : value,
    ]),
  );

describe('routes', () => {
  let market: Market;
  beforeEach(() => {
    market = openMarket(5_000n * ether, 80_000n * 10n ** 6n);
    for (const token of [a, b, c, d]) market.mint(token, one, 1_000_000n * ether);
    market.createPool(b, c);
    market.createPool(d, c);
    market.add(one, 1, 40_000n * 10n ** 6n, 3_000n * ether);
    market.add(one, 2, 700n * ether, 9_000n * ether);
  });

  it('chains the quotes of three hops, in both kinds', () => {
    const [x0, y0] = market.reserves(0, a, b);
    const [x1, y1] = market.reserves(1, b, c);
    const [x2, y2] = market.reserves(2, d, c);
    const expected = floorQuote(floorQuote(floorQuote(ether, x0, y0), x1, y1), y2, x2);
    const before = market.balance(d, one);
    expect(market.swapIn(one, [0, 1, 2], true, ether, expected).code).toBe(0);
    expect(market.balance(d, one) - before).toBe(expected);
    const [p, q] = market.reserves(2, d, c);
    const [r, s] = market.reserves(1, b, c);
    const million = 10n ** 6n;
    const wanted = inputQuote(inputQuote(million, s, r), p, q);
    const [held, spent] = [market.balance(b, one), market.balance(d, one)];
    expect(market.swapOut(one, [2, 1], true, million, wanted - 1n).code).toBe(5105);
    expect(market.swapOut(one, [2, 1], true, million, wanted).code).toBe(0);
    expect(market.balance(b, one) - held).toBe(million);
    expect(spent - market.balance(d, one)).toBe(wanted);
  });

  it('names the next pool as recipient between hops', () => {
    const swaps = decodeEvents(abi, market.swapIn(one, [0, 1], true, ether).events).filter(
      ({ eventName }) => eventName === 'Swap',
    );
    expect(swaps.map(({ args }) => String(args.to).toLowerCase())).toEqual([poolAddress(1), one]);
  });

  it('refuses pools that do not connect', () => {
    expect(market.swapIn(one, [0, 2], true, ether).code).toBe(5203);
    expect(market.swapIn(one, [0, 1], false, ether).code).toBe(5203);
  });

  it('undoes the hops before the one that fails', () => {
    const before = new Map(market.state);
    expect(market.swapIn(one, [0, 1, 2], true, ether, 1n << 100n).code).toBe(5104);
    expect(market.swapIn(one, [0, 1, 2], true, 40n).code).toBe(5101);
    expect(market.state).toEqual(before);
  });
});

describe('pools and liquidity', () => {
  it('locks 1000 units of the first mint for ever', () => {
    const market = openMarket(4n * ether, 9n * ether);
    expect(market.supply(lp)).toBe(6n * ether);
    expect(market.balance(lp, one)).toBe(6n * ether - 1000n);
    expect(market.balance(lp, zero as `0x${string}`)).toBe(1000n);
  });

  it('adds at the ratio of the pool and mints the smaller share', () => {
    const market = openMarket(4n * ether, 9n * ether);
    const outcome = market.add(one, 0, ether, 9n * ether);
    expect(outcome.code).toBe(0);
    expect(names(outcome)).toEqual(['Transfer', 'Transfer', 'Transfer', 'Sync', 'Mint']);
    expect(market.reserves(0, a, b)).toEqual([5n * ether, (45n * ether) / 4n]);
    expect(market.supply(lp)).toBe((15n * ether) / 2n);
    expect(market.add(one, 0, ether, 9n * ether, 0n, 9n * ether).code).toBe(5110);
    expect(market.add(one, 0, 4n * ether, 9n, 4n * ether, 0n).code).toBe(5109);
  });

  it('pays out pro rata', () => {
    const market = openMarket(4n * ether, 9n * ether);
    const outcome = market.remove(one, 0, 2n * ether);
    expect(outcome.code).toBe(0);
    expect(names(outcome)).toEqual(['Transfer', 'Transfer', 'Transfer', 'Sync', 'Burn']);
    expect(market.reserves(0, a, b)).toEqual([4n * ether - (4n * ether) / 3n, 6n * ether]);
    expect(market.remove(one, 0, 4n * ether - 500n).code).toBe(3001);
    expect(market.remove(one, 0, 0n).code).toBe(5108);
    expect(market.remove(one, 0, ether, 4n * ether).code).toBe(5109);
    expect(market.remove(one, 0, ether, 0n, 4n * ether).code).toBe(5110);
  });

  it('opens one pool per pair, tokens in the order of their addresses', () => {
    const market = openMarket(ether, ether);
    const outcome = market.createPool(c, a);
    expect(outcome.code).toBe(0);
    expect(decodeEvents(abi, outcome.events)[0]!.args).toMatchObject({ count: 2n });
    expect(market.createPool(a, c).code).toBe(5002);
    expect(market.createPool(a, a).code).toBe(5003);
    expect(market.createPool(a, tokenRef(9)).code).toBe(4001);
    expect(market.createPool(a, reference(2, 9)).code).toBe(4001);
    expect(market.createPool(a, lp).code).toBe(0);
  });

  it('refuses a first mint that does not exceed what is locked', () => {
    const market = openMarket(ether, ether);
    market.createPool(a, c);
    market.mint(c, one, ether);
    expect(market.add(one, 1, 1000n, 1000n).code).toBe(5108);
    expect(market.add(one, 1, 1001n, 1000n).code).toBe(5108);
    expect(market.add(one, 1, 1001n, 1001n).code).toBe(0);
    expect(market.add(one, 1, 0n, 5n).code).toBe(5101);
  });

  it('keeps reserves below 2^112', () => {
    const limit = 1n << 112n;
    const market = openMarket(limit - 2n, limit - 2n);
    expect(market.swapIn(one, [0], true, 1_000_000n).code).toBe(5103);
    expect(market.add(one, 0, 2n, 2n).code).toBe(5103);
    expect(market.remove(one, 0, limit / 2n).code).toBe(0);
    expect(market.swapIn(one, [0], true, 1_000_000n).code).toBe(0);
  });
});
