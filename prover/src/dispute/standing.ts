import { isAddressEqual, type Address } from 'viem';

import type { GameReader } from './game-reader.js';
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

/** The side that an account is on, or else one of those that it moves for: a party of a game plays for itself. */
export function roleIn(view: GameView, account: Address, owners: readonly Address[]): Role | undefined {
  return sideOf(view, [account]) ?? sideOf(view, owners);
}

/** The same of those owners that named the account. L1 is asked about no others: whom a stranger named is no matter of ours. */
export async function findRole(
  view: GameView,
  account: Address,
  owners: readonly Address[],
  reader: Pick<GameReader, 'delegateOf'>,
): Promise<Role | undefined> {
  const own = roleIn(view, account, []);
  if (own !== undefined) return own;
  const parties = owners.filter((owner) => sideOf(view, [owner]) !== undefined);
  const movers = await Promise.all(parties.map((owner) => reader.delegateOf(owner)));
  const named = parties.filter((_, place) => isAddressEqual(movers[place]!, account));
  return roleIn(view, account, named);
}

/** Whether it is the account's turn and the move has to be found. */
export const isOpen = ({ view, role }: GameStanding): boolean => formalMove(view, role) === undefined;

function sideOf({ phase, challenger, asserter }: GameView, accounts: readonly Address[]): Role | undefined {
  const [isChallenger, isAsserter] = [challenger, asserter].map((side) =>
    accounts.some((account) => isAddressEqual(side, account)),
  );
  if (isChallenger && isAsserter) return phase === 'asserterMoves' ? 'asserter' : 'challenger';
  return isChallenger ? 'challenger' : isAsserter ? 'asserter' : undefined;
}
