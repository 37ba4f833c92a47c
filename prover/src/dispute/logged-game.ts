import { MalformedLogError, type RawLog } from '@metachain/bridge';
import { disputeGameAbi } from '@metachain/contracts';
import { decodeEventLog, toEventSelector, type Address, type Hash, type Hex } from 'viem';

import { DisputeError } from '../errors.js';
import { afterEntry, afterSplit, atOpening } from './sections.js';
import { type Outcome, OUTCOMES, type StandingSection } from './types.js';

const EVENTS = ['GameOpened', 'Moved', 'UnitEntered', 'GameEnded'] as const;
/** Topics of the events that tell a game. */
export const GAME_TOPICS = EVENTS.map((name) =>
  toEventSelector(disputeGameAbi.find((entry) => entry.type === 'event' && entry.name === name) as never),
);

/** A game as its events tell it. */
export interface LoggedGame {
  readonly id: bigint;
  readonly assertionId: bigint;
  readonly challenger: Address;
  readonly asserter: Address;
  /** Program that the disputed units ran under. */
  readonly program: Hash;
  /** Item at which the assertion ends. */
  readonly endItem: bigint;
  /** Whose turn it is (`readTurn`), the last one once the game is over. */
  readonly turn: bigint;
  /** The section that stands. */
  readonly section: StandingSection;
  /** How it ended; undefined while it runs. */
  readonly ended: Outcome | undefined;
}

type Games = ReadonlyMap<bigint, LoggedGame>;

/** The games that logs change, as they stand after them. All or nothing, so that a stretch of L1 can be read again after a failure. */
export function changedBy(logs: readonly RawLog[], games: Games): readonly LoggedGame[] {
  const changed = new Map<bigint, LoggedGame>();
  for (const log of logs) take(games, changed, log);
  return [...changed.values()];
}

function take(games: Games, changed: Map<bigint, LoggedGame>, log: RawLog): void {
  const event = decode(log);
  if (event.eventName === 'GameOpened') {
    const { gameId: id, assertionId, challenger, asserter, program, endItem, turn, units, first, hashes } = event.args;
    const section = atOpening(units, [first, ...hashes]);
    changed.set(id, { id, assertionId, challenger, asserter, program, endItem, turn, section, ended: undefined });
    return;
  }
  if (!('gameId' in event.args)) return;
  const game = changed.get(event.args.gameId) ?? games.get(event.args.gameId);
  if (game === undefined) throw new DisputeError(`game ${event.args.gameId} moves before it was opened`);
  changed.set(game.id, { ...game, ...change(game.section, event) });
}

function change(section: StandingSection, { eventName, args }: GameLogEvent): Partial<LoggedGame> {
  if (eventName === 'GameEnded') return { ended: OUTCOMES[args.outcome - 1] };
  if (eventName === 'Moved') return { turn: args.turn, section: afterSplit(section, Number(args.index), args.hashes) };
  if (eventName !== 'UnitEntered') return {};
  const { turn, index, steps, first, hashes } = args;
  return { turn, section: afterEntry(section, Number(index), steps, [first, ...hashes]) };
}

type GameLogEvent = ReturnType<typeof decode>;

function decode(log: RawLog) {
  try {
    return decodeEventLog({ abi: disputeGameAbi, topics: log.topics as [Hex, ...Hex[]], data: log.data });
  } catch {
    throw new MalformedLogError(`game log ${log.logIndex} of block ${log.blockNumber} cannot be decoded`);
  }
}
