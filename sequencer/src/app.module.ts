import { type DynamicModule, Module } from '@nestjs/common';
import { ApiModule } from './api/api.module.js';
import type { ApiOptions } from './api/api.options.js';
import { ChainModule } from './chain/chain.module.js';
import { IndexModule } from './index/index.module.js';
import { L1FeedService } from './l1/l1-feed.service.js';
import { L1_PARTS } from './l1/l1.tokens.js';
import { HealthController } from './lifecycle/health.controller.js';
import { L1Liveness } from './lifecycle/l1-liveness.js';
import type { NodeParts } from './lifecycle/node-parts.js';
import { NodeService } from './lifecycle/node.service.js';
import { ProcessHealth } from './lifecycle/process-health.js';
import { ReadinessService } from './lifecycle/readiness.service.js';
import { MetricsFeedService } from './metrics/metrics-feed.service.js';
import { MetricsService } from './metrics/metrics.service.js';
import { PosterService } from './poster/poster.service.js';
import { POSTER_PARTS } from './poster/poster.tokens.js';
import { ProofKeeperService } from './proofs/proof-keeper.service.js';
import { PROOF_PARTS } from './proofs/proof.tokens.js';
import { ProposerService } from './proposer/proposer.service.js';
import { PROPOSER_PARTS } from './proposer/proposer.tokens.js';

/** What the application is put together from. */
export interface AppOptions {
  readonly parts: NodeParts;
  readonly metrics: MetricsService;
  readonly indexUrl: string;
  readonly api: ApiOptions;
  /** Health and metrics are served on the public port. */
  readonly health: boolean;
}

/** The whole node: chain, index, public surface, L1 side, health. */
@Module({})
export class AppModule {
  static forRoot({ parts, metrics, indexUrl, api, health }: AppOptions): DynamicModule {
    const chain = ChainModule.forRoot(parts.chain);
    const index = IndexModule.forRoot({ url: indexUrl, imports: [chain] });
    return {
      module: AppModule,
      imports: [chain, index, ApiModule.forRoot({ options: api, imports: [chain, index] })],
      controllers: health ? [HealthController] : [],
      providers: [
        { provide: MetricsService, useValue: metrics },
        { provide: L1_PARTS, useValue: parts.l1 },
        { provide: POSTER_PARTS, useValue: parts.poster },
        { provide: PROPOSER_PARTS, useValue: parts.proposer },
        { provide: PROOF_PARTS, useValue: parts.proofs },
        L1FeedService,
        PosterService,
        ProposerService,
        ProofKeeperService,
        {
          provide: L1Liveness,
          inject: [L1FeedService],
          useFactory: (l1: L1FeedService) => new L1Liveness(l1, parts.l1.silenceMilliseconds),
        },
        { provide: ProcessHealth, useFactory: () => new ProcessHealth() },
        ReadinessService,
        MetricsFeedService,
        NodeService,
      ],
    };
  }
}
