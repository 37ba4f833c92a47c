import type { BatchReference, Chain, Heads } from '../chain/chain.types.js';
import { type IndexDatabase, openIndexDatabase } from './index-database.js';
import { IndexReader } from './index-reader.js';
import { type IndexHead, IndexWriter } from './index-writer.js';

/** Number of the newest block of an index, 0 while it is empty: for a start, before the chain is there. Fails as `IndexService.open`. */
export async function readIndexedBlock(url: string): Promise<bigint> {
  const database = await openIndexDatabase(url);
  const head = await new IndexWriter(database).head().finally(() => database.close());
  return BigInt(head?.number ?? 0);
}

/**
 * Keeps the index in step with the chain: a block is committed here before it becomes the head, so a client never sees
 * a head whose receipts are missing.
 */
export class IndexService {
  readonly reader: IndexReader;
  readonly writer: IndexWriter;

  private safe = -1n;

  private constructor(private readonly database: IndexDatabase) {
    this.reader = new IndexReader(database);
    this.writer = new IndexWriter(database);
  }

  /** Opens `sqlite:<file>` or `postgres://...` and follows the chain. Fails with index/url, or as the database driver does. */
  static async open(url: string, chain: Pick<Chain, 'onBlock' | 'onReorg' | 'onHeads'>): Promise<IndexService> {
    const service = new IndexService(await openIndexDatabase(url));
    chain.onBlock((block) => service.writer.apply(block));
    chain.onReorg((blockNumber) => service.writer.undoAbove(Number(blockNumber)));
    chain.onHeads((heads, batch) => service.followHeads(heads, batch));
    return service;
  }

  /** Newest indexed block: the chain replays from the next one. */
  head(): Promise<IndexHead | undefined> {
    return this.writer.head();
  }

  /** Waits for the write in progress and closes the connections. */
  async close(): Promise<void> {
    await this.writer.head();
    await this.database.close();
  }

  private async followHeads(
    heads: Heads,
    batch?: { first: bigint; last: bigint; reference: BatchReference },
  ): Promise<void> {
    if (batch) await this.writer.recordBatch(batch.first, batch.last, batch.reference);
    else if (heads.safe < this.safe) await this.writer.dropBatchesAbove(Number(heads.safe));
    this.safe = heads.safe;
  }
}
