import { type InboxItem } from '@metachain/bridge';
import { Logger } from '@nestjs/common';
import { type Hex, toHex } from 'viem';
import type { ChainService } from '../chain/chain.service.js';
import type { MadeBlock } from '../engine/engine.types.js';
import type { L1FeedService } from '../l1/l1-feed.service.js';
import type { Backlog } from './backlog.js';
import { batchCost } from './batch-cost.js';
import { areAllowed, areKept, isForced } from './batch-terms.js';
import { type ItemScan, scanItem } from './item-scan.js';
import type { PosterParts } from './poster.tokens.js';
import type { PostedBatch } from './posting-record.js';

const PAYLOAD_HASH_WORD = 10;
const BYTES_PER_WORD = 31;

interface Landed {
  readonly item: bigint;
  readonly batch: PostedBatch;
  readonly l1Block: bigint;
}

/** Learns from the items of L1 which blocks are there: its own as they were made, or what the rules make of the item. */
export class Landing {
  private readonly logger = new Logger('Poster');
  private landed: Landed[] = [];
  /** Items by the L1 transaction that brought them. */
  private readonly seen = new Map<Hex, bigint>();
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

  /** Why nothing may be posted any more: somebody else posts with this node's key. */
  get stopReason(): string | undefined {
    return this.stopped;
  }

  /** Whether an item of this L1 transaction has been taken and stands. */
  has(transaction: Hex): boolean {
    return this.seen.has(transaction);
  }

  /** An item in the order of L1. */
  async item(item: InboxItem): Promise<void> {
    const batch = await this.madeOf(item);
    this.parts.ledger.add(item, batch);
    if (batch) await this.takeBatch(item, batch);
    this.seen.set(item.l1.transactionHash, item.index);
  }

  /** What the item makes of the chain: undefined for nothing. */
  private async madeOf(item: InboxItem): Promise<PostedBatch | undefined> {
    const { record, ledger } = this.parts;
    const judged = record.find(item.accumulator);
    const posted = record.find(payloadHashOf(item));
    if (judged ?? posted) this.recordBegun = true;
    // Items from before the oldest batch that is still remembered were judged long ago.
    if (record.floor !== undefined && !this.recordBegun) return undefined;
    // The hash of an item fixes everything before it, so what was made of it once is made of it always.
    if (judged && !this.backlog.contradicts(judged)) return judged;
    if (posted && this.landsAsMade(item, posted)) return posted;
    const forces = isForced(ledger.latest.delayedConsumed, item, this.messageTime);
    return item.payload.kind === 'none' && !forces ? undefined : this.derive(item, posted);
  }

  /** Whether L1 makes of a posted batch exactly the blocks that this node has. */
  private landsAsMade(item: InboxItem, batch: PostedBatch): boolean {
    const { record, ledger } = this.parts;
    const follows = batch.parentHash === ledger.latest.headerHash || batch.parentHash === record.floor;
    const { terms } = batch;
    if (!follows || !terms || this.backlog.contradicts(batch)) return false;
    return areAllowed(terms, item) && areKept(terms, item, this.messageTime);
  }

  /** Has the program judge the item's payload, as far as it is not plainly this node's own blocks, and takes over what it makes. */
  private async derive(item: InboxItem, posted: PostedBatch | undefined): Promise<PostedBatch | undefined> {
    const { ledger, record, isProduced } = this.parts;
    const before = ledger.latest;
    const words = await this.l1.payloadWords(item);
    if (!words) return undefined;
    const blockAt = (number: bigint) => this.backlog.at(number);
    const scan = scanItem(item, words, before, { blockAt, messageTime: this.messageTime, isProduced });
    const { number, hash, delayedConsumed } = scan.own.at(-1) ?? {
      ...before,
      number: before.blockNumber,
      hash: before.headerHash,
    };
    const start = { offset: scan.offset, unit: scan.own.length };
    const made = scan.more ? await this.l1.derive({ number, hash }, delayedConsumed, item, start, words) : [];
    this.tell(item, posted, scan, made);
    const batch = this.batchOf(item, posted, scan, made);
    await record.intend(batch);
    return batch;
  }

  /** The item's outcome, under its own hash. */
  private batchOf(
    item: InboxItem,
    posted: PostedBatch | undefined,
    scan: ItemScan,
    made: readonly MadeBlock[],
  ): PostedBatch {
    const { latest } = this.parts.ledger;
    const start = { number: latest.blockNumber, hash: latest.headerHash, ...latest };
    const last = made.at(-1) ?? scan.own.at(-1) ?? start;
    return {
      payloadHash: item.accumulator,
      payload: payloadHashOf(item),
      first: latest.blockNumber + 1n,
      last: last.number,
      parentHash: latest.headerHash,
      delayedConsumed: last.delayedConsumed,
      lastHash: last.hash,
      lastStateRoot: last.stateRoot,
      payloadBytes: posted?.payloadBytes ?? item.payloadWords * BYTES_PER_WORD,
      forcedFrom: made.find(({ forced }) => forced)?.number,
      transactions: [],
    };
  }

  /**
   * Blocks that this node's producer signed and this node does not know. While it catches up they show that its directory is older than what was
   * posted, or that its record was lost: it takes them over. Later, in an item that it did not send itself, they show another node with its keys.
   */
  private tell(
    item: InboxItem,
    posted: PostedBatch | undefined,
    { own }: ItemScan,
    blocks: readonly MadeBlock[],
  ): void {
    if (blocks.length === 0) return;
    const [index, first, last] = [item.index, blocks[0]!.number, blocks.at(-1)!.number].map(String);
    this.logger.warn({ event: 'blocks_taken_from_l1', item: index, first, last, own: own.length });
    const { account, record } = this.parts;
    const signed = blocks.some(({ forced }) => !forced);
    const elsewhere = item.poster.toLowerCase() === account.address.toLowerCase() && !posted;
    if (!signed || !elsewhere || record.hasPayload(payloadHashOf(item))) return;
    if (this.l1.status.synced) return this.stopForKey(item);
    this.logger.warn({
      event: 'own_batch_unknown',
      item: index,
      reason: 'the directory is older than what was posted',
    });
  }

  private stopForKey({ index, l1 }: InboxItem): void {
    const reason =
      `item ${index} on L1 was posted with the key of this node, ${this.parts.account.address}, but not by it: ` +
      'another node runs with the same keys';
    this.logger.fatal({ event: 'key_used_elsewhere', reason, transaction: l1.transactionHash });
    this.stopped ??= reason;
    this.chain.halt(reason);
  }

  /** The batch is on L1 and extends the chain: its blocks are safe. */
  private async takeBatch(item: InboxItem, batch: PostedBatch): Promise<void> {
    if (batch.last <= this.chain.heads().safe) return;
    const { transactionHash: l1TransactionHash, blockNumber: l1BlockNumber, blockHash: l1BlockHash } = item.l1;
    const { totalWei: costWei, blobWei } = await batchCost(this.parts.source, l1TransactionHash, this.signal);
    this.landed.push({ item: item.index, batch, l1Block: l1BlockNumber });
    const { payloadBytes } = batch;
    if (item.poster.toLowerCase() === this.parts.account.address.toLowerCase())
      this.notePaid(payloadBytes, costWei, item.timestamp);
    await this.parts.record.setSafe(batch.last);
    const l1 = { l1TransactionHash, l1BlockNumber, l1BlockHash };
    const reference = { item: item.index, ...l1, payloadBytes, costWei, blobWei };
    await this.chain.markSafe(batch.first, batch.last, reference);
    this.forgetSettled(l1BlockNumber);
  }

  private notePaid(bytes: number, wei: bigint, time: bigint): void {
    this.parts.onPosted(bytes, wei);
    this.paid(wei, time);
  }

  /** Blocks that no permitted reorganisation of L1 can bring back are no longer needed. */
  private forgetSettled(l1Block: bigint): void {
    const settled = this.landed.findLast((landed) => landed.l1Block + this.parts.keepL1Blocks < l1Block);
    if (settled) this.backlog.settle(settled.batch.last);
  }

  /** Items and messages from these on are void. */
  async reorg(firstItem: bigint, firstMessage: bigint): Promise<void> {
    this.parts.ledger.drop(firstItem);
    for (const [transaction, item] of this.seen) if (item >= firstItem) this.seen.delete(transaction);
    const kept = this.landed.filter(({ item }) => item < firstItem);
    const dropped = this.landed.slice(kept.length);
    if (dropped.length === 0) return;
    this.landed = kept;
    const safe = kept.at(-1)?.batch.last ?? 0n;
    this.logger.warn({ event: 'batches_undone', safe: safe.toString() });
    await this.parts.record.setSafe(safe);
    await this.chain.setSafe(safe);
    // Nobody can post a block that nobody signed: without its item it is none.
    const forced = dropped.find(({ batch }) => batch.forcedFrom !== undefined)?.batch.forcedFrom;
    if (forced !== undefined)
      await this.l1.undoFrom(forced, 'L1 dropped the item that forced it', firstItem, firstMessage);
  }

  private readonly messageTime = (index: bigint): bigint | undefined => this.l1.messageTime(index);
}

function payloadHashOf({ words }: InboxItem): Hex {
  return toHex(words.subarray(PAYLOAD_HASH_WORD * 32, (PAYLOAD_HASH_WORD + 1) * 32));
}
