import { setTimeout as sleep } from 'node:timers/promises';
import {
  type InboxItem,
  L1TransactionRefusedError,
  L1WaitAbortedError,
  PAYLOAD_BYTES_PER_BLOB,
  readHead,
  readNextTime,
  readPrices,
  readReceipt,
  requireCallable,
} from '@metachain/bridge';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Hex, toHex } from 'viem';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import type { ChainBlock } from '../chain/chain.types.js';
import { NOBODY } from '../engine/block-builder.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import { appendBatchData, type L1Anchor, type PreparedBatch, prepareBatch, useBlobs } from './batch-call.js';
import { batchCost } from './batch-cost.js';
import { isTooOld, OVERDUE_SECONDS, planBatch, type PlannerPolicy } from './batch-planner.js';
import { POSTER_PARTS, type PosterParts } from './poster.tokens.js';
import type { PostedBatch } from './posting-record.js';
import { toUnposted, type UnpostedBlock } from './unposted-block.js';

/** Gas of `appendBatch` with blobs: two hash chains, no calldata to speak of. */
const BLOB_BATCH_GAS = 250_000n;
const LOOP_MILLISECONDS = 250;
const PAUSE_AFTER_FAILURE_MILLISECONDS = 2_000;
const PAYLOAD_HASH_WORD = 10;
const NOTHING_VOID = 1n << 60n;

/** Puts sealed blocks on L1 in batches, and learns from L1 which blocks are there. */
@Injectable()
export class PosterService {
  private readonly logger = new Logger('Poster');
  private readonly abort = new AbortController();
  private blocks: UnpostedBlock[] = [];
  private landed: { item: bigint; last: bigint; l1Block: bigint }[] = [];
  private readonly seen = new Set<Hex>();
  private pressed = false;
  private flushing = false;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(POSTER_PARTS) private readonly parts: PosterParts,
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
  ) {
    chain.onBlock((block) => this.addBlock(block));
    chain.addPressure(() => this.pressed);
    chain.onReorg(async (number) => this.dropAbove(number));
    l1.setListener({ item: (item) => this.takeItem(item), reorg: (firstItem) => this.takeReorg(firstItem) });
  }

  /** Blocks that are not on L1, and the bytes they take there. */
  get backlog(): { blocks: number; bytes: number; oldest: bigint | undefined } {
    const waiting = this.unposted();
    const bytes = waiting.reduce((sum, { encoded }) => sum + encoded.length, 0);
    return { blocks: waiting.length, bytes, oldest: waiting[0]?.context.timestamp };
  }

  /** Starts posting once L1 has been read up to its head: until then it is not known what is there already. */
  start(): void {
    if (!this.parts.config.enabled) return;
    if (this.parts.config.data !== 'calldata') this.parts.bundler.warm();
    this.running = this.loop();
  }

  /** Posts what waits, whatever its size. Returns when it is on L1 or the signal aborts. */
  private async flush(signal: AbortSignal): Promise<void> {
    this.flushing = true;
    while (!signal.aborted && this.unposted().length > 0) await sleep(50, undefined, { signal }).catch(() => undefined);
    this.flushing = false;
  }

  /** Stops posting; with `flushOnStop` what is sealed goes to L1 before. */
  async stop(): Promise<void> {
    const { enabled, flushOnStop, flushSeconds } = this.parts.config;
    if (enabled && flushOnStop) await this.flush(AbortSignal.timeout(flushSeconds * 1_000));
    this.abort.abort();
    await this.running;
    await this.parts.bundler.close();
  }

  private async loop(): Promise<void> {
    await Promise.race([this.l1.synced, aborted(this.abort.signal)]);
    while (!this.abort.signal.aborted) {
      const pause = await this.step().catch((error: unknown) => this.report(error));
      await sleep(pause, undefined, { signal: this.abort.signal }).catch(() => undefined);
    }
  }

  /** Posts the next batch if one is due. Returns the pause before the next look, in milliseconds. */
  private async step(): Promise<number> {
    const waiting = this.unposted();
    if (waiting.length === 0 || this.chain.unsound !== undefined) return LOOP_MILLISECONDS;
    const now = (await readNextTime(this.parts.source)) ?? this.now();
    const batch = planBatch(waiting, now, this.policy(), (index) => this.l1.messageTime(index), this.flushing);
    if (batch.length === 0) return this.parts.pollMilliseconds;
    await this.checkFunds();
    if (await this.remadeIfTooOld(batch[0]!)) return LOOP_MILLISECONDS;
    await this.post(batch);
    return LOOP_MILLISECONDS;
  }

  private async post(blocks: readonly UnpostedBlock[]): Promise<void> {
    const { account, config, bundler, record, source, inbox } = this.parts;
    const size = blocks.reduce((sum, { encoded }) => sum + encoded.length, 1);
    const blobs = useBlobs(size, config.data, await readPrices(source));
    const prepared = await prepareBatch(blocks, blobs, (payload) => bundler.bundle(payload));
    const [first, last] = [blocks[0]!, blocks.at(-1)!];
    const what = `batch of blocks ${first.number}..${last.number}`;
    const data = await this.callData(what, last, prepared);
    const intent = {
      payloadHash: prepared.payloadHash,
      first: first.number,
      last: last.number,
      parentHash: first.parentHash,
      delayedConsumed: last.delayedConsumed,
      lastHash: last.hash,
      lastStateRoot: last.stateRoot,
      payloadBytes: prepared.payload.length,
      transactions: [],
    };
    const request = {
      what,
      to: inbox,
      data,
      value: 0n,
      ...(prepared.blobs && { blobs: prepared.blobs, gas: BLOB_BATCH_GAS }),
    };
    const receipt = await account.transact(request, ({ hash }) => record.intend(intent, hash), this.abort.signal);
    this.logger.log({ event: 'batch_posted', what, hash: receipt.hash, blobs, bytes: prepared.payload.length });
    await this.untilSeen(receipt.hash);
  }

  /** A word of calldata instead of the blobs lets L1 check everything but the blobs before a nonce is used. */
  private async callData(what: string, last: UnpostedBlock, { words, blobs }: PreparedBatch): Promise<Hex> {
    const { account, source, inbox } = this.parts;
    const anchor = await this.anchor(last.delayedConsumed);
    const trial = appendBatchData(anchor, blobs ? new Uint8Array(32) : words);
    await requireCallable(source, what, { from: account.address, to: inbox, data: trial });
    return appendBatchData(anchor, words);
  }

  private async anchor(delayedCount: bigint): Promise<L1Anchor> {
    // A call on top of the newest block cannot see that block's own hash yet, so the anchor is its parent.
    const { number, parentHash } = await readHead(this.parts.source);
    const message = delayedCount > 0n ? this.l1.watcher.messages[Number(delayedCount) - 1] : undefined;
    const delayedAccumulator = message?.accumulator ?? toHex(0, { size: 32 });
    return { number: number - 1n, hash: parentHash, delayedCount, delayedAccumulator };
  }

  /** The watcher reports the item some blocks later; until then, or until L1 drops it, the same blocks must not be posted again. */
  private async untilSeen(transaction: Hex): Promise<void> {
    while (!this.abort.signal.aborted && !this.seen.has(transaction)) {
      await sleep(this.parts.pollMilliseconds, undefined, { signal: this.abort.signal }).catch(() => undefined);
      if ((await readReceipt(this.parts.source, transaction)) === undefined) return;
    }
  }

  private async takeItem(item: InboxItem): Promise<void> {
    const { record, ledger } = this.parts;
    const payloadHash = toHex(item.words.subarray(PAYLOAD_HASH_WORD * 32, (PAYLOAD_HASH_WORD + 1) * 32));
    const known = record.find(payloadHash) ?? record.find(item.accumulator);
    const follows = known?.parentHash === ledger.latest.headerHash || known?.parentHash === record.floor;
    const batch = known && follows ? await this.asDated(item, known) : await this.forcedBy(item);
    ledger.add(item, batch);
    if (batch) await this.takeBatch(item, batch);
    this.seen.add(item.l1.transactionHash);
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
    const { totalWei: costWei, blobWei } = await batchCost(this.parts.source, l1TransactionHash, this.abort.signal);
    this.landed.push({ item: item.index, last: batch.last, l1Block: l1BlockNumber });
    this.parts.onPosted(batch.payloadBytes, costWei);
    await this.parts.record.setSafe(batch.last);
    const { payloadBytes } = batch;
    const l1 = { l1TransactionHash, l1BlockNumber, l1BlockHash };
    const reference = { item: item.index, ...l1, payloadBytes, costWei, blobWei };
    await this.chain.markSafe(batch.first, batch.last, reference);
    this.forgetSettled(l1BlockNumber);
    this.pressed = false;
  }

  /**
   * The batch as L1 has it. A block that is later than its item counts there as of the item's time, so it has another header and the blocks
   * after it extend nothing: the node takes that block over, and executes what followed anew. Happens when L1's clock is behind and a
   * reorganisation puts the batch into an earlier block than it was sent for.
   */
  private async asDated(item: InboxItem, batch: PostedBatch): Promise<PostedBatch> {
    const late = this.blocks.find(
      ({ number, context }) => number >= batch.first && number <= batch.last && context.timestamp > item.timestamp,
    );
    const made = late && (await this.l1.redate(late.number, item));
    if (!made) return batch;
    const { number: last, hash: lastHash, stateRoot: lastStateRoot, delayedConsumed } = made;
    const dated = { ...batch, last, lastHash, lastStateRoot, delayedConsumed };
    await this.parts.record.intend(dated);
    return dated;
  }

  /** Blocks that no permitted reorganisation of L1 can bring back are no longer needed. */
  private forgetSettled(l1Block: bigint): void {
    const settled = this.landed.findLast((batch) => batch.l1Block + this.parts.keepL1Blocks < l1Block);
    if (settled) this.blocks = this.blocks.filter(({ number }) => number > settled.last);
  }

  private async takeReorg(firstItem: bigint): Promise<void> {
    this.parts.ledger.drop(firstItem);
    const kept = this.landed.filter(({ item }) => item < firstItem);
    if (kept.length === this.landed.length) return;
    this.landed = kept;
    const safe = kept.at(-1)?.last ?? 0n;
    this.logger.warn({ event: 'batches_undone', safe: safe.toString() });
    await this.parts.record.setSafe(safe);
    await this.chain.setSafe(safe);
  }

  /** Blocks that L1 would date differently are undone; their transactions go into new blocks with a fresh time. */
  private async remadeIfTooOld(first: UnpostedBlock): Promise<boolean> {
    const { timestamp } = await readHead(this.parts.source);
    if (!isTooOld(first, timestamp)) return false;
    await this.l1.undoFrom(first.number, 'the block is too old for its item', NOTHING_VOID, NOTHING_VOID);
    return true;
  }

  private async addBlock(block: ChainBlock): Promise<void> {
    const number = block.block.number;
    if (number <= this.parts.record.safe && number <= this.chain.heads().safe) return;
    // A block that L1 forced is on L1 already, and nobody signs it.
    if (block.context.producer === NOBODY) return;
    if (this.blocks.some((known) => known.hash === block.block.hash)) return;
    this.blocks.push(await toUnposted(block, this.parts.sign));
    this.pressed = this.parts.config.enabled && this.backlog.bytes > this.parts.config.maxBacklogBytes;
  }

  private dropAbove(number: bigint): void {
    this.blocks = this.blocks.filter((block) => block.number <= number);
  }

  private unposted(): readonly UnpostedBlock[] {
    const { safe } = this.chain.heads();
    return this.blocks.filter(({ number }) => number > safe);
  }

  private async checkFunds(): Promise<void> {
    const balance = await this.parts.account.balance();
    this.parts.onBalance(balance);
    if (balance >= this.parts.alarmWei) return;
    this.logger.error({
      event: 'poster_funds_low',
      balanceWei: balance.toString(),
      address: this.parts.account.address,
    });
  }

  private policy(): PlannerPolicy {
    const { intervalSeconds, targetBytes, maxBlobs, clockMarginSeconds } = this.parts.config;
    return { intervalSeconds, targetBytes, clockMarginSeconds, maxBytes: maxBlobs * PAYLOAD_BYTES_PER_BLOB };
  }

  private now(): bigint {
    const wall = BigInt(Math.floor(Date.now() / 1_000));
    const l1 = this.l1.status.block?.timestamp ?? 0n;
    return wall > l1 ? wall : l1;
  }

  private report(error: unknown): number {
    if (error instanceof L1WaitAbortedError) return 0;
    const refused = error instanceof L1TransactionRefusedError;
    this.parts.onError();
    this.logger.error({
      event: refused ? 'batch_refused' : 'posting_failed',
      reason: error instanceof Error ? error.message : String(error),
    });
    return PAUSE_AFTER_FAILURE_MILLISECONDS;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
