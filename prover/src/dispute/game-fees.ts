import type { FeeLimits } from '@metachain/bridge';

import { formalMove } from './next-move.js';
import type { GameView, Role } from './types.js';

/** Highest prices of L1 gas, wei, and when the second one counts. */
export interface GameFeeSettings {
  readonly usual: bigint;
  /** Where a move that this account can make, or a bond that it can put down, has fewer than `urgentSeconds` left; not below `usual`. */
  readonly urgent: bigint;
  readonly urgentSeconds: bigint;
}

/**
 * What the gas of an account that plays games may cost. A move waits for cheap gas only while there is time: who lets the clock run out loses
 * the bond, and the truth with it; and who lets the window of a wrong assertion pass has no game at all. The price is one for all that the
 * account sends, since a transaction that waits holds up those behind it. Times in seconds of L1.
 */
export class GameFees {
  private now = 0n;
  private moves: readonly bigint[] = [];
  private bonds: readonly bigint[] = [];

  constructor(private readonly settings: GameFeeSettings) {}

  /**
   * Takes note of the games in which the account has a move to make, as L1 has them now: where it has none, no price helps.
   * @param now timestamp of L1
   */
  watch(games: readonly { readonly view: GameView; readonly role: Role }[], now: bigint): void {
    this.now = now;
    this.moves = games
      .filter(({ view, role }) => formalMove(view, role) === undefined)
      .map(({ view }) => view.deadline);
  }

  /** Takes note of when the bonds that the account is about to put down must be on L1, those that have a deadline. */
  watchBonds(deadlines: readonly bigint[]): void {
    this.bonds = deadlines;
  }

  /** Limits as they are now. */
  readonly limits = (): FeeLimits => {
    const { usual, urgent, urgentSeconds } = this.settings;
    const open = [...this.moves, ...this.bonds.filter((deadline) => deadline > this.now)];
    const isUrgent = urgent > usual && open.some((deadline) => deadline - this.now < urgentSeconds);
    return { maxFee: isUrgent ? urgent : usual, maxBlobFee: 0n };
  };
}
