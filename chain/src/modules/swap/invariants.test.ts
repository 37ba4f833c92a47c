import { beforeEach, describe, expect, it } from '@jest/globals';

import { factoryAbi } from '../../../test/abi.ts';
import { FACTORY, littleEndianHex, poolAddress, tokenRef } from '../../../test/ledger.ts';
import { type Market, openMarket } from '../../../test/market.ts';

const POOL = littleEndianHex(0n, 8);
/** `5, 1` of a pool of two tokens that was made at second 1. */
const poolWord = (token0: bigint, token1: bigint): string =>
  [token0, token1, 1n].map((value) => littleEndianHex(value, 8)).join('') + '0a';
/** `5, 2` of a pool that changed at second 1. */
const reservesWord = (reserve0: bigint, reserve1: bigint): string =>
  `${littleEndianHex(reserve0, 14)}0100${littleEndianHex(reserve1, 14)}0000`;

describe('invariants of the exchange', () => {
  const names = ['isLiquidityBacked', 'areReservesBounded', 'areTokensOrdered'];
  let market: Market;
  beforeEach(() => {
    market = openMarket(9_000n, 4_000n);
  });
  const broken = (): string[] => {
    expect(market.run('loadPool', 0).code).toBe(0);
    const failed = names.filter((name) => !market.holds(name));
    const isSound = failed.length === 0;
    expect(market.holds('isPoolSound', 0)).toBe(isSound);
    expect(market.read(factoryAbi, 'checkPool', [poolAddress(0)], FACTORY)).toBe(isSound);
    return failed;
  };

  it('hold for a pool, and for one that does not exist', () => {
    expect(broken()).toEqual([]);
    expect(market.holds('isPoolSound', 1)).toBe(true);
    market.setWord(`05020000${POOL}`, reservesWord(9_000n, 4_000n));
    market.setWord(`05010000${POOL}`, poolWord(tokenRef(1), tokenRef(2)));
    expect(broken()).toEqual([]);
  });

  it.each([
    [8_999n, 4_000n],
    [9_000n, 3_999n],
  ])('isLiquidityBacked notices reserves of %s and %s, less than what the liquidity stands for', (x, y) => {
    market.setWord(`05020000${POOL}`, reservesWord(x, y));
    expect(broken()).toEqual(['isLiquidityBacked']);
  });

  it('areReservesBounded notices one empty side', () => {
    market.setWord(`05020000${POOL}`, reservesWord(0n, 4_000n));
    expect(broken()).toContain('areReservesBounded');
    market.setWord(`05020000${POOL}`, reservesWord(9_000n, 0n));
    expect(broken()).toContain('areReservesBounded');
  });

  it.each([
    [2, 1],
    [1, 1],
  ])('areTokensOrdered notices tokens %i and %i', (first, second) => {
    market.setWord(`05010000${POOL}`, poolWord(tokenRef(first), tokenRef(second)));
    expect(broken()).toEqual(['areTokensOrdered']);
  });
});
