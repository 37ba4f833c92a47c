import { referenceAddress } from '@metachain/program';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import { L1Liveness } from '../lifecycle/l1-liveness.js';
import { PosterService } from '../poster/poster.service.js';
import { MetricsService } from './metrics.service.js';

const SAMPLE_MILLISECONDS = 1_000;
const TOKEN_KIND = 1n;

/** Brings the state of the services into the metrics, once a second and with every block. */
@Injectable()
export class MetricsFeedService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private consumed = 0n;
  private newest = 0n;

  constructor(
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
    @Inject(PosterService) private readonly poster: PosterService,
    @Inject(L1Liveness) private readonly liveness: L1Liveness,
  ) {
    chain.onBlock(async ({ block, recorded }) => {
      metrics.sealedBlocks.inc();
      metrics.transactionsSequenced.inc(recorded.length);
      metrics.refsTime.set({ layer: 'l2', type: 'unsafe' }, Number(block.timestamp));
      metrics.refsLatency.set(
        { layer: 'l2', type: 'unsafe' },
        Math.max(0, Date.now() / 1_000 - Number(block.timestamp)),
      );
      this.consumed = block.delayedConsumed;
      this.newest = block.number;
    });
    chain.onDropped(() => metrics.transactionsDropped.inc());
    chain.onReorg(async (number) => {
      metrics.softBlocksUndone.inc(Math.max(0, Number(this.newest - number)));
      this.newest = number;
    });
  }

  onApplicationBootstrap(): void {
    this.metrics.up.set(1);
    this.timer = setInterval(() => this.sample(), SAMPLE_MILLISECONDS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const { metrics } = this;
    const { soft, safe, final } = this.chain.heads();
    const names = { unsafe: soft, safe, finalized: final };
    for (const [type, number] of Object.entries(names)) metrics.refsNumber.set({ layer: 'l2', type }, Number(number));
    const { block, heads } = this.l1.status;
    for (const [type, number] of Object.entries(heads)) metrics.refsNumber.set({ layer: 'l1', type }, Number(number));
    if (block) metrics.refsTime.set({ layer: 'l1', type: 'origin' }, Number(block.timestamp));
    for (const tag of ['safe', 'finalized'] as const)
      metrics.l1HeadDoubtful.set({ tag }, this.l1.doubts.has(tag) ? 1 : 0);
    // Readiness may be asked by nobody.
    void this.liveness.probe();
    metrics.l1Silence.set(this.liveness.silence / 1_000);
    const { transactions, blocks } = this.chain.load();
    metrics.intakeTransactions.set(transactions);
    metrics.indexBacklog.set(blocks);
    metrics.unsafePayloads.set(blocks);
    for (const [worker, length] of Object.entries(this.chain.queues())) metrics.workerQueue.set({ worker }, length);
    this.sampleValue();
    this.samplePosting();
  }

  /** Liquidity tokens are as many as pools: they are shown where something is wrong. */
  private sampleValue(): void {
    for (const [token, delta] of this.chain.valueDeltas())
      if (delta !== 0n || token >> 32n === TOKEN_KIND)
        this.metrics.valueConservation.set({ token: referenceAddress(token) }, Number(delta));
  }

  private samplePosting(): void {
    const { blocks, bytes } = this.poster.backlog;
    this.metrics.batcherBlocks.set(blocks);
    this.metrics.batcherBytes.set(bytes);
    const now = Date.now() / 1_000;
    this.metrics.windowUsed.set(this.poster.window.used);
    const waiting = this.l1.messageTime(this.consumed);
    this.metrics.forcedQueueOldest.set(waiting === undefined ? 0 : Math.max(0, now - Number(waiting)));
  }
}
