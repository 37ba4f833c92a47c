import { createRequire } from 'node:module';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { OurPool } from '../testing/our-pool.js';
import { type Outcome, type PoolCall, type PoolState, UniswapV2 } from '../testing/uniswap.js';

// Through require, because one of the two resolves to CommonJS and the other does not.
const load = createRequire(import.meta.url);
const { CurrencyAmount, Token } = load('@uniswap/sdk-core') as typeof import('@uniswap/sdk-core');
const { Pair } = load('@uniswap/v2-sdk') as typeof import('@uniswap/v2-sdk');

/** Each operation against Uniswap V2's own bytecode from equal reserves. FUZZ_RUNS sets the number per operation. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 2_000);
const SEED = process.env['FUZZ_SEED'] ? Number(process.env['FUZZ_SEED']) : 20_261_122;
/** Cases that go to the EVM at a time. */
const BATCH = 500;

let ours: OurPool;
let uniswap: UniswapV2;
beforeAll(async () => {
  ours = new OurPool();
  [uniswap] = await Promise.all([UniswapV2.create(), ours.open()]);
});
afterAll(() => uniswap.stop());

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

interface Side<T> {
  readonly our: (input: T) => Outcome;
  readonly their: (input: T) => PoolCall;
  /** What the SDK says to an outcome; the part of it that must be equal. */
  readonly quote: (input: T, outcome: readonly bigint[]) => { readonly quoted: bigint[]; readonly given: bigint[] };
}

/** Draws `runs` cases and compares all of each; answers how many were executed. A case that differs is printed whole. */
const compare = async <T extends { readonly state: PoolState }>(
  cases: fc.Arbitrary<T>,
  runs: number,
  { our, their, quote }: Side<T>,
): Promise<number> => {
  let executed = 0;
  for (let done = 0; done < runs; done += BATCH) {
    const inputs = fc.sample(cases, { numRuns: Math.min(BATCH, runs - done), seed: SEED + done });
    const outcomes = await uniswap.outcomes(inputs.map(their));
    // One comparison for the batch: what differs is printed with its case.
    const [found, wanted]: [unknown[], unknown[]] = [[], []];
    for (const [index, input] of inputs.entries()) {
      const theirs = outcomes[index];
      ours.setPool(input.state);
      const { quoted, given } = theirs === undefined ? { quoted: [], given: [] } : quote(input, theirs);
      found.push({ input, outcome: our(input), quoted });
      wanted.push({ input, outcome: theirs, quoted: given });
      executed += theirs === undefined ? 0 : 1;
    }
    expect(found).toEqual(wanted);
  }
  return executed;
};

const [first, second] = [
  '0x0000000000000000000000000000000000000001',
  '0x0000000000000000000000000000000000000002',
].map((address) => new Token(1, address, 18)) as [InstanceType<typeof Token>, InstanceType<typeof Token>];
const of = (token: InstanceType<typeof Token>, value: bigint) => CurrencyAmount.fromRawAmount(token, value.toString());
const raw = ({ quotient }: ReturnType<typeof of>): bigint => BigInt(quotient.toString());
const pairOf = ({ reserve0, reserve1 }: PoolState) => new Pair(of(first, reserve0), of(second, reserve1));

const quoteMint = (state: PoolState, [taken0, taken1, minted]: readonly bigint[]) => {
  const pair = pairOf(state);
  const supply = of(pair.liquidityToken, state.supply);
  return {
    quoted: [raw(pair.getLiquidityMinted(supply, of(first, taken0!), of(second, taken1!)))],
    given: [minted!],
  };
};

describe(`from equal reserves, ${RUNS} random operations each`, () => {
  const long = Math.max(60_000, RUNS * 100);
  const swap = fc.record({ state: pool, zeroForOne: fc.boolean(), amount: amount(110) });

  it(
    'an exact input gives what the pair gives, and what the SDK quotes',
    async () => {
      const executed = await compare(swap, RUNS, {
        our: ({ zeroForOne, amount: paid }) => ours.swapExactIn(zeroForOne, paid),
        their: ({ state, zeroForOne, amount: paid }) => uniswap.swapExactIn(state, zeroForOne, paid),
        quote: ({ state, zeroForOne }, [paid, got]) => ({
          quoted: [raw(pairOf(state).getOutputAmount(of(zeroForOne ? first : second, paid!))[0])],
          given: [got!],
        }),
      });
      expect(executed).toBeGreaterThan(RUNS / 4);
    },
    long,
  );

  it(
    'an exact output costs what it costs there, and what the SDK quotes',
    async () => {
      // Beyond the reserve now and then by one; else within it.
      const wanted = swap
        .map(({ state, zeroForOne, amount: size }) => {
          const reserve = zeroForOne ? state.reserve1 : state.reserve0;
          return { state, zeroForOne, amount: size >= reserve ? (size % reserve) + (size & 1n) : size };
        })
        .filter(({ amount: size }) => size > 0n);
      const executed = await compare(wanted, RUNS, {
        our: ({ zeroForOne, amount: got }) => ours.swapExactOut(zeroForOne, got),
        their: ({ state, zeroForOne, amount: got }) => uniswap.swapExactOut(state, zeroForOne, got),
        quote: ({ state, zeroForOne }, [paid, got]) => ({
          quoted: [raw(pairOf(state).getInputAmount(of(zeroForOne ? second : first, got!))[0])],
          given: [paid!],
        }),
      });
      expect(executed).toBeGreaterThan(RUNS / 4);
    },
    long,
  );

  it(
    'adding liquidity takes and mints the same, as the SDK quotes',
    async () => {
      const cases = fc.record({ state: pool, amount0: amount(110), amount1: amount(110) });
      const executed = await compare(cases, RUNS, {
        our: ({ amount0, amount1 }) => ours.addLiquidity(amount0, amount1),
        their: ({ state, amount0, amount1 }) => uniswap.addLiquidity(state, amount0, amount1),
        quote: ({ state }, outcome) => quoteMint(state, outcome),
      });
      expect(executed).toBeGreaterThan(RUNS / 4);
    },
    long,
  );

  it(
    'the first liquidity mints the same, as the SDK quotes',
    async () => {
      const state = { reserve0: 0n, reserve1: 0n, supply: 0n };
      const cases = fc.record({ state: fc.constant(state), amount0: amount(110), amount1: amount(110) });
      const executed = await compare(cases, RUNS, {
        our: ({ amount0, amount1 }) => ours.addLiquidity(amount0, amount1),
        their: ({ amount0, amount1 }) => uniswap.addLiquidity(state, amount0, amount1),
        quote: (_input, outcome) => quoteMint(state, outcome),
      });
      expect(executed).toBeGreaterThan(RUNS / 4);
    },
    long,
  );

  it(
    'removing liquidity pays the same, as the SDK quotes',
    async () => {
      const cases = fc
        .record({ state: pool, part: fc.bigInt({ min: 1n, max: 1n << 64n }) })
        .map(({ state, part }) => ({ state, liquidity: ((state.supply - 1_000n) * part) >> 64n }))
        .filter(({ liquidity }) => liquidity > 0n);
      const executed = await compare(cases, RUNS, {
        our: ({ liquidity }) => ours.removeLiquidity(liquidity),
        their: ({ state, liquidity }) => uniswap.removeLiquidity(state, liquidity),
        quote: ({ state, liquidity }, given) => {
          const pair = pairOf(state);
          const [supply, burned] = [state.supply, liquidity].map((value) => of(pair.liquidityToken, value));
          const quoted = [first, second].map((token) => raw(pair.getLiquidityValue(token, supply!, burned!, false)));
          return { quoted, given: [...given] };
        },
      });
      expect(executed).toBeGreaterThan(RUNS / 4);
    },
    long,
  );
});
