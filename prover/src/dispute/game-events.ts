import { movesLeft } from './next-move.js';
import { pointOf, segmentLength } from './sections.js';
import type { GameEvent, GameView, Move, Role } from './types.js';

/** A game as it stands, as the event of a move that was sent; what differs is for the caller to replace. */
export function describe({ view, role }: { readonly view: GameView; readonly role: Role }): GameEvent {
  const { section } = view;
  return {
    type: 'moved',
    game: view.id,
    assertion: view.assertionId,
    role,
    what: view.phase,
    level: section.level,
    range: { from: section.offset, length: section.length, unit: section.unit },
    movesLeft: movesLeft(section, view.degree),
    gas: 0n,
    transaction: undefined,
    clocks: { challenger: BigInt(view.challengerLeft), asserter: BigInt(view.asserterLeft) },
  };
}

/** What is disputed after a move. */
export function aim({ section, degree }: GameView, move: Move): Partial<GameEvent> {
  if (move.kind === 'claimTimeout' || move.kind === 'dismiss') return { movesLeft: 0 };
  const from = section.offset + pointOf(section, move.index);
  const length = segmentLength(section, move.index);
  if (move.kind === 'split') {
    const next = { level: section.level, length, hashes: move.hashes };
    return { range: { from, length, unit: section.unit }, movesLeft: movesLeft(next, degree) };
  }
  if (move.kind !== 'enterUnit') return { range: { from, length, unit: section.unit }, movesLeft: 0 };
  const next = { level: 'steps' as const, length: move.steps, hashes: move.hashes };
  return { level: 'steps', range: { from: 0n, length: move.steps, unit: from }, movesLeft: movesLeft(next, degree) };
}

/** A game that does not exist yet. */
export const openingEvent = (assertion: bigint): GameEvent => ({
  type: 'opened',
  game: -1n,
  assertion,
  role: 'challenger',
  what: 'open',
  level: 'units',
  range: { from: 0n, length: 0n, unit: undefined },
  movesLeft: 0,
  gas: 0n,
  transaction: undefined,
  clocks: { challenger: 0n, asserter: 0n },
});
