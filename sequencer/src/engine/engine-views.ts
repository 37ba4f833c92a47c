import type { BuiltBlock } from './block-builder.js';
import type { EngineBlock, EngineEvent, EngineReady, MadeBlock } from './engine.types.js';
import type { MachineFactory, MachineHead } from './machine.port.js';
import { NOBODY } from './nobody.js';
import type { RecoveredBase } from './recovery.js';

/** A built block as other threads see it. */
export function toEngineBlock(built: BuiltBlock, fresh: boolean): EngineBlock {
  const { context, messages, wires, contentBytes } = built.open;
  const { block, records, diff, timing } = built;
  return { block, records, diff, context, messages, ...joined(wires, contentBytes), timing, fresh };
}

/** Wire bytes of each transaction; views. */
export function entriesOf({ content, entryEnds }: Pick<EngineBlock, 'content' | 'entryEnds'>): Uint8Array[] {
  return Array.from(entryEnds, (end, entry) => content.subarray(entry === 0 ? 0 : entryEnds[entry - 1], end));
}

/** One buffer instead of thousands: it crosses to other threads, and a view would take its whole batch along. */
function joined(wires: readonly Uint8Array[], bytes: number): Pick<EngineBlock, 'content' | 'entryEnds'> {
  const content = new Uint8Array(bytes);
  const entryEnds = new Uint32Array(wires.length);
  let end = 0;
  for (const [place, wire] of wires.entries()) {
    content.set(wire, end);
    entryEnds[place] = end += wire.length;
  }
  return { content, entryEnds };
}

/** What a start found. `snapshot`: file of the base, undefined for genesis. */
export function describeStart(
  base: RecoveredBase,
  factory: MachineFactory,
  head: MachineHead,
  snapshot: string | undefined,
): EngineReady {
  return {
    genesis: factory.genesis,
    programHash: factory.programHash,
    head: head.number,
    basePrice: head.basePrice,
    l1BytePrice: head.l1BytePrice,
    base: base.snapshot?.blockNumber ?? 0n,
    snapshot,
    cutBytes: base.journal.cutBytes,
    refusedSnapshots: base.refused,
  };
}

/** What an undo says: how far it went, and the blocks from its base on that stay. `snapshot`: file of the base, undefined for genesis. */
export function undoneEvents(
  number: bigint,
  base: RecoveredBase,
  snapshot: string | undefined,
  kept: readonly EngineBlock[],
): EngineEvent[] {
  const undone = { type: 'undone' as const, number, base: base.snapshot?.blockNumber ?? 0n, snapshot };
  return [undone, ...kept.map((block) => ({ type: 'block' as const, block }))];
}

/** What the poster must know of a block that was made of an item. */
export function madeBlock({ block: { number, hash, stateRoot, delayedConsumed, producer } }: BuiltBlock): MadeBlock {
  return { number, hash, stateRoot, delayedConsumed, forced: producer === NOBODY };
}
