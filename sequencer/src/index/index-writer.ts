import { LessThanOrEqual, MoreThan, MoreThanOrEqual, type EntityManager, type QueryRunner } from 'typeorm';
import type { BatchReference, ChainBlock } from '../chain/chain.types.js';
import { blockRows, type BlockRows } from './block-rows.js';
import { deletePlaces, insertChunks, insertMap, insertPlaces } from './bulk-insert.js';
import {
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  LogPostingEntity,
  splitHashes,
  TRANSACTION_CHUNKS,
  TRANSACTION_HASHES,
  type TransactionHashes,
  WithdrawalEntity,
} from './entities/index.js';
import type { IndexDatabase } from './index-database.js';
import { IndexGap } from './index.errors.js';

/** Newest block of the index. */
export interface IndexHead {
  readonly number: number;
  readonly hash: string;
}

const perBlock = [LogPostingEntity, ActivityEntity, WithdrawalEntity, TRANSACTION_CHUNKS, TRANSACTION_HASHES];

/** The one writer of the index. Calls are serialised; each is one database transaction. */
export class IndexWriter {
  private tail: Promise<unknown> = Promise.resolve();
  private known: IndexHead | undefined;
  private loaded = false;

  constructor(private readonly database: IndexDatabase) {}

  /** Newest indexed block, undefined while the index is empty. */
  async head(): Promise<IndexHead | undefined> {
    await this.tail;
    return this.readHead();
  }

  /**
   * Writes a block in one transaction. A block already indexed is ignored, so a chain may replay; one that replaces an
   * indexed block of the same height undoes the old one first. Fails with IndexGap if the block does not follow.
   */
  apply(chainBlock: ChainBlock): Promise<void> {
    return this.serialise(async () => {
      const number = Number(chainBlock.block.number);
      const head = await this.readHead();
      if (head && number <= head.number) {
        if (await this.holds(number, chainBlock.block.hash)) return;
        await this.deleteAbove(number - 1);
      } else if (head && number > head.number + 1) {
        throw new IndexGap(head.number + 1, number);
      }
      const rows = blockRows(chainBlock);
      await this.transaction((runner) => insertRows(runner, rows));
      this.known = { number, hash: rows.block.hash };
    });
  }

  /** Deletes everything above a block (L1 reorg). */
  undoAbove(blockNumber: number): Promise<void> {
    return this.serialise(() => this.deleteAbove(blockNumber));
  }

  /** Notes the L1 item in which blocks `first..last` were posted; an item that is posted anew replaces its record. */
  recordBatch(first: bigint, last: bigint, reference: BatchReference): Promise<void> {
    const row: BatchEntity = {
      item: Number(reference.item),
      firstBlock: Number(first),
      lastBlock: Number(last),
      l1TransactionHash: reference.l1TransactionHash,
      l1BlockNumber: Number(reference.l1BlockNumber),
      payloadBytes: reference.payloadBytes,
      costWei: reference.costWei.toString(),
      l1BlockHash: reference.l1BlockHash,
      blobWei: reference.blobWei.toString(),
    };
    return this.serialise(() => this.transaction((runner) => replaceBatch(runner.manager, row)));
  }

  /** Forgets batches that hold a block above `safe`: L1 dropped them. */
  dropBatchesAbove(safe: number): Promise<void> {
    return this.serialise(async () => {
      await this.database.writer.manager.delete(BatchEntity, { lastBlock: MoreThan(safe) });
    });
  }

  /** Empties the index and fills it from `blocks` (from the first block on). */
  async rebuild(blocks: AsyncIterable<ChainBlock>): Promise<void> {
    await this.undoAbove(-1);
    for await (const block of blocks) await this.apply(block);
  }

  private async readHead(): Promise<IndexHead | undefined> {
    if (!this.loaded) {
      const [newest] = await this.database.writer.manager.find(BlockEntity, { order: { number: 'DESC' }, take: 1 });
      this.known = newest && { number: newest.number, hash: newest.hash };
      this.loaded = true;
    }
    return this.known;
  }

  private async holds(number: number, hash: string): Promise<boolean> {
    return this.database.writer.manager.existsBy(BlockEntity, { number, hash: hash as `0x${string}` });
  }

  private async deleteAbove(blockNumber: number): Promise<void> {
    this.loaded = false;
    await this.transaction(async (runner) => {
      const { manager } = runner;
      await deletePlacesAbove(runner, blockNumber);
      await manager.delete(BlockEntity, { number: MoreThan(blockNumber) });
      for (const entity of perBlock) await manager.delete(entity, { blockNumber: MoreThan(blockNumber) });
      await manager.delete(BatchEntity, { lastBlock: MoreThan(blockNumber) });
    });
  }

  private async transaction(work: (runner: QueryRunner) => Promise<void>): Promise<void> {
    const runner = this.database.writer.createQueryRunner();
    try {
      await runner.startTransaction();
      await work(runner);
      await runner.commitTransaction();
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      throw error;
    } finally {
      await runner.release();
    }
  }

  private serialise<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }
}

async function insertRows(runner: QueryRunner, rows: BlockRows): Promise<void> {
  const { number } = rows.block;
  await runner.manager.insert(BlockEntity, rows.block);
  const hashes: TransactionHashes = { blockNumber: number, hashes: Buffer.concat(rows.hashes) };
  await runner.manager.insert(TRANSACTION_HASHES, hashes);
  await insertPlaces(runner, number, rows.hashes);
  await insertChunks(runner, number, rows.chunks);
  await insertMap(runner, { table: 'log_postings', key: 'key', value: 'positions' }, number, rows.postings);
  await insertMap(runner, { table: 'activity', key: 'account', value: 'positions' }, number, rows.activity);
  if (rows.withdrawals.length > 0) await runner.manager.insert(WithdrawalEntity, [...rows.withdrawals]);
}

async function deletePlacesAbove(runner: QueryRunner, above: number): Promise<void> {
  // One block at a time: after a deep reorganisation the hashes of all are much.
  for (let last = above; ;) {
    const where = { blockNumber: MoreThan(last) };
    const [next] = await runner.manager.find<TransactionHashes>(TRANSACTION_HASHES, {
      where,
      order: { blockNumber: 'ASC' },
      take: 1,
    });
    if (next === undefined) return;
    await deletePlaces(runner, next.blockNumber, splitHashes(next.hashes));
    last = next.blockNumber;
  }
}

async function replaceBatch(manager: EntityManager, row: BatchEntity): Promise<void> {
  await manager.delete(BatchEntity, { item: row.item });
  await manager.delete(BatchEntity, {
    firstBlock: LessThanOrEqual(row.lastBlock),
    lastBlock: MoreThanOrEqual(row.firstBlock),
  });
  await manager.insert(BatchEntity, row);
}
