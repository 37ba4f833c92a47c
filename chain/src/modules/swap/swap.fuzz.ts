import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { account, reference, tokenRef } from '../../../test/ledger.ts';
import { Market, feeBuckets, floorQuote, inputQuote, squareRoot } from '../../../test/market.ts';

/** Sequences per property; each has up to 60 operations. */
const runs = Number(process.env.FUZZ_RUNS ?? 30);
jest.setTimeout(60_000 + runs * 500);
const users = [account(1), account(2), account(3)];
const tokens = [0, 1, 2, 3].map(tokenRef);
const pairs = [
  [0, 1],
  [1, 2],
  [0, 2],
  [2, 3],
] as const;

/** Amounts of every size, from one unit to beyond 2^112. */
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 5_000n }),
  fc.bigInt({ min: 0n, max: (1n << 116n) - 1n }),
  fc
    .tuple(fc.bigInt({ min: 1n, max: 999n }), fc.nat({ max: 30 }))
    .map(([mantissa, exponent]) => mantissa * 10n ** BigInt(exponent)),
);
const operation = fc.record({
  kind: fc.constantFrom('in', 'in', 'in', 'out', 'add', 'add', 'remove', 'route', 'routeOut', 'wait'),
  user: fc.nat({ max: 2 }),
  pool: fc.nat({ max: 3 }),
  next: fc.nat({ max: 3 }),
  direction: fc.boolean(),
  x: amount,
  y: amount,
});
type Operation = ReturnType<typeof operation.generate>['value_'];

const open = (): Market => {
  const market = new Market();
  for (const user of users) for (const token of tokens) market.mint(token, user, 1n << 115n);
  for (const [i, j] of pairs) market.createPool(tokens[i]!, tokens[j]!);
  return market;
};

const apply = (market: Market, { kind, user: u, pool, next, direction, x, y }: Operation) => {
  const user = users[u]!;
  if (kind === 'in') return market.swapIn(user, [pool], direction, x);
  if (kind === 'out') return market.swapOut(user, [pool], direction, x, (1n << 128n) - 1n);
  if (kind === 'add') return market.add(user, pool, x, y);
  if (kind === 'remove') return market.remove(user, pool, x);
  if (kind === 'route') return market.swapIn(user, [pool, next], direction, x);
  if (kind === 'routeOut') return market.swapOut(user, [pool, next], direction, x, (1n << 128n) - 1n);
  market.now += x % 4_000n;
  return { code: 0, data: '0x' as const, events: [] };
};

const reservesOf = (market: Market): [bigint, bigint][] =>
  pairs.map(([i, j], pool) => market.reserves(pool, tokens[i]!, tokens[j]!));

const lockedBy = `0x${'00'.repeat(20)}` as const;

/** Each token is held by the users, the pools and the buckets, and each pool is sound. */
const expectInvariants = (market: Market): void => {
  for (const token of tokens) {
    const pooled = pairs.reduce((sum, _, pool) => sum + market.poolHolding(pool, token), 0n);
    const collected = market.buckets(token).reduce((sum, part) => sum + part, 0n);
    expect(market.isSupplyHeld(token, users, pooled + collected)).toBe(true);
  }
  pairs.forEach((_, pool) => {
    market.run('loadPool', pool);
    for (const name of ['isLiquidityBacked', 'areReservesBounded', 'areTokensOrdered'])
      expect([pool, name, market.holds(name)]).toEqual([pool, name, true]);
    expect(market.holds('isPoolSound', pool)).toBe(true);
    expect(market.isSupplyHeld(reference(2, pool), [...users, lockedBy])).toBe(true);
  });
};

/** k per share never falls: the product of the reserves over the square of the LP supply. */
const expectShares = (before: [bigint, bigint][], supplies: bigint[], market: Market): void => {
  reservesOf(market).forEach(([x, y], pool) => {
    const supply = market.supply(reference(2, pool));
    const [p, q] = before[pool]!;
    const old = supplies[pool]!;
    if (old !== 0n) expect(x * y * old * old).toBeGreaterThanOrEqual(p * q * supply * supply);
  });
};

describe('the exchange under random operations', () => {
  it('conserves every token and never lets k fall, whatever is tried', () => {
    let done = 0;
    fc.assert(
      fc.property(fc.array(operation, { minLength: 20, maxLength: 60 }), (operations) => {
        const market = open();
        for (const pool of [0, 1, 2, 3]) market.add(users[0]!, pool, 10n ** 20n, 3n * 10n ** 18n);
        for (const step of operations) {
          const before = reservesOf(market);
          const supplies = pairs.map((_, pool) => market.supply(reference(2, pool)));
          if (apply(market, step).code === 0) done++;
          expectShares(before, supplies, market);
          expectInvariants(market);
        }
      }),
      { numRuns: runs },
    );
    expect(done).toBeGreaterThan(runs * 5);
  });

  it('trades exactly as the formulas say', () => {
    const size = fc.bigInt({ min: 1n, max: (1n << 112n) - 1n });
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), (x, y, wanted, direction, exactIn) => {
        const market = open();
        if (market.add(users[0]!, 0, x, y).code !== 0) return;
        const [r, s] = direction ? [x, y] : [y, x];
        const out = exactIn ? floorQuote(wanted, r, s) : wanted % s;
        if (out === 0n) return;
        const paid = exactIn ? wanted : inputQuote(out, r, s);
        const { tax, retained } = feeBuckets(paid);
        const fits = paid < 1n << 112n && r + paid - tax - retained < 1n << 112n;
        const outcome = exactIn
          ? market.swapIn(users[1]!, [0], direction, paid)
          : market.swapOut(users[1]!, [0], direction, out, (1n << 128n) - 1n);
        expect(outcome.code === 0).toBe(fits);
        if (!fits) return;
        const after = market.reserves(0, tokens[0]!, tokens[1]!);
        const expected = [r + paid - tax - retained, s - out];
        expect(direction ? after : after.reverse()).toEqual(expected);
        expect(market.buckets(tokens[direction ? 0 : 1]!).slice(0, 2)).toEqual([tax, retained]);
      }),
      { numRuns: runs * 5 },
    );
  });

  it('mints and burns exactly as the formulas say, and a round trip never gains', () => {
    const size = fc.bigInt({ min: 1n, max: (1n << 111n) - 1n });
    fc.assert(
      fc.property(size, size, size, size, (x, y, dx, dy) => {
        const market = open();
        const lp = reference(2, 0);
        const first = squareRoot(x * y);
        expect(market.add(users[0]!, 0, x, y).code).toBe(first > 1000n ? 0 : 5108);
        if (first <= 1000n) return;
        expect(market.supply(lp)).toBe(first);
        const held = [market.balance(tokens[0]!, users[1]!), market.balance(tokens[1]!, users[1]!)] as const;
        if (market.add(users[1]!, 0, dx, dy).code !== 0) return;
        const [x1, y1] = market.reserves(0, tokens[0]!, tokens[1]!);
        const minted = market.balance(lp, users[1]!);
        const shares = [((x1 - x) * first) / x, ((y1 - y) * first) / y];
        expect(minted).toBe(shares[0]! < shares[1]! ? shares[0] : shares[1]);
        const back = [(minted * x1) / (first + minted), (minted * y1) / (first + minted)];
        expect(market.remove(users[1]!, 0, minted).code).toBe(back[0] === 0n || back[1] === 0n ? 5108 : 0);
        expect(market.balance(tokens[0]!, users[1]!)).toBeLessThanOrEqual(held[0]);
        expect(market.balance(tokens[1]!, users[1]!)).toBeLessThanOrEqual(held[1]);
      }),
      { numRuns: runs * 3 },
    );
  });

  it('pays nobody for trading to and fro, nor for splitting a swap', () => {
    const size = fc.bigInt({ min: 10_000n, max: 10n ** 24n });
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 2, max: 5 }), (x, y, paid, parts) => {
        const whole = open();
        const split = open();
        for (const market of [whole, split]) market.add(users[0]!, 0, x * 1_000n, y * 1_000n);
        const start = whole.balance(tokens[1]!, users[1]!);
        if (whole.swapIn(users[1]!, [0], true, paid).code !== 0) return;
        for (let i = 0; i < parts; i++) split.swapIn(users[1]!, [0], true, paid / BigInt(parts));
        const gained = whole.balance(tokens[1]!, users[1]!) - start;
        whole.swapIn(users[1]!, [0], false, gained);
        expect(whole.balance(tokens[0]!, users[1]!)).toBeLessThanOrEqual(1n << 115n);
        expect(whole.balance(tokens[1]!, users[1]!)).toBeLessThanOrEqual(start);
        // Part of the fee of the first parts stays in the pool, so the later parts buy dearer.
        expect(split.balance(tokens[1]!, users[1]!) - start).toBeLessThanOrEqual(gained);
      }),
      { numRuns: runs },
    );
  });
});
