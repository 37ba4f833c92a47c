import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CurrencyAmount, Token } from '@uniswap/sdk-core';
import { Pair } from '@uniswap/v2-sdk';
import fc from 'fast-check';

import { account, reference, tokenRef } from '../../../test/ledger.ts';
import { Market } from '../../../test/market.ts';
import { Uniswap } from '../../../test/uniswap.ts';

/**
 * From equal reserves the exchange answers, to the wei, what the bytecode of Uniswap V2 answers: outputs, inputs, minted liquidity, paid
 * shares, and refusals. FUZZ_RUNS operations of each kind.
 */
const runs = Number(process.env.FUZZ_RUNS ?? 60);
jest.setTimeout(60_000 + runs * 50);
const one = account(1);
const [a, b] = [tokenRef(1), tokenRef(2)];
const lp = reference(2, 0);
const limit = 1n << 112n;
const unlimited = (1n << 128n) - 1n;

/** Sizes from one unit to 2^111, evenly over the number of bits. */
const size = fc
  .tuple(fc.integer({ min: 1, max: 111 }), fc.bigInt({ min: 0n, max: (1n << 111n) - 1n }))
  .map(([bits, value]) => (1n << BigInt(bits - 1)) + (value & ((1n << BigInt(bits - 1)) - 1n)));
const reserves = fc.tuple(size, size);

describe('the exchange beside Uniswap V2', () => {
  let uniswap: Uniswap;
  const market = new Market();
  const property = <T extends unknown[]>(
    arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
    check: (...values: T) => Promise<void>,
  ) =>
    fc.assert(fc.asyncProperty(...(arbitraries as never as [fc.Arbitrary<never>]), check as never), { numRuns: runs });

  beforeAll(async () => {
    uniswap = await Uniswap.create();
    for (const token of [a, b]) market.mint(token, one, 1n << 120n);
    market.createPool(a, b);
  });

  const changes = (operate: () => number): { code: number; moved: [bigint, bigint] } => {
    const before = [market.balance(a, one), market.balance(b, one)] as const;
    const code = operate();
    return { code, moved: [market.balance(a, one) - before[0], market.balance(b, one) - before[1]] };
  };

  it('pays the same for an exact input, and not one unit more', async () => {
    await property<[[bigint, bigint], bigint, boolean]>(
      [reserves, size, fc.boolean()],
      async (pool, paid, zeroForOne) => {
        market.setPool(pool, 10n ** 6n, one);
        const [x, y] = zeroForOne ? pool : [pool[1], pool[0]];
        const out = await uniswap.ask('getAmountOut', paid, x, y);
        const { code, moved } = changes(() => market.swapIn(one, [0], zeroForOne, paid).code);
        const theirs = x + paid < limit && out !== 0n;
        // Their pair counts the whole input against 2^112, ours what stays after the fee buckets.
        if (theirs) expect(code).toBe(0);
        if (code !== 0) return;
        expect(zeroForOne ? moved : [moved[1], moved[0]]).toEqual([-paid, out]);
        if (!theirs) return;
        expect(await uniswap.swaps(pool, zeroForOne, paid, out!)).toBe(true);
        expect(await uniswap.swaps(pool, zeroForOne, paid, out! + 1n)).toBe(false);
      },
    );
  });

  it('asks the same for an exact output', async () => {
    await property<[[bigint, bigint], bigint, boolean]>(
      [reserves, size, fc.boolean()],
      async (pool, wanted, zeroForOne) => {
        market.setPool(pool, 10n ** 6n, one);
        const [x, y] = zeroForOne ? pool : [pool[1], pool[0]];
        const paid = wanted < y ? await uniswap.ask('getAmountIn', wanted, x, y) : undefined;
        const { code, moved } = changes(() => market.swapOut(one, [0], zeroForOne, wanted, unlimited).code);
        const theirs = paid !== undefined && x + paid < limit;
        if (theirs) expect(code).toBe(0);
        if (code !== 0) return;
        expect(zeroForOne ? moved : [moved[1], moved[0]]).toEqual([-paid!, wanted]);
        if (theirs) expect(await uniswap.swaps(pool, zeroForOne, paid, wanted)).toBe(true);
      },
    );
  });

  it('mints the same liquidity for the same amounts', async () => {
    const first = fc.boolean();
    await property<[[bigint, bigint], bigint, bigint, bigint, boolean]>(
      [reserves, size, size, size, first],
      async (pool, liquidity, dx, dy, isFirst) => {
        const from: [bigint, bigint] = isFirst ? [0n, 0n] : pool;
        market.setPool(from, isFirst ? 0n : liquidity, one);
        const before = market.balance(lp, one);
        const { code, moved } = changes(() => market.add(one, 0, dx, dy).code);
        const amounts: [bigint, bigint] = code === 0 ? [-moved[0], -moved[1]] : await wanted(from, dx, dy);
        if (!isFirst) expect(amounts).toEqual(await wanted(from, dx, dy));
        const minted = await uniswap.mints(from, isFirst ? 0n : liquidity, amounts);
        if (code === 0) expect(market.balance(lp, one) - before).toBe(minted);
        else expect(minted === undefined || liquidity + minted >= limit).toBe(true);
      },
    );
  });

  /** Amounts that Uniswap's router would send. */
  const wanted = async ([x, y]: readonly [bigint, bigint], dx: bigint, dy: bigint): Promise<[bigint, bigint]> => {
    if (x === 0n) return [dx, dy];
    const second = (await uniswap.ask('quote', dx, x, y))!;
    return second <= dy ? [dx, second] : [(await uniswap.ask('quote', dy, y, x))!, dy];
  };

  it('pays the same shares for burned liquidity', async () => {
    await property<[[bigint, bigint], bigint, bigint]>([reserves, size, size], async (pool, liquidity, part) => {
      const burned = part % (liquidity + 1n);
      market.setPool(pool, liquidity, one);
      const { code, moved } = changes(() => market.remove(one, 0, burned).code);
      const paid = await uniswap.burns(pool, liquidity, burned);
      expect(code === 0).toBe(paid !== undefined);
      if (paid) expect(moved).toEqual(paid);
    });
  });

  it('quotes as the SDK does', async () => {
    const [tokenA, tokenB] = ['1', '2'].map((digit) => new Token(1, `0x${digit.repeat(40)}`, 18)) as [Token, Token];
    await property<[[bigint, bigint], bigint]>([reserves, size], async ([x, y], paid) => {
      const pair = new Pair(
        CurrencyAmount.fromRawAmount(tokenA, x.toString()),
        CurrencyAmount.fromRawAmount(tokenB, y.toString()),
      );
      market.setPool([x, y], 10n ** 6n, one);
      const { code, moved } = changes(() => market.swapIn(one, [0], true, paid).code);
      if (code !== 0) return;
      const [output] = pair.getOutputAmount(CurrencyAmount.fromRawAmount(tokenA, paid.toString()));
      expect(moved[1]).toBe(BigInt(output.quotient.toString()));
    });
  });
});
