import { fetchLogs, type L1Source } from '@metachain/bridge';
import { isAddressEqual, type Address, type Hash } from 'viem';

import { DisputeError } from '../errors.js';
import type { GameLogFile } from './game-log-file.js';
import { GameMarks, type LogMark } from './game-marks.js';
import { changedBy, GAME_TOPICS, type LoggedGame } from './logged-game.js';

/** Where and how to read. */
export interface GameLogOptions {
  readonly source: L1Source;
  readonly contract: Address;
  readonly fromBlock: bigint;
  /** Blocks of one log query. */
  readonly maxRange: bigint;
  /** Keeps the way that was read across restarts. */
  readonly file?: GameLogFile | undefined;
  /** Accounts whose games are kept after their end; undefined: all games are. */
  readonly parties?: readonly Address[] | undefined;
}

/** Blocks after which the file is written although nothing happened. */
const WRITE_BLOCKS = 256n;

/**
 * Follows the events of all games. Remembers how they stood after each stretch of L1: after a failure it goes on from there, after a reorg from the
 * newest stretch that L1 still has. Games between others are forgotten some time after their end.
 */
export class GameLog {
  private readonly marks: GameMarks;
  private restored: Promise<void> | undefined;
  /** L1 block of the newest mark that was written. */
  private written: bigint | undefined;
  /** Whether something changed since. */
  private isNews = false;

  constructor(private readonly options: GameLogOptions) {
    this.marks = new GameMarks(options.parties);
  }

  /** All games, oldest first. */
  get all(): readonly LoggedGame[] {
    return [...this.marks.games.values()];
  }

  /** The games in which one of some accounts is a party, oldest first. */
  of(accounts: readonly Address[]): readonly LoggedGame[] {
    const isOne = (party: Address) => accounts.some((account) => isAddressEqual(party, account));
    return this.all.filter(({ challenger, asserter }) => isOne(challenger) || isOne(asserter));
  }

  get(id: bigint): LoggedGame | undefined {
    return this.marks.games.get(id);
  }

  /** Reads on to an L1 block. Asking again after a failure is safe, and reads no stretch again that was read. */
  async readTo(block: { readonly number: bigint; readonly hash: Hash }): Promise<void> {
    this.restored ??= this.restore();
    await this.restored;
    await this.rewind();
    while (this.next <= block.number) {
      const mark = await this.readStretch(block);
      this.marks.add(mark);
      this.isNews ||= mark.games.length > 0;
      await this.save(mark.number);
    }
  }

  /** Goes back behind every block that a reorg may reach; to the very beginning where that was done already. */
  distrust(): void {
    const left = this.marks.size > 1 ? 1 : 0;
    while (this.marks.size > left) this.back();
  }

  private get next(): bigint {
    const { last } = this.marks;
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
    const query = { addresses: [contract], topics: GAME_TOPICS, fromBlock, toBlock: number, agreed: true };
    return { number, hash, games: changedBy(await fetchLogs(source, query), this.marks.games) };
  }

  /** Forgets what was read after the newest mark that L1 still has. */
  private async rewind(): Promise<void> {
    for (let { last } = this.marks; last !== undefined; { last } = this.marks) {
      if ((await this.options.source.agreedBlock(last.number))?.hash === last.hash) return;
      this.back();
    }
  }

  private back(): void {
    this.marks.back();
    this.isNews = true;
  }

  private async restore(): Promise<void> {
    const { file, contract, parties } = this.options;
    for (const mark of (await file?.read(contract, parties)) ?? []) this.marks.add(mark);
    this.written = this.marks.last?.number;
  }

  private async save(number: bigint): Promise<void> {
    const { file, contract, parties } = this.options;
    if (file === undefined) return;
    if (!this.isNews && this.written !== undefined && number < this.written + WRITE_BLOCKS) return;
    this.written = number;
    this.isNews = false;
    await file.write(contract, parties, this.marks.ends());
  }
}
