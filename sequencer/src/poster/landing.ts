import { type InboxItem } from '@metachain/bridge';
import { Logger } from '@nestjs/common';
import { type Hex, toHex } from 'viem';
import type { ChainService } from '../chain/chain.service.js';
import type { L1FeedService } from '../l1/l1-feed.service.js';
import type { Backlog } from './backlog.js';
import { batchCost } from './batch-cost.js';
import { OVERDUE_SECONDS } from './batch-planner.js';
import type { PosterParts } from './poster.tokens.js';
import type { PostedBatch } from './posting-record.js';

const PAYLOAD_HASH_WORD = 10;

/** Learns from the items of L1 which blocks are there. */
export class Landing {
  private readonly logger = new Logger('Poster');
  private landed: { item: bigint; last: bigint; l1Block: bigint }[] = [];
  private readonly seen = new Set<Hex>();
  private recordBegun = false;
  private stopped: string | undefined;

  constructor(
    private readonly parts: PosterParts,
    private readonly chain: ChainService,
    private readonly l1: L1FeedService,
    private readonly backlog: Backlog,
    private readonly signal: AbortSignal,
    private readonly paid: (wei: bigint, time: bigint) => void,
  ) {}

  /** Why nothing may be posted any more: somebody else posts with this node's key, or L1 has other blocks than this node. */
  get stopReason(): string | undefined {
    return this.stopped;
  }

  /** Whether an item of this L1 transaction has been taken. */
  has(transaction: Hex): boolean {
    return this.seen.has(transaction);
  }

  /** An item in the order of L1. */
  async item(item: InboxItem): Promise<void> {
    const { record, ledger } = this.parts;
    const payloadHash = toHex(item.words.subarray(PAYLOAD_HASH_WORD * 32, (PAYLOAD_HASH_WORD + 1) * 32));
    const known = record.find(payloadHash) ?? record.find(item.accumulator);
    this.watchKey(item, known !== undefined);
    const follows = known?.parentHash === ledger.latest.headerHash || known?.parentHash === record.floor;
    const batch = known && follows ? await this.asDated(item, known) : await this.forcedBy(item);
    ledger.add(item, batch);
    if (batch) await this.takeBatch(item, batch);
    this.seen.add(item.l1.transactionHash);
  }

  /**
   * An item with this node's key that it did not record before sending: two nodes run with one key, or the data directory is older than
   * what was posted. Both would sign other blocks at numbers that are taken, so the node stops. Items from before the oldest batch that is
   * still remembered prove nothing.
   */
  private watchKey({ index, poster, l1 }: InboxItem, known: boolean): void {
    if (known) this.recordBegun = true;
    const { account, record } = this.parts;
    const forgotten = record.floor !== undefined && !this.recordBegun;
    if (known || forgotten || poster.toLowerCase() !== account.address.toLowerCase()) return;
    const reason =
      `item ${index} on L1 was posted with the key of this node, ${account.address}, but not by it: ` +
      'another node runs with the same keys, or this data directory is older than what was posted';
    this.stop('key_used_elsewhere', reason, l1.transactionHash);
  }

  private stop(event: string, reason: string, transaction: Hex): void {
    this.logger.fatal({ event, reason, transaction });
    this.stopped ??= reason;
    this.chain.halt(reason);
  }

  /** Messages that were left too long enter with the next item, whoever posted it, in blocks that nobody signs (docs/spec/batch.md). */
  private async forcedBy(item: InboxItem): Promise<PostedBatch | undefined> {
    const { blockNumber, headerHash, delayedConsumed } = this.parts.ledger.latest;
    const oldest = delayedConsumed < item.delayedCount ? this.l1.messageTime(delayedConsumed) : undefined;
    if (oldest === undefined || oldest + OVERDUE_SECONDS >= item.timestamp) return undefined;
    const blocks = await this.l1.deriveForced(blockNumber, item, delayedConsumed);
    const last = blocks.at(-1);
    if (!last) return undefined;
    const batch: PostedBatch = {
      payloadHash: item.accumulator,
      first: blocks[0]!.number,
      last: last.number,
      parentHash: headerHash,
      delayedConsumed: last.delayedConsumed,
      lastHash: last.hash,
      lastStateRoot: last.stateRoot,
      payloadBytes: 0,
      transactions: [],
    };
    await this.parts.record.intend(batch);
    return batch;
  }

  /** The batch is on L1 and extends the chain: its blocks are safe. */
  private async takeBatch(item: InboxItem, batch: PostedBatch): Promise<void> {
    if (batch.last <= this.chain.heads().safe) return;
    const { transactionHash: l1TransactionHash, blockNumber: l1BlockNumber, blockHash: l1BlockHash } = item.l1;
    const { totalWei: costWei, blobWei } = await batchCost(this.parts.source, l1TransactionHash, this.signal);
    this.landed.push({ item: item.index, last: batch.last, l1Block: l1BlockNumber });
    this.parts.onPosted(batch.payloadBytes, costWei);
    this.paid(costWei, item.timestamp);
    await this.parts.record.setSafe(batch.last);
    const { payloadBytes } = batch;
    const l1 = { l1TransactionHash, l1BlockNumber, l1BlockHash };
    const reference = { item: item.index, ...l1, payloadBytes, costWei, blobWei };
    await this.chain.markSafe(batch.first, batch.last, reference);
    this.forgetSettled(l1BlockNumber);
  }

  /**
   * The batch as L1 has it. A block that is later than its item counts there as of the item's time, so it has another header and the blocks
   * after it extend nothing: the node takes that block over, and executes what followed anew. Happens when L1's clock is behind and a
   * reorganisation puts the batch into an earlier block than it was sent for.
   */
  private async asDated(item: InboxItem, batch: PostedBatch): Promise<PostedBatch> {
    if (batch.datedTo !== undefined && batch.datedTo < item.timestamp) return this.stopAtDated(item, batch);
    const late = this.backlog.laterThan(item, batch);
    const made = late && (await this.l1.redate(late.number, item));
    if (!made) return batch;
    const { number: last, hash: lastHash, stateRoot: lastStateRoot, delayedConsumed } = made;
    const dated = { ...batch, last, lastHash, lastStateRoot, delayedConsumed, datedTo: item.timestamp };
    await this.parts.record.intend(dated);
    return dated;
  }

  /**
   * A reorganisation put a batch that was dated back into a later block than before, where its blocks count as of other times: L1 has a
   * chain that this node, which executed anew what followed, does not have and cannot make from its journal.
   */
  private stopAtDated({ index, timestamp, l1 }: InboxItem, batch: PostedBatch): PostedBatch {
    const reason =
      `L1 dated blocks ${batch.first}..${batch.last} to ${batch.datedTo} and, after a reorganisation, to ${timestamp} in item ${index}: ` +
      'this node has another chain than L1';
    this.parts.ledger.lose();
    this.stop('batch_dated_anew', reason, l1.transactionHash);
    return batch;
  }

  /** Blocks that no permitted reorganisation of L1 can bring back are no longer needed. */
  private forgetSettled(l1Block: bigint): void {
    const settled = this.landed.findLast((batch) => batch.l1Block + this.parts.keepL1Blocks < l1Block);
    if (settled) this.backlog.settle(settled.last);
  }

  /** Items from this one on are void. */
  async reorg(firstItem: bigint): Promise<void> {
    this.parts.ledger.drop(firstItem);
    const kept = this.landed.filter(({ item }) => item < firstItem);
    if (kept.length === this.landed.length) return;
    this.landed = kept;
    const safe = kept.at(-1)?.last ?? 0n;
    this.logger.warn({ event: 'batches_undone', safe: safe.toString() });
    await this.parts.record.setSafe(safe);
    await this.chain.setSafe(safe);
  }
}
