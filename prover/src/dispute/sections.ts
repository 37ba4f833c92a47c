import type { Hash } from 'viem';

import { DisputeError } from '../errors.js';
import type { ShownSection, StandingSection, Trace } from './types.js';

/** Where hash `index` of a section stands, counted from the section's start. */
export const pointOf = ({ length, hashes }: ShownSection, index: number): bigint =>
  (length * BigInt(index)) / BigInt(hashes.length - 1);

/** Units or steps of a section's segment `index`. */
export const segmentLength = (section: ShownSection, index: number): bigint =>
  pointOf(section, index + 1) - pointOf(section, index);

/** Hashes that a section of this length has. */
export const hashCount = (length: bigint, degree: bigint): number => Number(length < degree ? length : degree) + 1;

/** A party's own hash at a point of the trace that a section is about. */
export async function ownHash(trace: Trace, { unit }: StandingSection, at: bigint): Promise<Hash> {
  return unit === undefined ? trace.tupleAt(at) : (await trace.unit(unit)).hashAt(at);
}

/**
 * Finds out where the section that stands lies in a party's trace, from all that was shown. Where hashes repeat, the place at which the
 * party's own trace has the hash is taken: what follows a hash is the same wherever it stands.
 * Throws DisputeError when the sections do not follow from each other.
 */
export async function placeSections(sections: readonly ShownSection[], trace: Trace): Promise<StandingSection> {
  const [first, ...rest] = sections;
  if (first === undefined) throw new DisputeError('no section was shown');
  let standing: StandingSection = { ...first, offset: 0n, unit: undefined };
  for (const shown of rest) {
    standing = shown.start === undefined ? await within(standing, shown, trace) : await entered(standing, shown, trace);
  }
  return standing;
}

async function within(standing: StandingSection, shown: ShownSection, trace: Trace): Promise<StandingSection> {
  const candidates = standing.hashes
    .slice(0, -1)
    .map((hash, index) => ({ hash, offset: standing.offset + pointOf(standing, index), index }))
    .filter(({ hash, index }) => hash === shown.hashes[0] && segmentLength(standing, index) === shown.length);
  for (const { hash, offset } of candidates) {
    const certain = candidates.length === 1 || (await ownHash(trace, standing, offset)) === hash;
    if (certain) return { ...shown, offset, unit: standing.unit };
  }
  const fallback = candidates[0];
  if (fallback === undefined) throw new DisputeError('a section does not follow from the one before it');
  return { ...shown, offset: fallback.offset, unit: standing.unit };
}

async function entered(standing: StandingSection, shown: ShownSection, trace: Trace): Promise<StandingSection> {
  for (let index = 0; index < standing.hashes.length - 1; index++) {
    const unit = standing.offset + pointOf(standing, index);
    if (segmentLength(standing, index) !== 1n || (await trace.tupleAt(unit)) !== standing.hashes[index]) continue;
    const own = await trace.stateAt(unit);
    const { start } = shown;
    const same =
      own.stateRoot === start?.stateRoot &&
      own.headerHash === start.headerHash &&
      own.blockNumber === start.blockNumber &&
      own.itemIndex === start.itemIndex &&
      own.payloadOffset === start.payloadOffset;
    if (same) return { ...shown, offset: 0n, unit };
  }
  throw new DisputeError('a unit was entered that this trace does not have');
}
