import type { Hash } from 'viem';

import { commitment } from './game-reader.js';
import { patiently } from './send-line.js';
import type { GameFailure, GameStanding } from './standing.js';
import type { GameView, Move, Trace } from './types.js';

interface Found {
  readonly position: Hash;
  readonly own: Trace;
  readonly move: Move | undefined;
}

/** Moves that are being found, and the last one that was found in each game: it depends on nothing but the position that stands and the own trace. */
export class Thoughts {
  private readonly begun = new Set<bigint>();
  private readonly found = new Map<bigint, Found>();
  /** What failed when nobody waited for it any more. */
  private readonly late: GameFailure[] = [];

  /** Games whose move is being found. */
  get size(): number {
    return this.begun.size;
  }

  /** Whether the move of a game is being found. */
  has(game: bigint): boolean {
    return this.begun.has(game);
  }

  /**
   * Has the moves of games found, all at the same time, and waits for them no longer than some milliseconds: what takes longer goes on by itself.
   * Returns what failed, also of what was begun earlier.
   */
  async find(
    games: readonly GameStanding[],
    decide: (game: GameStanding) => Promise<unknown>,
    milliseconds: number,
  ): Promise<readonly GameFailure[]> {
    const failures = this.late.splice(0);
    let isLate = false;
    const fresh = games.filter(({ view }) => !this.begun.has(view.id));
    const work = fresh.map(async (standing) => {
      const game = standing.view.id;
      this.begun.add(game);
      await decide(standing).catch((error: unknown) => (isLate ? this.late : failures).push({ game, error }));
      this.begun.delete(game);
    });
    await patiently(Promise.all(work), milliseconds);
    isLate = true;
    return failures;
  }

  /** Whether a move was found in the position that stands. */
  hasMove(view: GameView): boolean {
    return this.foundIn(view)?.move !== undefined;
  }

  /** Whether there turned out to be no move in the position that stands: the other side is right. */
  isWithoutMove(view: GameView): boolean {
    const found = this.foundIn(view);
    return found !== undefined && found.move === undefined;
  }

  private foundIn(view: GameView): Found | undefined {
    const known = this.found.get(view.id);
    return known?.position === commitment(view) ? known : undefined;
  }

  /** The move in a position, which is found only once. */
  async of(view: GameView, own: Trace, find: () => Promise<Move | undefined>): Promise<Move | undefined> {
    const position = commitment(view);
    const known = this.found.get(view.id);
    if (known?.position === position && known.own === own) return known.move;
    const move = await find();
    this.found.set(view.id, { position, own, move });
    return move;
  }

  /** A game is over. */
  forget(game: bigint): void {
    this.found.delete(game);
  }
}
