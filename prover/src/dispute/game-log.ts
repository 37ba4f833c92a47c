import { fetchLogs, MalformedLogError, type L1Source, type RawLog } from '@metachain/bridge';
import { disputeGameAbi } from '@metachain/contracts';
import { decodeEventLog, isAddressEqual, toEventSelector, type Address, type Hash, type Hex } from 'viem';

import { DisputeError } from '../errors.js';
import type { GameLogFile } from './game-log-file.js';
import { afterEntry, afterSplit, atOpening } from './sections.js';
import { type Outcome, OUTCOMES, type StandingSection } from './types.js';

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
  /** Whose turn it is (`readTurn`), the last one once the game is over. */
  readonly turn: bigint;
  /** The section that stands. */
  readonly section: StandingSection;
  /** How it ended; undefined while it runs. */
  readonly ended: Outcome | undefined;
}

/** All games as they stood after an L1 block. */
export interface LogMark {
  readonly number: bigint;
  readonly hash: Hash;
  readonly games: ReadonlyMap<bigint, LoggedGame>;
}

/** Where and how to read. */
export interface GameLogOptions {
  readonly source: L1Source;
  readonly contract: Address;
  readonly fromBlock: bigint;
  /** Blocks of one log query. */
  readonly maxRange: bigint;
  /** Keeps the way that was read across restarts. */
  readonly file?: GameLogFile | undefined;
}

/** Blocks below the newest one in which every mark is kept: as far as a reorg is expected to reach. */
const MARKED_BLOCKS = 512n;
/** Blocks after which the file is written although nothing happened. */
const WRITE_BLOCKS = 256n;

/**
 * Follows the events of all games. Remembers how they stood after each stretch of L1: after a failure it goes on from there, after a reorg from the
 * newest stretch that L1 still has.
 */
export class GameLog {
  /** Oldest first. */
  private marks: LogMark[] = [];
  private restored: Promise<void> | undefined;
  private written: LogMark | undefined;

  constructor(private readonly options: GameLogOptions) {}

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

  /** Reads on to an L1 block. Asking again after a failure is safe, and reads no stretch again that was read. */
  async readTo(block: { readonly number: bigint; readonly hash: Hash }): Promise<void> {
    this.restored ??= this.restore();
    await this.restored;
    await this.rewind();
    while (this.next <= block.number) {
      this.add(await this.readStretch(block));
      await this.save();
    }
  }

  /** Goes back behind every block that a reorg may reach; to the very beginning where that was done already. */
  distrust(): void {
    this.marks = this.marks.slice(0, this.marks.length > 1 ? 1 : 0);
  }

  private get games(): Games {
    return this.marks.at(-1)?.games ?? new Map();
  }

  private get next(): bigint {
    const last = this.marks.at(-1);
    return last === undefined ? this.options.fromBlock : last.number + 1n;
  }

  private async readStretch(head: { readonly number: bigint; readonly hash: Hash }): Promise<LogMark> {
    const { source, contract, maxRange } = this.options;
    const fromBlock = this.next;
    const end = fromBlock + maxRange - 1n;
    const number = end < head.number ? end : head.number;
    // The block first: if a reorg comes in between, the mark names a block that is gone, and the stretch is read again.
    const hash = number === head.number ? head.hash : (await source.agreedBlock(number))?.hash;
    if (hash === undefined) throw new DisputeError(`too few L1 endpoints have block ${number}`);
    const query = { addresses: [contract], topics: TOPICS, fromBlock, toBlock: number, agreed: true };
    return { number, hash, games: withLogs(this.games, await fetchLogs(source, query)) };
  }

  private add(mark: LogMark): void {
    this.marks.push(mark);
    const oldest = mark.number - MARKED_BLOCKS;
    while (this.marks.length > 1 && this.marks[1]!.number <= oldest) this.marks.shift();
  }

  /** Forgets what was read after the newest mark that L1 still has. */
  private async rewind(): Promise<void> {
    for (let mark = this.marks.at(-1); mark !== undefined; mark = this.marks.at(-1)) {
      if ((await this.options.source.agreedBlock(mark.number))?.hash === mark.hash) return;
      this.marks.pop();
    }
  }

  private async restore(): Promise<void> {
    this.marks = (await this.options.file?.read(this.options.contract)) ?? [];
    this.written = this.marks.at(-1);
  }

  /** The newest mark, and one that no expected reorg reaches. */
  private async save(): Promise<void> {
    const { file, contract } = this.options;
    const [oldest, newest] = [this.marks[0], this.marks.at(-1)];
    if (file === undefined || oldest === undefined || newest === undefined) return;
    const { written } = this;
    if (written?.games === newest.games && newest.number < written.number + WRITE_BLOCKS) return;
    this.written = newest;
    await file.write(contract, oldest === newest ? [newest] : [oldest, newest]);
  }
}

type Games = ReadonlyMap<bigint, LoggedGame>;

/** All or nothing, so that a stretch of L1 can be read again after a failure. */
function withLogs(games: Games, logs: readonly RawLog[]): Games {
  if (logs.length === 0) return games;
  const changed = new Map(games);
  for (const log of logs) take(changed, log);
  return changed;
}

function take(games: Map<bigint, LoggedGame>, log: RawLog): void {
  const event = decode(log);
  if (event.eventName === 'GameOpened') {
    const { gameId: id, assertionId, challenger, asserter, program, endItem, turn, units, first, hashes } = event.args;
    const section = atOpening(units, [first, ...hashes]);
    games.set(id, { id, assertionId, challenger, asserter, program, endItem, turn, section, ended: undefined });
    return;
  }
  if (!('gameId' in event.args)) return;
  const game = games.get(event.args.gameId);
  if (game === undefined) throw new DisputeError(`game ${event.args.gameId} moves before it was opened`);
  games.set(game.id, { ...game, ...change(game.section, event) });
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
