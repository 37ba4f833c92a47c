import { beforeEach, describe, expect, it } from '@jest/globals';
import { reference, tokenRef } from '../../../test/ledger.ts';
import {
  BASE_PRICE,
  DCEP,
  ETH,
  ETHER,
  FeeMarket,
  GWEI,
  MB,
  payer,
  poster,
  producer,
  trader,
} from '../../../test/fee-market.ts';

const ceil = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

describe('L1 byte price', () => {
  const gas = (market: FeeMarket, bytes: number): bigint => BigInt(market.run('l1GasOf', bytes).code);

  it.each([
    ['the reserve of EIP-7918', 32n * GWEI, 1n, (2n * GWEI * 1_032_258n) / 1_000_000n],
    ['the blob base fee above it', 16n * GWEI, 3n * GWEI, (3n * GWEI * 1_032_258n) / 1_000_000n],
  ])('takes %s', (_name, baseFee, blobBaseFee, blobPart) => {
    const market = new FeeMarket();
    market.item(5n, baseFee, blobBaseFee);
    market.begin(6n);
    expect(gas(market, 100)).toBe(ceil(100n * (blobPart + (baseFee * 20_000n) / 1_000_000n), BASE_PRICE));
  });

  it('stays when a block names no item, the same or an older one', () => {
    const market = new FeeMarket();
    market.item(5n, 32n * GWEI, 1n);
    market.item(4n, 64n * GWEI, 1n);
    market.begin(6n);
    const before = gas(market, 1_000);
    for (const item of [0n, 6n, 5n]) {
      market.begin(item);
      expect(gas(market, 1_000)).toBe(before);
    }
    market.item(6n, 64n * GWEI, 1n);
    market.begin(7n);
    expect(gas(market, 1_000)).toBe(before * 2n);
  });

  it('is bounded however absurd L1 is', () => {
    const market = new FeeMarket({ blobScalar: 0xffff_ffffn, overheadScalar: 0xffff_ffffn, basePrice: 0n });
    market.item(0n, (1n << 256n) - 1n, (1n << 256n) - 1n);
    market.begin(1n);
    market.run('measureCharge', 1n, 16_387);
    expect(market.run('priceCharge', ETH).code).toBe(0);
    expect(market.number128(market.run('feeAmount').code)).toBeLessThan(1n << 60n);
  });
});

describe('fees', () => {
  let market: FeeMarket;
  beforeEach(() => {
    market = new FeeMarket();
    market.item(0n, 32n * GWEI, 1n);
    market.begin(1n);
  });

  it('in ETH are exactly gas times base price, part by part', () => {
    const l1Gas = BigInt(market.run('l1GasOf', 110).code);
    const before = market.balance(ETH, payer);
    const { code, fee, l1, gas } = market.charge(20_000n, 110);
    expect([code, gas, fee, l1]).toEqual([0, 20_000n + l1Gas, (20_000n + l1Gas) * BASE_PRICE, l1Gas * BASE_PRICE]);
    expect(market.balance(ETH, payer)).toBe(before - fee);
  });

  it('reach producer and poster when the block ends, and nothing is left', () => {
    const charges = [market.charge(20_000n, 110), market.charge(7n, 3)];
    expect(market.balance(ETH, producer)).toBe(0n);
    const total = market.balance(ETH, payer) + charges[0]!.fee + charges[1]!.fee;
    market.run('endFees');
    const l1 = charges[0]!.l1 + charges[1]!.l1;
    expect(market.balance(ETH, poster)).toBe(l1);
    expect(market.balance(ETH, producer)).toBe(charges[0]!.fee + charges[1]!.fee - l1);
    expect(market.balance(ETH, payer) + market.balance(ETH, producer) + market.balance(ETH, poster)).toBe(total);
    market.run('endFees');
    expect(market.balance(ETH, poster)).toBe(l1);
  });

  it('all go to the poster where nobody produced the block', () => {
    market.begin(0n, `0x${'00'.repeat(20)}`);
    const { fee } = market.charge(20_000n, 110);
    market.run('endFees');
    expect(market.balance(ETH, poster)).toBe(fee);
  });

  it('that the payer does not have change nothing', () => {
    market.run('measureCharge', 1n << 60n, 0);
    market.run('priceCharge', ETH);
    expect(market.run('payCharge', market.address(0, payer)).code).toBe(6003);
    expect(market.balance(ETH, payer)).toBe(100n * ETHER);
  });

  it('in a token without a pool are refused', () => {
    expect(market.charge(1n, 1, MB).code).toBe(6005);
    expect(market.charge(1n, 1, DCEP).code).toBe(6005);
    expect(market.charge(1n, 1, tokenRef(3)).code).toBe(6005);
  });

  it('in MB are the mean price of its pool plus 2 %, rounded up', () => {
    market.openFeePool(MB, 100n * ETHER, 270_000n * ETHER + 7n);
    market.now += 3_600n;
    market.begin();
    const mean = ((((270_000n * ETHER + 7n) << 112n) / (100n * ETHER)) * ETHER) >> 112n;
    const rate = ceil(mean * 10_200n, 10_000n);
    const { code, fee, l1, gas } = market.charge(20_000n, 110, MB);
    expect([code, fee]).toEqual([0, ceil(gas * BASE_PRICE * rate, ETHER)]);
    expect(l1).toBe((fee * (gas - 20_000n)) / gas);
    expect(market.balance(MB, payer)).toBe(1_000_000n * ETHER - fee);
    market.run('endFees');
    expect(market.balance(MB, producer) + market.balance(MB, poster)).toBe(fee);
  });

  it('in MB are refused until its pool covers the window of the mean price', () => {
    // A false price: one ether for one unit of MB would make fees in MB nearly free.
    market.openFeePool(MB, ETHER, 1_000_001n);
    market.now += 1_799n;
    market.begin();
    expect(market.charge(20_000n, 110, MB).code).toBe(6005);
    market.now += 1n;
    market.begin();
    expect(market.charge(20_000n, 110, MB).code).toBe(0);
  });

  it('in MB are refused again in the block after its pool was emptied', () => {
    market.openFeePool(MB, 100n * ETHER, 270_000n * ETHER);
    market.now += 1_800n;
    market.begin();
    expect(market.charge(20_000n, 110, MB).code).toBe(0);
    market.remove(trader, 0, market.balance(reference(2, 0), trader));
    expect(market.charge(20_000n, 110, MB).code).toBe(0);
    market.begin();
    expect(market.charge(20_000n, 110, MB).code).toBe(6005);
  });

  it('above the signed maximum are refused', () => {
    market.run('measureCharge', 20_000n, 110);
    market.run('priceCharge', ETH);
    const fee = market.number128(market.run('feeAmount').code);
    expect(market.run('checkMaximumFee', fee).code).toBe(0);
    expect(market.run('checkMaximumFee', fee - 1n).code).toBe(6004);
  });

  it('need price, gas limit and funds of an Ethereum transaction', () => {
    market.run('measureCharge', 20_000n, 110);
    const gas = BigInt(market.run('chargedGas').code);
    const check = (price: bigint, limit: bigint): number => market.run('checkGas', market.wide(3, price), limit).code;
    expect([check(BASE_PRICE, gas), check(1n << 200n, gas)]).toEqual([0, 0]);
    expect([check(BASE_PRICE - 1n, gas), check(BASE_PRICE, gas - 1n)]).toEqual([6001, 6002]);
    const funds = (limit: bigint, price: bigint, value: bigint): number =>
      market.run('checkFunds', market.address(0, payer), limit, market.wide(3, price), market.wide(4, value)).code;
    expect(funds(10n, ETHER, 90n * ETHER)).toBe(0);
    expect(funds(10n, ETHER, 90n * ETHER + 1n)).toBe(6003);
    expect(funds(1n, 1n, (1n << 256n) - 1n)).toBe(6003);
    expect(funds(1n << 63n, 1n << 255n, 0n)).toBe(6003);
  });
});
