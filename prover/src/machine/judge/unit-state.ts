import { bytesToHex } from 'viem';
import type { Unit } from '../unit.js';
import type { UnitState } from './local-judge.js';

/** Where a unit starts, as the judge takes it. */
export const unitStateOf = ({ position, state }: Pick<Unit, 'position' | 'state'>): UnitState => ({
  stateRoot: bytesToHex(state.root),
  headerHash: position.parentHash,
  blockNumber: position.parentNumber,
  itemIndex: position.item,
  payloadOffset: position.offset,
  unitIndex: position.unit,
});
