import { describe, expect, it } from '@jest/globals';
import { bumpedFees, firstFees, payloadCosts } from './fees.js';

const GWEI = 10n ** 9n;
const prices = { baseFee: 10n * GWEI, tip: GWEI, blobBaseFee: 4n };
const limits = { maxFee: 500n * GWEI, maxBlobFee: 100n * GWEI };

describe('L1 fees', () => {
  it('leaves room for the base fees to double', () => {
    expect(firstFees(prices, limits)).toEqual({ maxFee: 21n * GWEI, tip: GWEI, blob: 8n });
  });

  it('never starts above the limits and never offers less than one wei for blob gas', () => {
    const fees = firstFees({ baseFee: 900n * GWEI, tip: GWEI, blobBaseFee: 0n }, limits);
    expect(fees).toEqual({ maxFee: 500n * GWEI, tip: GWEI, blob: 1n });
  });

  it('raises every fee by what nodes ask for: 10 % alone, twice with blobs', () => {
    const fees = firstFees(prices, limits);
    const plain = bumpedFees(fees, prices, false, limits)!;
    for (const name of ['maxFee', 'tip'] as const) expect(plain[name] * 100n).toBeGreaterThanOrEqual(fees[name] * 110n);
    const blobs = bumpedFees(fees, prices, true, limits)!;
    for (const name of ['maxFee', 'tip', 'blob'] as const) expect(blobs[name]).toBeGreaterThanOrEqual(fees[name] * 2n);
  });

  it('follows L1 when that asks for more than the bump, and stops at a limit', () => {
    const dear = { ...prices, baseFee: 100n * GWEI };
    expect(bumpedFees(firstFees(prices, limits), dear, false, limits)!.maxFee).toBe(201n * GWEI);
    expect(bumpedFees(firstFees(prices, limits), { ...prices, baseFee: 400n * GWEI }, false, limits)!.maxFee).toBe(
      limits.maxFee,
    );
    expect(bumpedFees({ maxFee: 480n * GWEI, tip: 1n, blob: 1n }, prices, false, limits)).toBeUndefined();
    expect(bumpedFees({ maxFee: GWEI, tip: 1n, blob: 60n * GWEI }, prices, true, limits)).toBeUndefined();
    expect(bumpedFees({ maxFee: GWEI, tip: 1n, blob: 60n * GWEI }, prices, false, limits)).toBeDefined();
  });

  it('finds blobs cheaper at the reserve price and calldata when blob gas is dear', () => {
    const cheap = payloadCosts(100, 1, prices);
    expect(cheap.blobs).toBeLessThan(cheap.calldata);
    const dear = payloadCosts(100, 1, { ...prices, blobBaseFee: 1_000n * GWEI });
    expect(dear.calldata).toBeLessThan(dear.blobs);
  });
});
