import { setTimeout as sleep } from 'node:timers/promises';
import {
  firstFees,
  type L1Prices,
  L1RequestWithdrawnError,
  L1TransactionRefusedError,
  type L1Waiting,
  L1WaitAbortedError,
  MAX_CALLDATA_BYTES,
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
import { L1FeedService } from '../l1/l1-feed.service.js';
import {
  appendBatchData,
  BLOB_BATCH_GAS,
  type L1Anchor,
  leastCost,
  type PreparedBatch,
  prepareBatch,
  useBlobs,
} from './batch-call.js';
import { Backlog, type BacklogSize } from './backlog.js';
import { termsOf } from './batch-terms.js';
import { isTooOld, planBatch, type PlannerPolicy, whyLate } from './batch-planner.js';
import type { Funds } from './funds.js';
import { Landing } from './landing.js';
import { PosterFundsError } from './poster.errors.js';
import { POSTER_PARTS, type PosterParts } from './poster.tokens.js';
import { PostingWatch, type WindowLevel } from './posting-watch.js';
import type { UnpostedBlock } from './unposted-block.js';
import { PollingLoop } from '../workers/polling-loop.js';

/** Payload that fits calldata, 31 bytes a word. */
const CALLDATA_PAYLOAD_BYTES = (MAX_CALLDATA_BYTES / 32) * 31;
const LOOP_MILLISECONDS = 250;
const PAUSE_AFTER_FAILURE_MILLISECONDS = 2_000;

/** Puts sealed blocks on L1 in batches, and learns from L1 which blocks are there. */
@Injectable()
export class PosterService {
  private readonly logger = new Logger('Poster');
  private readonly loop = new PollingLoop({
    ready: () => this.l1.synced,
    step: () => this.step(),
    failed: (error) => this.report(error),
  });
  private readonly blocks: Backlog;
  private readonly landing: Landing;
  private readonly watch: PostingWatch;
  private pressed = false;
  private flushing = false;
  private watching: Promise<void> | undefined;

  constructor(
    @Inject(POSTER_PARTS) private readonly parts: PosterParts,
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
  ) {
    this.blocks = new Backlog(parts, () => chain.heads());
    this.watch = new PostingWatch(parts, { oldest: () => this.blocks.size.oldest, now: () => this.now() });
    const paid = (wei: bigint, time: bigint) => this.watch.paid(wei, time);
    this.landing = new Landing(parts, chain, l1, this.blocks, this.loop.signal, paid);
    chain.onBlock((block) => this.pressing(this.blocks.add(block)));
    chain.addPressure(() => this.pressed);
    chain.onReorg(async (number) => this.blocks.dropAbove(number));
    l1.setListener({
      item: (item) => this.pressing(this.landing.item(item)),
      reorg: (firstItem, firstMessage) => this.landing.reorg(firstItem, firstMessage),
    });
  }

  /** Blocks that are not on L1, and the bytes they take there. */
  get backlog(): BacklogSize {
    return this.blocks.size;
  }

  /** Balance as of the last look, and what it should be. */
  get funds(): Funds | undefined {
    return this.watch.funds;
  }

  /** Share of the sequencing window that the oldest block not on L1 has used, and whether somebody must be called. */
  get window(): { readonly used: number; readonly level: WindowLevel } {
    return { used: this.watch.windowUsed, level: this.watch.level };
  }

  /** Asked for every transaction, so it is worked out only when the backlog changes. */
  private async pressing(change: Promise<void>): Promise<void> {
    await change;
    this.pressed = this.blocks.full;
  }

  /** Starts posting once L1 has been read up to its head: until then it is not known what is there already. */
  start(): void {
    if (!this.parts.config.enabled) return;
    if (this.parts.config.data !== 'calldata') this.parts.bundler.warm();
    this.loop.start();
    this.watching = this.watch.run(this.loop.signal);
  }

  /** Posts what waits, whatever its size. Returns when it is on L1 or the signal aborts. */
  private async flush(signal: AbortSignal): Promise<void> {
    this.flushing = true;
    while (!signal.aborted && this.blocks.waiting().length > 0)
      await sleep(50, undefined, { signal }).catch(() => undefined);
    this.flushing = false;
  }

  /** Stops posting; with `flushOnStop` what is sealed goes to L1 before. */
  async stop(): Promise<void> {
    const { enabled, flushOnStop, flushSeconds } = this.parts.config;
    if (enabled && flushOnStop) await this.flush(AbortSignal.timeout(flushSeconds * 1_000));
    await Promise.all([this.loop.stop(), this.watching]);
    await this.parts.bundler.close();
  }

  /** Posts the next batch if one is due. Returns the pause before the next look, in milliseconds. */
  private async step(): Promise<number> {
    const barred = this.chain.unsound ?? this.landing.stopReason;
    if (this.blocks.waiting().length === 0 || barred !== undefined) return LOOP_MILLISECONDS;
    await this.untilSentAreSeen();
    const waiting = this.blocks.waiting();
    // Until L1 and this node agree on the block before, the landing of an item is under way.
    if (waiting[0]?.parentHash !== this.parts.ledger.latest.headerHash) return LOOP_MILLISECONDS;
    const now = await this.nextTime();
    const waits = await this.parts.account.waiting();
    const batch = planBatch(waiting, now, this.policy(waits), (index) => this.l1.messageTime(index), this.flushing);
    if (batch.length === 0) return this.parts.pollMilliseconds;
    if (await this.remadeIfTooOld(batch[0]!, now)) return LOOP_MILLISECONDS;
    await this.post(batch, waits);
    return LOOP_MILLISECONDS;
  }

  /** `waits`: a batch that was given up and may still be included; only one of its own kind takes its place. */
  private async post(blocks: readonly UnpostedBlock[], waits: L1Waiting | undefined): Promise<void> {
    const { account, bundler, record, source, inbox } = this.parts;
    const prices = await readPrices(source);
    const blobs = waits?.blobs ?? this.inBlobs(blocks, prices);
    const prepared = await prepareBatch(blocks, blobs, (payload) => bundler.bundle(payload));
    await this.requireFunds(prepared, prices);
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
      terms: termsOf(blocks),
      transactions: [],
    };
    const request = {
      what,
      to: inbox,
      data,
      value: 0n,
      withdrawn: () => this.whyGivenUp(blocks),
      ...(prepared.blobs && { blobs: prepared.blobs, gas: BLOB_BATCH_GAS }),
    };
    const receipt = await account.transact(request, ({ hash }) => record.intend(intent, hash), this.loop.signal);
    this.logger.log({ event: 'batch_posted', what, hash: receipt.hash, blobs, bytes: prepared.payload.length });
    await this.untilSeen(receipt.hash);
  }

  private inBlobs(blocks: readonly UnpostedBlock[], prices: L1Prices): boolean {
    const size = blocks.reduce((sum, { encoded }) => sum + encoded.length, 1);
    return useBlobs(size, this.parts.config.data, prices);
  }

  /** Why a batch must not be sent again: L1 would make something else of it by now. Where it is included nevertheless, that is derived. */
  private async whyGivenUp(blocks: readonly UnpostedBlock[]): Promise<string | undefined> {
    const { headerHash } = this.parts.ledger.latest;
    const [first, last] = [blocks[0]!, blocks.at(-1)!];
    const barred = this.chain.unsound ?? this.landing.stopReason;
    if (barred !== undefined || headerHash === last.hash) return barred;
    if (headerHash !== first.parentHash) return 'L1 has another block before it';
    if (this.blocks.contradicts({ last: last.number, lastHash: last.hash })) return 'its blocks were undone';
    return whyLate(blocks, await this.nextTime(), (index) => this.l1.messageTime(index));
  }

  /** Time of L1's next block as far as it can be known, seconds. */
  private async nextTime(): Promise<bigint> {
    return (await readNextTime(this.parts.source)) ?? this.now();
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
    while (!this.loop.signal.aborted && !this.landing.has(transaction)) {
      await sleep(this.parts.pollMilliseconds, undefined, { signal: this.loop.signal }).catch(() => undefined);
      if ((await readReceipt(this.parts.source, transaction)) === undefined) return;
    }
  }

  /**
   * A batch that an earlier life sent, or that was included at its last moment, may be on L1 with too few confirmations to have been read:
   * its blocks wait here, but must not be posted again.
   */
  private async untilSentAreSeen(): Promise<void> {
    const { record, source } = this.parts;
    const { safe } = this.chain.heads();
    const sent = record.batches.filter(({ last }) => last > safe).flatMap(({ transactions }) => transactions);
    for (const transaction of sent.filter((hash) => !this.landing.has(hash)))
      if ((await readReceipt(source, transaction))?.succeeded) await this.untilSeen(transaction);
  }

  /** Blocks that L1 would date differently are undone; their transactions go into new blocks with a fresh time. */
  private async remadeIfTooOld(first: UnpostedBlock, now: bigint): Promise<boolean> {
    if (!isTooOld(first, now)) return false;
    await this.l1.remake(first.number, 'the block is too old for its item');
    return true;
  }

  /** A transaction that cannot be paid would be tried at ever higher fees. Throws PosterFundsError. */
  private async requireFunds(batch: PreparedBatch, prices: L1Prices): Promise<void> {
    const needed = leastCost(batch, firstFees(prices, this.parts.feeLimits));
    const { balance } = await this.watch.checkFunds();
    if (balance < needed) throw new PosterFundsError(this.parts.account.address, balance, needed);
  }

  private policy(waits: L1Waiting | undefined): PlannerPolicy {
    const { intervalSeconds, targetBytes, maxBlobs, clockMarginSeconds } = this.parts.config;
    const maxBytes = waits?.blobs === false ? CALLDATA_PAYLOAD_BYTES : maxBlobs * PAYLOAD_BYTES_PER_BLOB;
    return { intervalSeconds, targetBytes, clockMarginSeconds, maxBytes };
  }

  private now(): bigint {
    const wall = BigInt(Math.floor(Date.now() / 1_000));
    const l1 = this.l1.status.block?.timestamp ?? 0n;
    return wall > l1 ? wall : l1;
  }

  private report(error: unknown): number {
    if (error instanceof L1WaitAbortedError) return 0;
    if (error instanceof L1RequestWithdrawnError) {
      this.logger.warn({ event: 'batch_given_up', reason: error.message });
      return LOOP_MILLISECONDS;
    }
    this.parts.onError();
    this.logger.error({
      event: eventOf(error),
      reason: error instanceof Error ? error.message : String(error),
    });
    return PAUSE_AFTER_FAILURE_MILLISECONDS;
  }
}

function eventOf(error: unknown): string {
  if (error instanceof PosterFundsError) return 'poster_cannot_pay';
  return error instanceof L1TransactionRefusedError ? 'batch_refused' : 'posting_failed';
}
