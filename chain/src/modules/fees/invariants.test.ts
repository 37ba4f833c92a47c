import { beforeEach, describe, expect, it } from '@jest/globals';

import { DCEP, ETH, ETHER, FeeMarket, GWEI, MB, trader } from '../../../test/fee-market.ts';
import { littleEndianHex } from '../../../test/ledger.ts';

describe('invariants of fees', () => {
  let market: FeeMarket;
  beforeEach(() => {
    market = new FeeMarket();
    market.openFeePool(MB, 100n * ETHER, 270_000n * ETHER);
    market.now += 1_800n;
    market.item(0n, 32n * GWEI, 1n);
    market.begin(1n);
  });
  const isExact = (token: bigint, collected: bigint): boolean =>
    market.holds('isPotExact', token, market.amount(4, collected));
  const potKey = (token: bigint): string => `06030000${littleEndianHex(token, 8)}`;
  const pot = (l2: bigint, l1: bigint): string => littleEndianHex(l2, 16) + littleEndianHex(l1, 16);

  it('hold through a block', () => {
    expect([market.holds('arePricesBounded'), market.holds('arePotsEmpty')]).toEqual([true, true]);
    for (const token of [MB, DCEP]) expect(market.holds('isRateBounded', token)).toBe(true);
    for (const token of [ETH, MB]) {
      const { fee } = market.charge(20_000n, 110, token);
      expect([market.holds('isL1PartWithinFee'), isExact(token, fee)]).toEqual([true, true]);
    }
    market.run('endFees');
    expect(market.holds('arePotsEmpty')).toBe(true);
  });

  it('isL1PartWithinFee notices an L1 part that is more than the fee', () => {
    const { fee } = market.charge(20_000n, 110);
    market.setNumber128(market.run('l1FeeAmount').code, fee);
    expect(market.holds('isL1PartWithinFee')).toBe(true);
    market.setNumber128(market.run('l1FeeAmount').code, fee + 1n);
    expect(market.holds('isL1PartWithinFee')).toBe(false);
  });

  it('isPotExact notices a unit that came or went, in either part', () => {
    const { fee, l1 } = market.charge(20_000n, 110, MB);
    expect([isExact(MB, fee - 1n), isExact(MB, fee + 1n), isExact(ETH, 1n)]).toEqual([false, false, false]);
    market.setWord(potKey(MB), pot(fee - l1, l1 + 1n));
    expect(isExact(MB, fee)).toBe(false);
    market.setWord(potKey(MB), pot(fee - l1 - 1n, l1));
    expect(isExact(MB, fee)).toBe(false);
    market.setWord(potKey(MB), pot((1n << 128n) - 1n, fee + 1n));
    expect(isExact(MB, fee)).toBe(false);
  });

  it.each([ETH, MB, DCEP])('arePotsEmpty notices what was left in the pot of token %s', (token) => {
    for (const left of [pot(1n, 0n), pot(0n, 1n)]) {
      market.setWord(potKey(token), left);
      expect(market.holds('arePotsEmpty')).toBe(false);
    }
  });

  it('arePricesBounded notices a byte price that no item can give', () => {
    const prices = (bytePrice: bigint): void => market.setWord('0604', littleEndianHex(bytePrice, 8));
    prices(2_000_000_000_000_000n);
    market.begin();
    expect(market.holds('arePricesBounded')).toBe(true);
    prices(2_000_000_000_000_001n);
    market.begin();
    expect(market.holds('arePricesBounded')).toBe(false);
  });

  it.each([0n, 1_000_000_000_001n])('arePricesBounded notices a base price of %s', (price) => {
    market.run('overwriteBasePrice', price);
    expect(market.holds('arePricesBounded')).toBe(false);
  });

  it.each([
    ['dearer', true],
    ['cheaper', false],
  ])('isRateBounded notices a rate that is not of this price: MB is %s since', (_name, etherForMb) => {
    market.mint(etherForMb ? ETH : MB, trader, 1_000_000n * ETHER);
    market.swapIn(trader, [0], etherForMb, etherForMb ? 50n * ETHER : 500_000n * ETHER);
    market.now += 1_800n;
    expect(market.holds('isRateBounded', MB)).toBe(false);
    market.begin();
    expect(market.holds('isRateBounded', MB)).toBe(true);
  });
});
