import { createRequire } from 'node:module';

import { beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { OurPool } from '../testing/our-pool.js';
import { UniswapV2 } from '../testing/uniswap.js';

// Through require, because one of the two resolves to CommonJS and the other does not.
const load = createRequire(import.meta.url);
const sdkCore = load('@uniswap/sdk-core') as typeof import('@uniswap/sdk-core');
const v2Sdk = load('@uniswap/v2-sdk') as typeof import('@uniswap/v2-sdk');

/** Each operation against Uniswap V2's own bytecode from equal reserves. FUZZ_RUNS sets the number per operation. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const SEED = process.env['FUZZ_SEED'] ? Number(process.env['FUZZ_SEED']) : 20_261_122;
const parameters = { numRuns: RUNS, seed: SEED };

let ours: OurPool;
let uniswap: UniswapV2;
beforeAll(async () => {
  ours = new OurPool();
  [uniswap] = await Promise.all([UniswapV2.create(), ours.open()]);
});

/** Amounts of every magnitude up to `bits`. */
const amount = (bits: number): fc.Arbitrary<bigint> =>
  fc.integer({ min: 1, max: bits }).chain((size) => fc.bigInt({ min: 1n, max: (1n << BigInt(size)) - 1n }));
const squareRoot = (value: bigint): bigint => {
  let root = value;
  for (let next = (root + 1n) >> 1n; next < root; next = (root + value / root) >> 1n) root = next;
  return root;
};
/** Reserves with room below 2^112, and an LP supply that fees have left behind the product. */
const pool = fc
  .tuple(amount(110), amount(110), fc.integer({ min: 1, max: 1_000 }))
  .map(([reserve0, reserve1, part]) => ({
    reserve0,
    reserve1,
    supply: (squareRoot(reserve0 * reserve1) * BigInt(part)) / 1_000n + 1_001n,
  }));

const setBoth = async ({ reserve0, reserve1, supply }: { reserve0: bigint; reserve1: bigint; supply: bigint }) => {
  ours.setPool(reserve0, reserve1, supply);
  await uniswap.setPool(reserve0, reserve1, supply);
};

const sdkQuote = (reserve0: bigint, reserve1: bigint, zeroForOne: boolean, amountIn: bigint): bigint | undefined => {
  const { CurrencyAmount, Token } = sdkCore;
  const [first, second] = [
    '0x0000000000000000000000000000000000000001',
    '0x0000000000000000000000000000000000000002',
  ].map((address) => new Token(1, address, 18)) as [InstanceType<typeof Token>, InstanceType<typeof Token>];
  const pair = new v2Sdk.Pair(
    CurrencyAmount.fromRawAmount(first, reserve0.toString()),
    CurrencyAmount.fromRawAmount(second, reserve1.toString()),
  );
  try {
    const [output] = pair.getOutputAmount(
      CurrencyAmount.fromRawAmount(zeroForOne ? first : second, amountIn.toString()),
    );
    return BigInt(output.quotient.toString());
  } catch {
    return undefined;
  }
};

describe(`from equal reserves, ${RUNS} random operations each`, () => {
  const long = Math.max(60_000, RUNS * 100);

  it(
    'an exact input gives what the pair gives, and what the SDK quotes',
    async () => {
      let executed = 0;
      await fc.assert(
        fc.asyncProperty(pool, fc.boolean(), amount(110), async (state, zeroForOne, amountIn) => {
          await setBoth(state);
          const theirs = await uniswap.swapExactIn(zeroForOne, amountIn);
          expect(ours.swapExactIn(zeroForOne, amountIn)).toEqual(theirs);
          const quoted = sdkQuote(state.reserve0, state.reserve1, zeroForOne, amountIn);
          if (theirs === undefined) return;
          expect(quoted).toBe(theirs[1]);
          executed++;
        }),
        parameters,
      );
      expect(executed).toBeGreaterThan(RUNS / 4);
    },
    long,
  );

  it(
    'an exact output costs what it costs there',
    async () => {
      await fc.assert(
        fc.asyncProperty(pool, fc.boolean(), amount(110), async (state, zeroForOne, amountOut) => {
          await setBoth(state);
          const [wanted, reserve] = [amountOut, zeroForOne ? state.reserve1 : state.reserve0];
          const out = wanted >= reserve ? (wanted % reserve) + (wanted & 1n) : wanted;
          fc.pre(out > 0n);
          expect(ours.swapExactOut(zeroForOne, out)).toEqual(await uniswap.swapExactOut(zeroForOne, out));
        }),
        parameters,
      );
    },
    long,
  );

  it(
    'adding liquidity takes and mints the same',
    async () => {
      await fc.assert(
        fc.asyncProperty(pool, amount(110), amount(110), async (state, amount0, amount1) => {
          await setBoth(state);
          expect(ours.addLiquidity(amount0, amount1)).toEqual(await uniswap.addLiquidity(amount0, amount1));
        }),
        parameters,
      );
    },
    long,
  );

  it(
    'the first liquidity mints the same',
    async () => {
      await fc.assert(
        fc.asyncProperty(amount(110), amount(110), async (amount0, amount1) => {
          await setBoth({ reserve0: 0n, reserve1: 0n, supply: 0n });
          expect(ours.addLiquidity(amount0, amount1)).toEqual(await uniswap.addLiquidity(amount0, amount1));
        }),
        { ...parameters, numRuns: Math.max(20, RUNS >> 2) },
      );
    },
    long,
  );

  it(
    'removing liquidity pays the same',
    async () => {
      await fc.assert(
        fc.asyncProperty(pool, fc.bigInt({ min: 1n, max: 1n << 64n }), async (state, part) => {
          await setBoth(state);
          const liquidity = ((state.supply - 1_000n) * part) >> 64n;
          fc.pre(liquidity > 0n);
          expect(ours.removeLiquidity(liquidity)).toEqual(await uniswap.removeLiquidity(liquidity));
        }),
        parameters,
      );
    },
    long,
  );
});
