import { describe, expect, it } from '@jest/globals';
import { ASSERTION_STATUS } from '@metachain/contracts';
import {
  agrees,
  confirmsAlone,
  dueAt,
  isWorthClaiming,
  type NumberedAssertion,
  planAssertion,
} from './assertion-plan.js';
import { outputRootOf } from './rollup-reader.js';
import { hash } from '../poster/testing/genesis.js';
import { ledgerOf } from './testing/ledger.js';

const limits = { bond: 1n, window: 100n, longestGame: 50n, maximumItems: 4n };

/** Five items; each holds one more block than the one before. */
const ledger = () => ledgerOf([1, 2, 3, 4, 5]);

const assertion = (changed: Partial<NumberedAssertion>): NumberedAssertion =>
  ({
    id: 1n,
    itemIndex: 0,
    blockNumber: 0,
    status: ASSERTION_STATUS.pending,
    openGames: 0,
    childItems: 1,
    lastChild: 0,
    outputRoot: outputRootOf(hash(100), hash(0)),
    programIndex: 0,
    ...changed,
  }) as NumberedAssertion;

describe('planAssertion', () => {
  it('claims all items up to the maximum', () => {
    const end = planAssertion(assertion({}), ledger(), limits, 5n);
    expect(end).toMatchObject({ itemIndex: 4n, blockNumber: 10n, stateRoot: hash(104), itemHash: hash(203) });
  });

  it('waits until the items exist that a child must consume', () => {
    expect(planAssertion(assertion({ itemIndex: 5, childItems: 1 }), ledger(), limits, 5n)).toBeUndefined();
    expect(planAssertion(assertion({ itemIndex: 2, childItems: 4 }), ledger(), limits, 5n)).toBeUndefined();
  });

  it('ends where a sibling ends', () => {
    expect(planAssertion(assertion({ childItems: 2, lastChild: 7 }), ledger(), limits, 5n)!.itemIndex).toBe(2n);
  });

  it('claims nothing beyond what the stepper has passed', () => {
    const endOf = (parent: Partial<NumberedAssertion>, checked: bigint | undefined) =>
      planAssertion(assertion(parent), ledger(), limits, checked)?.itemIndex;
    expect([0n, 1n, 3n, 9n].map((checked) => endOf({}, checked))).toEqual([undefined, 1n, 3n, 4n]);
    expect(endOf({}, undefined)).toBeUndefined();
    expect(endOf({ childItems: 2, lastChild: 7 }, 1n)).toBeUndefined();
    expect(endOf({ childItems: 2, lastChild: 7 }, 2n)).toBe(2n);
    expect(endOf({ itemIndex: 1, childItems: 3 }, 3n)).toBeUndefined();
  });

  it('tells right from wrong from not yet known', () => {
    expect(agrees(assertion({}), ledger())).toBe(true);
    expect(agrees(assertion({ outputRoot: hash(9) }), ledger())).toBe(false);
    expect(agrees(assertion({ itemIndex: 9 }), ledger())).toBeUndefined();
  });

  it('sees through a claim that is right about the root alone', () => {
    expect(agrees(assertion({ blockNumber: 1 }), ledger())).toBe(false);
    expect(agrees(assertion({ programIndex: 1 }), ledger())).toBe(false);
  });
});

describe('a claim', () => {
  const worth = (parent: Partial<NumberedAssertion>, item: bigint, newest: bigint) =>
    isWorthClaiming(assertion({ blockNumber: 1, ...parent }), ledger().at(item), newest);

  it('is worth a bond where it brings a block', () => {
    expect([worth({}, 2n, 3n), worth({}, 1n, 1n)]).toEqual([true, false]);
    expect(isWorthClaiming(assertion({}), undefined, 9n)).toBe(false);
  });

  it('and where it brings none, but a stranger made children end there, or put that many items before the next block', () => {
    expect(worth({ lastChild: 7 }, 1n, 1n)).toBe(false);
    expect(worth({ lastChild: 7 }, 1n, 3n)).toBe(true);
    const parent = assertion({ blockNumber: 1 });
    const end = planAssertion(parent, ledger(), { ...limits, maximumItems: 1n }, 9n);
    expect(end).toMatchObject({ itemIndex: 1n });
    expect(isWorthClaiming(parent, end, 3n)).toBe(true);
  });

  it('and beside a wrong one in any case', () => {
    expect(worth({ lastChild: 7, children: 1 }, 1n, 1n)).toBe(true);
  });
});

describe('confirming', () => {
  const due = (changed: Partial<NumberedAssertion>, now: bigint) =>
    dueAt(assertion({ createdAt: 1_000, openGames: 0, ...changed }), now, ledger(), limits);

  it('is due from the end of the window, if no game is open', () => {
    expect(due({}, 1_099n)).toBeUndefined();
    expect(due({}, 1_100n)).toEqual({ id: 1n, blockNumber: 0, since: 1_100n });
    expect(due({ openGames: 1 }, 1_100n)).toBeUndefined();
    expect(due({ status: ASSERTION_STATUS.outlived }, 1_100n)).toBeUndefined();
  });

  it('is never due for a claim that this node does not share', () => {
    expect(due({ outputRoot: hash(9) }, 5_000n)).toBeUndefined();
    expect(due({ itemIndex: 9 }, 5_000n)).toBeUndefined();
  });

  it('is left to the next assertion for one interval', () => {
    const found = due({}, 1_100n)!;
    expect(confirmsAlone(found, 1_109n, 10)).toBe(false);
    expect(confirmsAlone(found, 1_110n, 10)).toBe(true);
  });
});
