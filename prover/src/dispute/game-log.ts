import { fetchLogs, MalformedLogError, type L1Source, type RawLog } from '@metachain/bridge';
import { disputeGameAbi } from '@metachain/contracts';
import { decodeEventLog, isAddressEqual, toEventSelector, type Address, type Hash, type Hex } from 'viem';

import { DisputeError } from '../errors.js';
import { afterEntry, afterSplit } from './sections.js';
import { type Phase, PHASES, type StandingSection } from './types.js';

const EVENTS = ['GameOpened', 'Moved', 'UnitEntered', 'GameEnded'] as const;
const TOPICS = EVENTS.map((name) =>
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
  /** The section that stands. */
  readonly section: StandingSection;
  /** How it ended; undefined while it runs. */
  readonly ended: Phase | undefined;
}

/** Follows the events of all games. After an L1 reorg it reads everything again. */
export class GameLog {
  private games: Games = new Map();
  private next: bigint;
  private last: { readonly number: bigint; readonly hash: Hash } | undefined;

  constructor(
    private readonly source: L1Source,
    private readonly contract: Address,
    private readonly fromBlock: bigint,
    private readonly maxRange: bigint,
  ) {
    this.next = fromBlock;
  }

  /** All games, oldest first. */
  get all(): readonly LoggedGame[] {
    return [...this.games.values()];
  }

  /** The games in which an account is a party, oldest first. */
  of(account: Address): readonly LoggedGame[] {
    return this.all.filter(
      ({ challenger, asserter }) => isAddressEqual(challenger, account) || isAddressEqual(asserter, account),
    );
  }

  get(id: bigint): LoggedGame | undefined {
    return this.games.get(id);
  }

  /** Reads on to an L1 block. Asking again after a failure is safe. */
  async readTo(block: { readonly number: bigint; readonly hash: Hash }): Promise<void> {
    if (!(await this.holds())) this.reset();
    while (this.next <= block.number) {
      const end = this.next + this.maxRange - 1n;
      const toBlock = end < block.number ? end : block.number;
      const query = { addresses: [this.contract], topics: TOPICS, fromBlock: this.next, toBlock, agreed: true };
      this.games = withLogs(this.games, await fetchLogs(this.source, query));
      this.next = toBlock + 1n;
      this.last = undefined;
    }
    if (this.next === block.number + 1n) this.last = block;
  }

  /** Forgets everything, for the next reading to start anew. */
  reset(): void {
    this.games = new Map();
    this.next = this.fromBlock;
    this.last = undefined;
  }

  /** Whether the last block that was read is still on L1. */
  private async holds(): Promise<boolean> {
    if (this.last === undefined) return this.next === this.fromBlock;
    const agreed = await this.source.agreedBlock(this.last.number);
    return agreed?.hash === this.last.hash;
  }
}

type Games = ReadonlyMap<bigint, LoggedGame>;

/** All or nothing, so that a stretch of L1 can be read again after a failure. */
function withLogs(games: Games, logs: readonly RawLog[]): Games {
  const changed = new Map(games);
  for (const log of logs) take(changed, log);
  return changed;
}

function take(games: Map<bigint, LoggedGame>, log: RawLog): void {
  const event = decode(log);
  if (event.eventName === 'GameOpened') {
    const { gameId: id, assertionId, challenger, asserter, program, endItem, units, first, last } = event.args;
    const section = { level: 'units', length: units, hashes: [first, last], offset: 0n, unit: undefined } as const;
    games.set(id, { id, assertionId, challenger, asserter, program, endItem, section, ended: undefined });
    return;
  }
  if (!('gameId' in event.args)) return;
  const game = games.get(event.args.gameId);
  if (game === undefined) throw new DisputeError(`game ${event.args.gameId} moves before it was opened`);
  games.set(game.id, { ...game, ...change(game.section, event) });
}

function change(section: StandingSection, { eventName, args }: GameLogEvent): Partial<LoggedGame> {
  if (eventName === 'GameEnded') return { ended: PHASES[args.phase] ?? 'none' };
  if (eventName === 'Moved') return { section: afterSplit(section, Number(args.index), args.hashes) };
  if (eventName !== 'UnitEntered') return {};
  return { section: afterEntry(section, Number(args.index), args.steps, [args.first, ...args.hashes]) };
}

type GameLogEvent = ReturnType<typeof decode>;

function decode(log: RawLog) {
  try {
    return decodeEventLog({ abi: disputeGameAbi, topics: log.topics as [Hex, ...Hex[]], data: log.data });
  } catch {
    throw new MalformedLogError(`game log ${log.logIndex} of block ${log.blockNumber} cannot be decoded`);
  }
}
