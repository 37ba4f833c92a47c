import { isAddressEqual, type Address } from 'viem';

import { formalMove } from './next-move.js';
import type { GameView, Role } from './types.js';

/** A running game and the account's side in it. */
export interface GameStanding {
  readonly view: GameView;
  readonly role: Role;
}

/** A game in which a move failed for another reason than that L1 refuses it. */
export interface GameFailure {
  readonly game: bigint;
  readonly error: unknown;
}

/** The side that an account is on, or moves for: a party of a game plays for itself, whoever else named it as a delegate. */
export function roleIn(view: GameView, account: Address): Role | undefined {
  const { challenger, asserter, challengerDelegate, asserterDelegate } = view;
  return sideOf(view, account, challenger, asserter) ?? sideOf(view, account, challengerDelegate, asserterDelegate);
}

/** Whether it is the account's turn and the move has to be found. */
export const isOpen = ({ view, role }: GameStanding): boolean => formalMove(view, role) === undefined;

function sideOf({ phase }: GameView, account: Address, challenger: Address, asserter: Address): Role | undefined {
  const [isChallenger, isAsserter] = [challenger, asserter].map((side) => isAddressEqual(side, account));
  if (isChallenger && isAsserter) return phase === 'asserterMoves' ? 'asserter' : 'challenger';
  return isChallenger ? 'challenger' : isAsserter ? 'asserter' : undefined;
}
