import type { Hash } from 'viem';

import { MAX_UNIT_STEPS } from '../machine/unit.js';
import { hashCount, ownHash, pointOf, segmentLength, unitsOf } from './sections.js';
import type { Decision, GameView, Move, Role, ShownSection, Trace } from './types.js';

/** Who is to move; undefined when the game is over. */
export const moverOf = ({ phase }: Pick<GameView, 'phase'>): Role | undefined =>
  phase === 'challengerMoves' ? 'challenger' : phase === 'asserterMoves' ? 'asserter' : undefined;

/**
 * What a party should do in a game now. Depends on nothing but its arguments: asked again about the same position it gives the same
 * move, and after the move it is the other side's turn.
 */
export async function nextMove(game: GameView, trace: Trace, role: Role): Promise<Decision> {
  const decided = formalMove(game, role);
  if (decided !== undefined) return decided;
  const move = await contradict(game, trace);
  return move === undefined ? { move, reason: 'nothing-disputed' } : { move };
}

/** What there is to do whatever one believes about the assertion; undefined when a move has to be found. */
export function formalMove(game: GameView, role: Role): Decision | undefined {
  const mover = moverOf(game);
  if (mover === undefined) return { move: undefined, reason: 'over' };
  // Only the challenger has a bond in a game about a bond that is gone or on its way back.
  if (!game.atStake && role === 'challenger') return { move: { kind: 'dismiss' } };
  if (!game.atStake) return { move: undefined, reason: 'over' };
  const expired = game.now > game.deadline;
  if (mover === role) return expired ? { move: undefined, reason: 'out-of-time' } : undefined;
  return expired ? { move: { kind: 'claimTimeout' } } : { move: undefined, reason: 'not-our-move' };
}

/** A challenger's first cut: hashes of all units of an assertion over so many items, at the ends of their segments. */
export const openingCut = (trace: Trace, items: bigint, degree: bigint): Promise<Hash[]> =>
  points((unit) => trace.tupleAt(unit), unitsOf(items), degree);

/** Takes the first segment whose start the trace agrees with and whose end it does not. */
async function contradict(game: GameView, trace: Trace): Promise<Move | undefined> {
  const { section } = game;
  const own = (index: number): Promise<Hash> => ownHash(trace, section, section.offset + pointOf(section, index));
  if ((await own(0)) !== section.hashes[0]) return undefined;
  for (let index = 0; index < section.hashes.length - 1; index++) {
    if ((await own(index + 1)) === section.hashes[index + 1]) continue;
    const from = section.offset + pointOf(section, index);
    const length = segmentLength(section, index);
    if (length > 1n) return split(game, trace, index, from, length);
    return section.unit === undefined
      ? openUnit(game, trace, index, from)
      : proveStep(trace, section.unit, index, from);
  }
  return undefined;
}

async function split(
  { degree, section }: GameView,
  trace: Trace,
  index: number,
  from: bigint,
  length: bigint,
): Promise<Move> {
  const at = (point: bigint): Promise<Hash> => ownHash(trace, section, from + point);
  return { kind: 'split', index, hashes: await points(at, length, degree) };
}

async function openUnit({ degree, endItem }: GameView, trace: Trace, index: number, unit: bigint): Promise<Move> {
  const start = await trace.stateAt(unit);
  if (start.itemIndex >= endItem) return { kind: 'proveEnd', index, start };
  const machine = await trace.unit(unit);
  const hashes = await points((point) => machine.hashAt(point), machine.steps, degree);
  return { kind: 'enterUnit', index, start, steps: machine.steps, finalProof: await machine.finalProof(), hashes };
}

async function proveStep(trace: Trace, unit: bigint, index: number, step: bigint): Promise<Move> {
  return { kind: 'proveStep', index, step, proof: await (await trace.unit(unit)).stepProof(step) };
}

/** Hashes at the ends of the segments into which a stretch is cut. */
async function points(at: (point: bigint) => Promise<Hash>, length: bigint, degree: bigint): Promise<Hash[]> {
  const count = hashCount(length, degree);
  const hashes: Hash[] = [];
  for (let i = 0; i < count; i++) hashes.push(await at((length * BigInt(i)) / BigInt(count - 1)));
  return hashes;
}

/** Moves of both sides that a game takes at most from this section on: splits, the entry of the unit, the proof. */
export function movesLeft({ level, length, hashes }: ShownSection, degree: bigint): number {
  const segments = BigInt(hashes.length - 1);
  const here = splits((length + segments - 1n) / segments, degree);
  return level === 'steps' ? here + 1 : here + 1 + splits((MAX_UNIT_STEPS + degree - 1n) / degree, degree) + 1;
}

function splits(length: bigint, degree: bigint): number {
  let moves = 0;
  for (let rest = length; rest > 1n; rest = (rest + degree - 1n) / degree) moves++;
  return moves;
}
