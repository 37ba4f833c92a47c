import { describe, expect, it } from '@jest/globals';
import { ItemLedger } from '../poster/item-ledger.js';
import { agrees, type NumberedAssertion, planAssertion } from './assertion-plan.js';
import { outputRootOf } from './rollup-reader.js';

const hash = (fill: number) => `0x${fill.toString(16).padStart(2, '0').repeat(32)}` as const;
const limits = { bond: 1n, window: 100n, maximumItems: 4n, maximumUnits: 20n };

/** Five items; each holds one more block than the one before. */
function ledger(): ItemLedger {
  const result = new ItemLedger({
    itemIndex: 0n,
    blockNumber: 0n,
    headerHash: hash(0),
    stateRoot: hash(100),
    delayedConsumed: 0n,
    units: 0n,
    itemHash: hash(0),
  });
  let [block, header] = [0n, hash(0) as `0x${string}`];
  for (let index = 0; index < 5; index++) {
    const last = block + BigInt(index) + 1n;
    const batch = {
      first: block + 1n,
      last,
      parentHash: header,
      lastHash: hash(index + 1),
      lastStateRoot: hash(101 + index),
    };
    result.add(
      { index: BigInt(index), accumulator: hash(200 + index) } as never,
      { ...batch, delayedConsumed: 0n } as never,
    );
    [block, header] = [last, hash(index + 1)];
  }
  return result;
}

const assertion = (changed: Partial<NumberedAssertion>): NumberedAssertion =>
  ({
    id: 1n,
    itemIndex: 0,
    blockNumber: 0,
    childItem: 1,
    lastChild: 0,
    outputRoot: outputRootOf(hash(100), hash(0)),
    ...changed,
  }) as NumberedAssertion;

describe('planAssertion', () => {
  it('claims all items up to the maximum, with enough units', () => {
    const plan = planAssertion(assertion({}), ledger(), limits)!;
    expect(plan.end).toMatchObject({ itemIndex: 4n, blockNumber: 10n, stateRoot: hash(104), itemHash: hash(203) });
    expect(plan.units).toBe(14n);
  });

  it('waits until the items exist that a child must consume', () => {
    expect(planAssertion(assertion({ itemIndex: 5, childItem: 6 }), ledger(), limits)).toBeUndefined();
    expect(planAssertion(assertion({ itemIndex: 2, childItem: 6 }), ledger(), limits)).toBeUndefined();
  });

  it('ends where a sibling ends', () => {
    expect(planAssertion(assertion({ childItem: 2, lastChild: 7 }), ledger(), limits)!.end.itemIndex).toBe(2n);
  });

  it('claims nothing that spans more units than L1 allows', () => {
    expect(planAssertion(assertion({}), ledger(), { ...limits, maximumUnits: 13n })).toBeUndefined();
  });

  it('tells right from wrong from not yet known', () => {
    expect(agrees(assertion({}), ledger())).toBe(true);
    expect(agrees(assertion({ outputRoot: hash(9) }), ledger())).toBe(false);
    expect(agrees(assertion({ itemIndex: 9 }), ledger())).toBeUndefined();
  });
});
