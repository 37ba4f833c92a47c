import type { Hex } from 'viem';
import type { JournalEntry } from '../journal/entry.js';
import type { JournalRecord } from '../journal/journal.js';
import { stampedHash } from './prepared.js';

type Begin = Extract<JournalEntry, { kind: 'begin' }>;
/** A block that was made of an item of L1. */
export type Derived = Extract<JournalEntry, { kind: 'derived' }>;
type Seal = Extract<JournalEntry, { kind: 'seal' }>;
/** A transaction with what is known of it. */
export type Stored = Extract<JournalEntry, { kind: 'transaction' | 'queued' }>;

/** A block as the journal holds it; without `seal` it was still open. One that was made of an item of L1 is sealed from the start. */
export interface RecordedBlock {
  readonly number: bigint;
  readonly begin: Begin | Derived;
  readonly transactions: Stored[];
  seal: Seal | undefined;
}

/** The blocks after a base that still count, and what waits: for an earlier nonce, or to be executed again after an undo. */
export interface History {
  readonly blocks: readonly RecordedBlock[];
  readonly queued: readonly Stored[];
}

/**
 * Brings a journal into one line: undone blocks are left out and their transactions wait, entries up to the base block are skipped.
 * Returns undefined when blocks below the base were undone: the snapshot at the base is of a dead branch.
 */
export function historyAfter(records: readonly JournalRecord[], base: bigint): History | undefined {
  const line = new Line(base);
  for (const { entry } of afterSeal(records, base)) line.take(entry);
  return line.dead ? undefined : { blocks: line.blocks, queued: line.queued };
}

/** What is left of a history when the blocks above `number` are undone. Every transaction of them waits again, in their order. */
export function undoAbove({ blocks, queued }: History, number: bigint): History & { readonly undone: RecordedBlock[] } {
  const kept = blocks.filter((block) => block.number <= number);
  const undone = blocks.slice(kept.length);
  return { blocks: kept, undone, queued: [...undone.flatMap(({ transactions }) => transactions), ...queued] };
}

/** A snapshot names the frame that holds the seal of its block, or one before it; earlier entries of that frame are part of the snapshot. */
function afterSeal(records: readonly JournalRecord[], base: bigint): readonly JournalRecord[] {
  if (base === 0n) return records;
  const seal = records.findIndex(
    ({ entry }) => (entry.kind === 'seal' || entry.kind === 'derived') && entry.number === base,
  );
  return records.slice(seal + 1);
}

class Line {
  blocks: RecordedBlock[] = [];
  dead = false;
  private waiting = new Map<Hex, Stored>();

  constructor(private readonly base: bigint) {}

  get queued(): readonly Stored[] {
    return [...this.waiting.values()];
  }

  take(entry: JournalEntry): void {
    const open = this.blocks.at(-1);
    switch (entry.kind) {
      case 'begin':
        // A block that was taken back held nothing and left no other trace.
        if (open && !open.seal) this.blocks.pop();
        this.blocks.push({
          number: this.base + BigInt(this.blocks.length) + 1n,
          begin: entry,
          transactions: [],
          seal: undefined,
        });
        return;
      case 'derived':
        if (open && !open.seal) this.blocks.pop();
        for (const { memo } of entry.transactions) this.waiting.delete(stampedHash(memo));
        this.blocks.push({
          number: entry.number,
          begin: entry,
          transactions: entry.transactions.map((transaction) => ({ kind: 'transaction', ...transaction })),
          seal: { kind: 'seal', number: entry.number, hash: entry.hash },
        });
        return;
      case 'transaction':
        if (this.waiting.size > 0) this.waiting.delete(stampedHash(entry.memo));
        open?.transactions.push(entry);
        return;
      case 'queued':
        this.waiting.set(stampedHash(entry.memo), entry);
        return;
      case 'dropped':
        this.waiting.delete(entry.hash);
        return;
      case 'seal':
        if (open) open.seal = entry;
        return;
      case 'undo':
        return this.undo(entry.number);
    }
  }

  private undo(number: bigint): void {
    if (number < this.base) this.dead = true;
    const { blocks, queued } = undoAbove(this, number);
    this.blocks = [...blocks];
    this.waiting = new Map(queued.map((entry) => [stampedHash(entry.memo), entry]));
  }
}
