import { Between, type DataSource, type FindOptionsWhere, LessThan, LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import type { Hex } from 'viem';
import { ActivityEntity, BatchEntity, BlockEntity, TransactionEntity, WithdrawalEntity } from './entities/index.js';
import type { IndexDatabase } from './index-database.js';
import { findLogs, type IndexedLog, type LogQuery } from './log-query.js';

/** Where a page of activity ends: the next page starts below this place. */
export interface ActivityCursor {
  readonly blockNumber: number;
  readonly position: number;
}

/** A transaction with its block. */
export interface IndexedTransaction {
  readonly transaction: TransactionEntity;
  readonly block: BlockEntity;
}

/** Transactions looked at to find the lanes of an account. */
const LANE_WINDOW = 1_000;

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

  transactions(blockNumber: number): Promise<TransactionEntity[]> {
    return this.source.manager.find(TransactionEntity, { where: { blockNumber }, order: { position: 'ASC' } });
  }

  /** Hashes of a block's transactions, in order. */
  async transactionHashes(blockNumber: number): Promise<Hex[]> {
    const rows = await this.source.manager.find(TransactionEntity, {
      select: { hash: true, blockNumber: true, position: true },
      where: { blockNumber },
      order: { position: 'ASC' },
    });
    return rows.map((row) => row.hash);
  }

  transactionAt(blockNumber: number, position: number): Promise<TransactionEntity | null> {
    return this.source.manager.findOneBy(TransactionEntity, { blockNumber, position });
  }

  /** A transaction of a block up to `head`. */
  async transaction(hash: Hex, head: number): Promise<IndexedTransaction | undefined> {
    const transaction = await this.source.manager.findOneBy(TransactionEntity, {
      hash,
      blockNumber: LessThanOrEqual(head),
    });
    const block = transaction && (await this.block(transaction.blockNumber));
    return transaction && block ? { transaction, block } : undefined;
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
  ): Promise<IndexedTransaction[]> {
    const where: FindOptionsWhere<ActivityEntity>[] = cursor
      ? [
          { account, blockNumber: LessThan(Math.min(cursor.blockNumber, head + 1)) },
          { account, blockNumber: cursor.blockNumber, position: LessThan(cursor.position) },
        ]
      : [{ account, blockNumber: LessThanOrEqual(head) }];
    const places = await this.source.manager.find(ActivityEntity, {
      where,
      order: { blockNumber: 'DESC', position: 'DESC' },
      take: limit,
    });
    const found = await Promise.all(places.map((place) => this.place(place)));
    return found.filter((entry) => entry !== undefined);
  }

  /** Next sequence of each lane an account used in its latest 1,000 transactions, up to `head`. */
  async lanes(account: Hex, head: number): Promise<Map<number, number>> {
    const rows = await this.source
      .createQueryBuilder(ActivityEntity, 'activity')
      .innerJoin(
        TransactionEntity,
        'entry',
        'entry.blockNumber = activity.blockNumber AND entry.position = activity.position AND entry.sender = activity.account',
      )
      .select('entry.lane', 'lane')
      .addSelect('entry.sequence', 'sequence')
      .where('activity.account = :account AND activity.blockNumber <= :head AND entry.kind = :kind', {
        account,
        head,
        kind: 'packed',
      })
      .orderBy('activity.blockNumber', 'DESC')
      .addOrderBy('activity.position', 'DESC')
      .limit(LANE_WINDOW)
      .getRawMany<{ lane: string | number; sequence: string | number }>();
    const lanes = new Map<number, number>();
    for (const row of rows)
      lanes.set(Number(row.lane), Math.max(lanes.get(Number(row.lane)) ?? 0, Number(row.sequence) + 1));
    return lanes;
  }

  /** The withdrawal an op-stack client names by its storage slot. */
  async withdrawalHash(slot: Hex): Promise<Hex | undefined> {
    return (await this.source.manager.findOneBy(WithdrawalEntity, { slot }))?.withdrawalHash;
  }

  private async place({ blockNumber, position }: ActivityCursor): Promise<IndexedTransaction | undefined> {
    const [transaction, block] = await Promise.all([
      this.transactionAt(blockNumber, position),
      this.block(blockNumber),
    ]);
    return transaction && block ? { transaction, block } : undefined;
  }
}
