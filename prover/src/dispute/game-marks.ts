import { isAddressEqual, type Address, type Hash } from 'viem';

import type { LoggedGame } from './logged-game.js';

/** An L1 block to which games were read, and those that changed since the mark before; of the first mark all. */
export interface LogMark {
  readonly number: bigint;
  readonly hash: Hash;
  readonly games: readonly LoggedGame[];
}

interface Kept extends Omit<LogMark, 'games'> {
  /** The games that changed, as they stood before; undefined: not opened yet. */
  readonly before: ReadonlyMap<bigint, LoggedGame | undefined>;
  /** Those that are of no concern any more. */
  readonly done: readonly bigint[];
}

/** Blocks below the newest one in which every mark is kept: as far as a reorg is expected to reach. */
const MARKED_BLOCKS = 512n;

/**
 * All games as they stand after the newest mark, and the way back to each older one. A mark costs what changed in it, however many games there are, and a
 * game between others is forgotten once no expected reorg reaches its end: anybody can have as many of those as he likes, one after another.
 */
export class GameMarks {
  private readonly current = new Map<bigint, LoggedGame>();
  /** Oldest first. */
  private readonly marks: Kept[] = [];

  /** @param parties accounts whose games are kept for good; undefined: all games are */
  constructor(private readonly parties: readonly Address[] | undefined) {}

  /** Oldest first. */
  get games(): ReadonlyMap<bigint, LoggedGame> {
    return this.current;
  }

  /** The newest mark. */
  get last(): Pick<LogMark, 'number' | 'hash'> | undefined {
    return this.marks.at(-1);
  }

  /** How many there are. */
  get size(): number {
    return this.marks.length;
  }

  /** Goes on to a mark. */
  add({ number, hash, games }: LogMark): void {
    const before = new Map(games.map(({ id }) => [id, this.current.get(id)]));
    for (const game of games) this.current.set(game.id, game);
    this.marks.push({ number, hash, before, done: games.filter((game) => this.isDone(game)).map(({ id }) => id) });
    while (this.marks.length > 1 && this.marks[1]!.number <= number - MARKED_BLOCKS) this.forgetOldest();
  }

  /** Goes back behind the newest mark; behind the last one to the very beginning. */
  back(): void {
    for (const [id, game] of this.marks.pop()?.before ?? []) {
      if (game === undefined) this.current.delete(id);
      else this.current.set(id, game);
    }
    if (this.marks.length === 0) this.current.clear();
  }

  /** The oldest mark, which no expected reorg reaches, and the newest one, where they differ. */
  ends(): readonly LogMark[] {
    const [oldest, ...later] = this.marks;
    if (oldest === undefined) return [];
    // What stood before several changes is what stood before the first.
    const changed = new Map(later.toReversed().flatMap(({ before }) => [...before]));
    const first = [...this.current.values()].map((game) => (changed.has(game.id) ? changed.get(game.id) : game));
    const since = [...changed.keys()].map((id) => this.current.get(id));
    return [markOf(oldest, first), ...later.slice(-1).map((newest) => markOf(newest, since))];
  }

  private forgetOldest(): void {
    for (const id of this.marks.shift()?.done ?? []) this.current.delete(id);
  }

  private isDone({ challenger, asserter, ended }: LoggedGame): boolean {
    const { parties } = this;
    if (ended === undefined || parties === undefined) return false;
    return !parties.some((party) => isAddressEqual(party, challenger) || isAddressEqual(party, asserter));
  }
}

const markOf = ({ number, hash }: Kept, games: readonly (LoggedGame | undefined)[]): LogMark => ({
  number,
  hash,
  games: games.filter((game) => game !== undefined),
});
