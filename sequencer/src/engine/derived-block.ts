import type { Derived } from './history.js';
import type { BuiltBlock, ItemSource, OpenBlock } from './block-builder.js';
import type { DerivedUnit, MachineHead, MachineSeal } from './machine.port.js';
import { NOBODY } from './nobody.js';

/** A block that a unit made, as one that was built here would look. */
export function derivedBlock(
  parent: MachineHead,
  { payload, messages }: ItemSource,
  offset: number,
  { transactions }: DerivedUnit,
  { block }: MachineSeal,
): OpenBlock {
  const forced = block.producer === NOBODY;
  const priceItem = forced ? 0n : payload.blockAt(offset)!.head.priceItem;
  const delayed = block.delayedConsumed - parent.delayedConsumed;
  const wires = transactions.map(({ wire }) => wire);
  return {
    number: block.number,
    parent,
    context: { timestamp: block.timestamp, delayed, priceItem, producer: block.producer },
    messages: messages.filter(({ index }) => index >= parent.delayedConsumed && index < block.delayedConsumed),
    item: undefined,
    wires,
    contentBytes: wires.reduce((sum, { length }) => sum + length, 0),
  };
}

/** The block with what its unit read, so that a restart needs neither L1 nor the rest of the payload. */
export function derivedEntry(
  { item, payload, messages, items }: ItemSource,
  offset: number,
  { read, transactions }: DerivedUnit,
  { block }: BuiltBlock,
): Derived {
  return {
    kind: 'derived',
    number: block.number,
    hash: block.hash,
    item,
    offset,
    payload: payload.partFor(offset),
    messages: messages.filter(({ index }) => read.messages.has(index)),
    items: items.filter(({ index }) => read.items.has(index)),
    transactions,
  };
}
