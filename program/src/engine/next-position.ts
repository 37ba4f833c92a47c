import type { Position } from './types.js';

/**
 * Most units of one item (docs/spec/batch.md, "One unit"). So the units of an assertion follow from the number of its items, and whatever is
 * in the inbox, there is a true assertion that L1 accepts.
 */
export const UNITS_PER_ITEM = 1_024;

/** Payload offsets of the units that follow a trap (docs/spec/program.md, "Trap"): the next message, and its ether alone. */
export const RESCUE_OFFSET = 0xffff_ffff;
export const CREDIT_OFFSET = 0xffff_fffe;

/** The first unit of an item, on top of a block. */
export const startOfItem = (item: bigint, parentHash: Position['parentHash'], parentNumber: bigint): Position => ({
  parentHash,
  parentNumber,
  item,
  offset: 0,
  unit: 0,
});

/** Where the unit after this one starts, as far as its place in the inbox goes: at `offset`, undefined where nothing of the item is left. */
export function nextPosition(position: Position, offset: number | undefined): Position {
  const { parentHash, parentNumber, item, unit } = position;
  if (offset === undefined || unit + 1 >= UNITS_PER_ITEM) return startOfItem(item + 1n, parentHash, parentNumber);
  return { ...position, offset, unit: unit + 1 };
}

/** Where the unit after a trapped one starts. Nothing was made, so what it builds on stays. */
export function positionAfterTrap(position: Position): Position {
  if (position.offset === CREDIT_OFFSET) return nextPosition(position, undefined);
  return nextPosition(position, position.offset === RESCUE_OFFSET ? CREDIT_OFFSET : RESCUE_OFFSET);
}
