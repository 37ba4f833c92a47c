import { UNITS_PER_ITEM } from '@metachain/program';
import type { Hash } from 'viem';

import { DisputeError } from '../errors.js';
import type { ShownSection, StandingSection, Trace } from './types.js';

/** Where hash `index` of a section stands, counted from the section's start. */
export const pointOf = ({ length, hashes }: ShownSection, index: number): bigint =>
  (length * BigInt(index)) / BigInt(hashes.length - 1);

/** Units in the trace of an assertion that spans so many items: as many as they can hold. What is left over at the end stands still. */
export const unitsOf = (items: bigint): bigint => items * BigInt(UNITS_PER_ITEM);

/** Units or steps of a section's segment `index`. */
export const segmentLength = (section: ShownSection, index: number): bigint =>
  pointOf(section, index + 1) - pointOf(section, index);

/** Hashes that a section of this length has. */
export const hashCount = (length: bigint, degree: bigint): number => Number(length < degree ? length : degree) + 1;

/** A party's own hash at a point of the trace that a section is about. */
export async function ownHash(trace: Trace, { unit }: StandingSection, at: bigint): Promise<Hash> {
  return unit === undefined ? trace.tupleAt(at) : (await trace.unit(unit)).hashAt(at);
}

/** The section that stands when a game was opened. */
export const atOpening = (length: bigint, hashes: readonly Hash[]): StandingSection => ({
  level: 'units',
  length,
  hashes,
  offset: 0n,
  unit: undefined,
});

/** The section that stands after segment `index` was cut; `ends` are the hashes at the ends of the new segments. */
export function afterSplit(section: StandingSection, index: number, ends: readonly Hash[]): StandingSection {
  const first = startOf(section, index);
  const { level, unit } = section;
  const offset = section.offset + pointOf(section, index);
  return { level, unit, offset, length: segmentLength(section, index), hashes: [first, ...ends] };
}

/** The section that stands after the unit in segment `index` was entered. */
export function afterEntry(section: StandingSection, index: number, length: bigint, hashes: readonly Hash[]) {
  startOf(section, index);
  const unit = section.offset + pointOf(section, index);
  return { level: 'steps', length, hashes, offset: 0n, unit } as const satisfies StandingSection;
}

function startOf({ hashes }: StandingSection, index: number): Hash {
  const first = hashes[index];
  if (first === undefined || index + 1 >= hashes.length)
    throw new DisputeError('a section does not follow from the one before it');
  return first;
}
