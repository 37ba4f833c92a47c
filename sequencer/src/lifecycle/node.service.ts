import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CHAIN_PARTS } from '../chain/chain.tokens.js';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainParts, ChainService } from '../chain/chain.service.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import { PosterService } from '../poster/poster.service.js';
import { ProofKeeperService } from '../proofs/proof-keeper.service.js';
import { ProposerService } from '../proposer/proposer.service.js';
import { ReadinessService } from './readiness.service.js';

/** Starts the services in order and stops them in reverse. */
@Injectable()
export class NodeService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Node');

  constructor(
    @Inject(CHAIN_PARTS) private readonly parts: ChainParts,
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
    @Inject(PosterService) private readonly poster: PosterService,
    @Inject(ProposerService) private readonly proposer: ProposerService,
    @Inject(ProofKeeperService) private readonly proofs: ProofKeeperService,
    @Inject(ReadinessService) private readonly readiness: ReadinessService,
  ) {}

  /** Everybody has registered with the chain by now. Users are let in once L1 has been read up to its head. */
  async onApplicationBootstrap(): Promise<void> {
    await this.chain.start();
    this.l1.start();
    this.poster.start();
    this.proposer.start();
    this.proofs.start();
    void this.l1.synced.then(() => this.chain.open()).catch((error: unknown) => this.chain.halt(String(error)));
  }

  /** Drains: no new transactions, the open block sealed, journalled and indexed, L1 work left at a safe place. */
  async drain(): Promise<void> {
    this.readiness.drain();
    await this.chain.closeIntake('the node is stopping');
    await this.proposer.stop();
    await this.proofs.stop();
    await this.parts.engine.stop();
    await this.chain.drained();
    await this.poster.stop();
    await this.l1.stop();
    await this.parts.engine.close();
    await Promise.all([this.parts.queries.close(), this.parts.signatures.close()]);
    this.logger.log({ event: 'drained', head: this.chain.heads().soft.toString() });
  }
}
