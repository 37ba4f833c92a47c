import type { Position } from './types.js';

/** Payload offsets of the units that follow a trap (docs/spec/program.md, "Trap"): the next message, and its ether alone. */
export const RESCUE_OFFSET = 0xffff_ffff;
export const CREDIT_OFFSET = 0xffff_fffe;

/** Where the unit after a trapped one starts. Nothing was made, so what it builds on stays. */
export function positionAfterTrap(position: Position): Position {
  if (position.offset === CREDIT_OFFSET) return { ...position, item: position.item + 1n, offset: 0 };
  return { ...position, offset: position.offset === RESCUE_OFFSET ? CREDIT_OFFSET : RESCUE_OFFSET };
}
