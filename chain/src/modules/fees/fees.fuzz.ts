import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { DCEP, ETH, ETHER, FeeMarket, GWEI, MB, payer, poster, producer, trader } from '../../../test/fee-market.ts';
import { reference } from '../../../test/ledger.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 40);
jest.setTimeout(60_000 + runs * 500);
const holders = [trader, payer, producer, poster];
const LP = reference(2, 0);
const nobody = `0x${'00'.repeat(20)}` as const;

const step = fc.record({
  kind: fc.constantFrom('pay', 'pay', 'pay', 'trade', 'liquidity', 'block', 'block', 'strange block'),
  token: fc.constantFrom(ETH, MB, MB, DCEP),
  /** Step weight, up to far more than the payer has. */
  weight: fc.oneof(fc.bigInt({ min: 0n, max: 100_000n }), fc.bigInt({ min: 0n, max: 1n << 62n })),
  bytes: fc.nat({ max: 16_387 }),
  seconds: fc.bigInt({ min: 0n, max: 4_000n }),
  /** Wei per gas on L1. */
  baseFee: fc.oneof(fc.bigInt({ min: 0n, max: 100n * GWEI }), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })),
  blobBaseFee: fc.oneof(fc.bigInt({ min: 0n, max: GWEI }), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })),
  direction: fc.boolean(),
});
type Step = ReturnType<typeof step.generate>['value_'];

/** A market within a block, and what its transactions paid so far. */
class Session {
  readonly market = new FeeMarket();
  readonly collected = new Map([ETH, MB, DCEP].map((token) => [token, 0n]));
  private items = 0n;
  paid = 0;

  constructor() {
    this.market.openFeePool(MB, 100n * ETHER, 270_000n * ETHER);
    this.market.mint(MB, trader, 1_000_000n * ETHER);
    this.market.mint(ETH, trader, 1_000n * ETHER);
    this.market.begin();
  }

  private pay({ token, weight, bytes }: Step): void {
    const { code, fee } = this.market.charge(weight, bytes, token);
    expect(this.market.holds('isL1PartWithinFee')).toBe(true);
    if (code !== 0) return;
    this.paid++;
    this.collected.set(token, this.collected.get(token)! + fee);
  }

  /** Drains the pool, which then gives no rate, or fills it. */
  private moveLiquidity({ direction }: Step): void {
    const { market } = this;
    if (direction) market.remove(trader, 0, market.balance(LP, trader));
    else market.add(trader, 0, 10n * ETHER, 100_000n * ETHER);
  }

  private nextBlock({ kind, seconds, baseFee, blobBaseFee }: Step): void {
    this.market.run('endFees');
    expect(this.market.holds('arePotsEmpty')).toBe(true);
    for (const token of this.collected.keys()) this.collected.set(token, 0n);
    this.market.now += seconds;
    this.market.item(this.items++, baseFee, blobBaseFee);
    this.market.begin(this.items, kind === 'block' ? producer : nobody);
    for (const token of [MB, DCEP]) expect(this.market.holds('isRateBounded', token)).toBe(true);
  }

  apply(one: Step): void {
    if (one.kind === 'pay') this.pay(one);
    else if (one.kind === 'trade') this.market.swapIn(trader, [0], one.direction, one.weight);
    else if (one.kind === 'liquidity') this.moveLiquidity(one);
    else this.nextBlock(one);
  }

  expectInvariants(): void {
    const { market } = this;
    expect(market.holds('arePricesBounded')).toBe(true);
    for (const [token, collected] of this.collected) {
      expect(market.holds('isPotExact', token, market.amount(4, collected))).toBe(true);
      const buckets = market.buckets(token).reduce((sum, part) => sum + part, 0n);
      const elsewhere = market.poolHolding(0, token) + buckets + collected;
      expect(market.isSupplyHeld(token, holders, elsewhere)).toBe(true);
    }
  }
}

describe('fees under random transactions, prices and blocks', () => {
  it('make and lose nothing, stay in their bounds, and are all paid out', () => {
    let paid = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), (steps) => {
        const session = new Session();
        for (const one of steps) {
          session.apply(one);
          session.expectInvariants();
        }
        paid += session.paid;
      }),
      { numRuns: runs },
    );
    expect(paid).toBeGreaterThan(runs);
  });
});
