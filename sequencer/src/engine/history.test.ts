import { describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../journal/entry.js';
import { toyTransaction } from '../testing/toy-machine.js';
import { historyAfter } from './history.js';

const context = { timestamp: 1n, delayed: 0n, priceItem: 0n, producer: `0x${'aa'.repeat(20)}` } as const;
const begin: JournalEntry = { kind: 'begin', context, messages: [], item: undefined };
const seal = (number: bigint): JournalEntry => ({ kind: 'seal', number, hash: `0x${'22'.repeat(32)}` });
const undo = (number: bigint): JournalEntry => ({ kind: 'undo', number });
const entry = (kind: 'transaction' | 'queued', account: number, nonce = 0): JournalEntry => {
  const { wire, memo } = toyTransaction(account, nonce);
  return { kind, wire, memo };
};
const dropped = (account: number): JournalEntry => ({ kind: 'dropped', hash: toyTransaction(account, 0).hash });

/** Accounts of the transactions of each block, and of those that wait. */
const after = (entries: readonly JournalEntry[], base = 0n) => {
  const history = historyAfter(
    entries.map((each) => ({ sequence: 0n, entry: each })),
    base,
  );
  const accounts = (list: readonly { wire: Uint8Array }[]) => list.map(({ wire }) => wire[1]);
  return history && [history.blocks.map(({ transactions }) => accounts(transactions)), accounts(history.queued)];
};

describe('a journal in one line', () => {
  it('has what was undone wait again, in its order and before what waited', () => {
    expect(after([begin, entry('transaction', 1), seal(1n), undo(0n)])).toEqual([[], [1]]);
    const two = [begin, entry('transaction', 1), entry('queued', 5), seal(1n), begin, entry('transaction', 2)];
    expect(after([...two, entry('transaction', 3), undo(0n)])).toEqual([[], [1, 2, 3, 5]]);
    expect(after([...two, undo(1n)])).toEqual([[[1]], [2, 5]]);
  });

  it('has nothing wait that was executed, or dropped, since', () => {
    const undone = [
      begin,
      entry('transaction', 1),
      entry('transaction', 2),
      entry('transaction', 3),
      seal(1n),
      undo(0n),
    ];
    expect(after([...undone, begin, entry('transaction', 1)])).toEqual([[[1]], [2, 3]]);
    expect(after([...undone, begin, entry('transaction', 1), dropped(2)])).toEqual([[[1]], [3]]);
    expect(after([...undone, begin, entry('transaction', 1), dropped(2), undo(0n)])).toEqual([[], [1, 3]]);
  });

  it('keeps one of each, however often it waited', () => {
    expect(after([entry('queued', 1), entry('queued', 2), entry('queued', 1)])).toEqual([[], [1, 2]]);
  });

  it('knows nothing of a base that was undone', () => {
    const entries = [begin, entry('transaction', 1), seal(1n), begin, entry('transaction', 2), seal(2n)];
    expect(after(entries, 1n)).toEqual([[[2]], []]);
    expect(after([...entries, undo(0n)], 1n)).toBeUndefined();
  });
});
