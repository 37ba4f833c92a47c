import { unitsOf } from '@metachain/prover';

/** Where the two sides of a game part: after how many units, and inside the next one after how many steps. */
export interface Parting {
  readonly unit: bigint;
  readonly step: bigint;
  /** Steps of that unit as each side has it. */
  readonly honestSteps: bigint;
  readonly liarSteps: bigint;
}

/** How often a stretch is cut until the piece that holds a point is one long. */
export function cuts(length: bigint, point: bigint, degree: bigint): number {
  let count = 0;
  for (let from = 0n; length > 1n; count++) {
    const segments = length < degree ? length : degree;
    let index = ((point - from) * segments) / length;
    while ((length * (index + 1n)) / segments <= point - from) index++;
    const start = (length * index) / segments;
    length = (length * (index + 1n)) / segments - start;
    from += start;
  }
  return count;
}

/**
 * Moves of a game: splits of the units, the entry of the disputed one, splits of its steps, the proof. The challenger makes the first
 * one, so it makes the last one when they are odd.
 */
export function expectedMoves(units: bigint, at: Parting, liar: 'asserter' | 'challenger', degree: bigint): number {
  const before = cuts(units, at.unit, degree);
  const enters = before % 2 === 0 ? 'challenger' : 'asserter';
  const steps = enters === liar ? at.liarSteps : at.honestSteps;
  return before + cuts(steps, at.step, degree) + 1;
}

/** What is asserted, and what the liar claims beyond what it must; more steps than there are change nothing. */
export interface Claims {
  /** Items that the assertion consumes: they decide how many units its game is about. */
  readonly items: bigint;
  /** Steps of the disputed unit that the liar claims. */
  readonly liarSteps: bigint;
}

/**
 * Claims with which the honest side makes the last move: then L1 executes the step. With others the liar would face it, have nothing to
 * show, and lose on time. `items` are those that there are; more of them have to be appended.
 */
export function claimsWithProof(items: bigint, at: Parting, liar: 'asserter' | 'challenger', degree: bigint): Claims {
  const wanted = liar === 'asserter' ? 1 : 0;
  const stride = at.liarSteps / (degree * degree) + 1n;
  for (let more = 0n; more <= items * degree; more++)
    for (let liarSteps = at.liarSteps; liarSteps < at.liarSteps * degree; liarSteps += stride) {
      const moves = expectedMoves(unitsOf(items + more), { ...at, liarSteps }, liar, degree);
      if (moves % 2 === wanted) return { items: items + more, liarSteps };
    }
  return { items, liarSteps: at.liarSteps };
}
