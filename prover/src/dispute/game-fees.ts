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
 * the bond, and the truth with it; and who lets the window of a wrong assertion pass has no game at all. The price is one for all that the account sends, since a transaction that waits holds up those behind it.
 */
export class GameFees {
  private gameLeft: bigint | undefined;
  private bondLeft: bigint | undefined;

  constructor(private readonly settings: GameFeeSettings) {}

  /** Takes note of the games in which the account has a move to make, as L1 has them now: where it has none, no price helps. */
  watch(games: readonly { readonly view: GameView; readonly role: Role }[]): void {
    const waiting = games.filter(({ view, role }) => formalMove(view, role) === undefined);
    const left = waiting.map(({ view }) => view.deadline - view.now);
    this.gameLeft = least(left);
  }

  /**
   * Takes note of when the bonds that the account is about to put down must be on L1.
   * @param deadlines those that have one, in seconds of L1
   * @param now timestamp of L1
   */
  watchBonds(deadlines: readonly bigint[], now: bigint): void {
    this.bondLeft = least(deadlines.filter((deadline) => deadline > now).map((deadline) => deadline - now));
  }

  /** Limits as they are now. */
  readonly limits = (): FeeLimits => {
    const { usual, urgent, urgentSeconds } = this.settings;
    const left = least([this.gameLeft, this.bondLeft].filter((seconds) => seconds !== undefined));
    const isUrgent = left !== undefined && left < urgentSeconds && urgent > usual;
    return { maxFee: isUrgent ? urgent : usual, maxBlobFee: 0n };
  };
}

const least = (seconds: readonly bigint[]): bigint | undefined =>
  seconds.reduce<bigint | undefined>((first, one) => (first === undefined || one < first ? one : first), undefined);
