import type { JournalEntry } from '../journal/entry.js';
import type { BlockBuilder, BuiltBlock } from './block-builder.js';
import type { RecordedBlock } from './history.js';
import type { InputStore } from './input-store.js';
import type { Machine } from './machine.port.js';

/** A block made again at another time, and what the journal needs to make it a third time. */
export interface RedatedBlock {
  readonly built: BuiltBlock;
  readonly entries: readonly JournalEntry[];
}

/**
 * Makes a block again at the time of its item, as the rules do with one that is later (docs/spec/batch.md, "One unit"). Transactions that
 * the rules skip at that time are left out: on L1 their bytes are there without effect.
 */
export function redateBlock(
  recorded: RecordedBlock,
  timestamp: bigint,
  machine: Machine,
  builder: BlockBuilder,
  inputs: InputStore,
): RedatedBlock | undefined {
  const { begin } = recorded;
  if (begin.kind === 'derived') return undefined;
  for (const message of begin.messages) inputs.addMessage(message);
  if (begin.item) inputs.addItem(begin.item);
  const open = builder.beginWith({ ...begin.context, timestamp });
  const entries: JournalEntry[] = [{ kind: 'begin', context: open.context, messages: open.messages, item: open.item }];
  for (const { wire, memo } of recorded.transactions) {
    if (machine.apply(wire, memo).status === 'skipped') continue;
    builder.include(wire);
    entries.push({ kind: 'transaction', wire, memo });
  }
  const built = builder.seal();
  entries.push({ kind: 'seal', number: built.block.number, hash: built.block.hash });
  return { built, entries };
}
