import { Between, type DataSource, LessThan, LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import { fromHex, toHex } from '@metachain/program';
import type { Hex } from 'viem';
import {
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  hashPrefix,
  splitHashes,
  TRANSACTION_HASHES,
  type TransactionHashes,
  TransactionPlaceEntity,
  WithdrawalEntity,
} from './entities/index.js';
import type { IndexDatabase } from './index-database.js';
import { readPositions } from './log-postings.js';
import { findLogs, type IndexedLog, type LogQuery, transactionsAt } from './log-query.js';
import type { IndexedTransaction } from './transaction-frame.js';

/** Where a page of activity ends: the next page starts below this place. */
export interface ActivityCursor {
  readonly blockNumber: number;
  readonly position: number;
}

/** A transaction with its block. */
export interface PlacedTransaction {
  readonly transaction: IndexedTransaction;
  readonly block: BlockEntity;
}

/** Transactions whose hashes start alike that are looked at: two are a wonder, and more than a few are nobody's accident. */
const MOST_NAMESAKES = 16;

/** Transactions looked at to find the lanes of an account. */
const LANE_WINDOW = 200;

/** Read side of the index. `head` bounds what is visible: a block is written just before the chain makes it its head. */
export class IndexReader {
  private readonly source: DataSource;

  constructor(database: IndexDatabase) {
    this.source = database.reader;
  }

  block(number: number): Promise<BlockEntity | null> {
    return this.source.manager.findOneBy(BlockEntity, { number });
  }

  blockByHash(hash: Hex): Promise<BlockEntity | null> {
    return this.source.manager.findOneBy(BlockEntity, { hash });
  }

  /** Blocks `from..to`, ascending. */
  blocks(from: number, to: number): Promise<BlockEntity[]> {
    return this.source.manager.find(BlockEntity, { where: { number: Between(from, to) }, order: { number: 'ASC' } });
  }

  /** Transactions of a block, in order. */
  async transactions(blockNumber: number): Promise<IndexedTransaction[]> {
    const count = (await this.block(blockNumber))?.transactionCount ?? 0;
    return transactionsAt(
      this.source,
      blockNumber,
      Array.from({ length: count }, (_, position) => position),
    );
  }

  /** Hashes of a block's transactions, in order. */
  async transactionHashes(blockNumber: number): Promise<Hex[]> {
    const row = await this.source.manager.findOneBy<TransactionHashes>(TRANSACTION_HASHES, { blockNumber });
    return row ? splitHashes(row.hashes).map(toHex) : [];
  }

  async transactionAt(blockNumber: number, position: number): Promise<IndexedTransaction | undefined> {
    return (await transactionsAt(this.source, blockNumber, [position]))[0];
  }

  /** A transaction of a block up to `head`. */
  async transaction(hash: Hex, head: number): Promise<PlacedTransaction | undefined> {
    const places = await this.source.manager.find(TransactionPlaceEntity, {
      where: { hashPrefix: hashPrefix(fromHex(hash)), blockNumber: LessThanOrEqual(head) },
      order: { blockNumber: 'ASC', position: 'ASC' },
      take: MOST_NAMESAKES,
    });
    const found = await Promise.all(places.map((place) => this.place(place)));
    return found.find((placed) => placed?.transaction.hash === hash);
  }

  /** Logs in chain order; fails with TooManyLogs above `limit`. */
  logs(query: LogQuery, limit: number): Promise<IndexedLog[]> {
    return findLogs(this.source, query, limit);
  }

  /** The L1 item that holds a block. */
  async batchOf(blockNumber: number): Promise<BatchEntity | undefined> {
    const [batch] = await this.source.manager.find(BatchEntity, {
      where: { firstBlock: LessThanOrEqual(blockNumber), lastBlock: MoreThanOrEqual(blockNumber) },
      take: 1,
    });
    return batch;
  }

  /** The newest batch that was on L1 at an L1 block. */
  async batchAtL1Block(l1BlockNumber: number): Promise<BatchEntity | undefined> {
    const [batch] = await this.source.manager.find(BatchEntity, {
      where: { l1BlockNumber: LessThanOrEqual(l1BlockNumber) },
      order: { item: 'DESC' },
      take: 1,
    });
    return batch;
  }

  /** Batches below an item, newest first. */
  batches(below: number, limit: number): Promise<BatchEntity[]> {
    return this.source.manager.find(BatchEntity, {
      where: { item: LessThan(below) },
      order: { item: 'DESC' },
      take: limit,
    });
  }

  /** What an account took part in up to `head`, newest first, below the cursor. */
  async activity(
    account: Hex,
    head: number,
    cursor: ActivityCursor | undefined,
    limit: number,
  ): Promise<PlacedTransaction[]> {
    const places = await this.places(account, head, cursor, limit);
    const found = await Promise.all(places.map((place) => this.place(place)));
    return found.filter((entry) => entry !== undefined);
  }

  /** Lanes an account used in its latest transactions, up to `head`. */
  async lanes(account: Hex, head: number): Promise<number[]> {
    const found = await this.activity(account, head, undefined, LANE_WINDOW);
    const own = found.filter(({ transaction }) => transaction.kind === 'packed' && transaction.sender === account);
    return [...new Set(own.map(({ transaction }) => transaction.lane))];
  }

  /** The withdrawal an op-stack client names by its storage slot. */
  async withdrawalHash(slot: Hex): Promise<Hex | undefined> {
    return (await this.source.manager.findOneBy(WithdrawalEntity, { slot }))?.withdrawalHash;
  }

  /** Hashes of the withdrawals of blocks `from..to`; at most `limit`, the newest. */
  async withdrawalHashes(from: number, to: number, limit?: number): Promise<Hex[]> {
    const found = await this.source.manager.find(WithdrawalEntity, {
      where: { blockNumber: Between(from, to) },
      order: { blockNumber: 'DESC' },
      ...(limit !== undefined && { take: limit }),
    });
    return found.map(({ withdrawalHash }) => withdrawalHash);
  }

  private async places(
    account: Hex,
    head: number,
    cursor: ActivityCursor | undefined,
    limit: number,
  ): Promise<ActivityCursor[]> {
    const top = cursor ? Math.min(cursor.blockNumber, head) : head;
    // Each row has at least one position, so `limit` rows and that of the cursor are enough.
    const rows = await this.source.manager.find(ActivityEntity, {
      where: { account, blockNumber: LessThanOrEqual(top) },
      order: { blockNumber: 'DESC' },
      take: limit + 1,
    });
    const places = rows.flatMap(({ blockNumber, positions }) =>
      readPositions(positions)
        .reverse()
        .map((position) => ({ blockNumber, position })),
    );
    const below = places.filter(
      (place) => !cursor || place.blockNumber < cursor.blockNumber || place.position < cursor.position,
    );
    return below.slice(0, limit);
  }

  private async place({ blockNumber, position }: ActivityCursor): Promise<PlacedTransaction | undefined> {
    const [transaction, block] = await Promise.all([
      this.transactionAt(blockNumber, position),
      this.block(blockNumber),
    ]);
    return transaction && block ? { transaction, block } : undefined;
  }
}
