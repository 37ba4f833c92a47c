import { type Position, toHex } from '@metachain/program';
import type { Unit } from '../unit.js';
import type { UnitState } from './local-judge.js';

/** Where a unit starts, as the judge takes it. */
export const unitStateOf = ({ position, state }: Pick<Unit, 'position' | 'state'>): UnitState => ({
  // A flat string, since a trace keeps one for each unit: those that viem puts together a byte at a time take twelve times the memory.
  stateRoot: toHex(state.root),
  headerHash: position.parentHash,
  blockNumber: position.parentNumber,
  itemIndex: position.item,
  payloadOffset: position.offset,
  unitIndex: position.unit,
});

/** The position in such a state. */
export const positionOf = (start: UnitState): Position => ({
  parentHash: start.headerHash,
  parentNumber: start.blockNumber,
  item: start.itemIndex,
  offset: start.payloadOffset,
  unit: start.unitIndex,
});
