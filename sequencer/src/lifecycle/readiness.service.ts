import { Inject, Injectable } from '@nestjs/common';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import { ProposerService } from '../proposer/proposer.service.js';
import { PosterService } from '../poster/poster.service.js';
import { ProcessHealth } from './process-health.js';

/** State of one thing the node depends on. */
export interface DependencyHealth {
  readonly ok: boolean;
  readonly detail: string;
}

/** Answer of /readyz. */
export interface Readiness {
  readonly status: 'ready' | 'syncing' | 'unavailable';
  readonly head: string;
  readonly safe: string;
  readonly final: string;
  readonly dependencies: Readonly<Record<string, DependencyHealth>>;
}

/** L1 must have answered within this time, milliseconds. */
const L1_SILENCE_MILLISECONDS = 60_000;
const PROBE_MILLISECONDS = 5_000;
/** Blocks that may wait for the index before clients are sent elsewhere. */
const INDEX_LAG_BLOCKS = 10;

/** Whether the node should get traffic, and why not. */
@Injectable()
export class ReadinessService {
  private lastAnswer = Date.now();
  private lastProbe = 0;
  private draining = false;

  constructor(
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
    @Inject(PosterService) private readonly poster: PosterService,
    @Inject(ProposerService) private readonly proposer: ProposerService,
    @Inject(ProcessHealth) private readonly process: ProcessHealth,
  ) {}

  /** The node is about to stop: load balancers send their traffic elsewhere. */
  drain(): void {
    this.draining = true;
  }

  async readiness(): Promise<Readiness> {
    await this.probeL1();
    const dependencies = {
      journal: this.journal(),
      index: this.index(),
      l1: this.l1Health(),
      poster: this.posterHealth(),
      proposer: this.proposerHealth(),
      process: this.process.state(),
    };
    const { soft, safe, final } = this.chain.heads();
    const broken = this.draining || Object.values(dependencies).some(({ ok }) => !ok);
    const status = broken ? 'unavailable' : this.l1.status.synced ? 'ready' : 'syncing';
    return { status, head: soft.toString(), safe: safe.toString(), final: final.toString(), dependencies };
  }

  private async probeL1(): Promise<void> {
    if (Date.now() - this.lastProbe < PROBE_MILLISECONDS) return;
    this.lastProbe = Date.now();
    await this.l1.probe().then(
      () => (this.lastAnswer = Date.now()),
      () => undefined,
    );
  }

  private journal(): DependencyHealth {
    const { halted } = this.chain;
    return { ok: halted === undefined, detail: halted ?? 'accepting transactions' };
  }

  private index(): DependencyHealth {
    const { blocks } = this.chain.load();
    return { ok: blocks < INDEX_LAG_BLOCKS, detail: `${blocks} blocks behind` };
  }

  private l1Health(): DependencyHealth {
    const { fatal, block } = this.l1.status;
    const silence = Date.now() - this.lastAnswer;
    const detail = fatal ?? `block ${block?.number ?? 'unknown'}, last answer ${Math.round(silence / 1_000)} s ago`;
    return { ok: fatal === undefined && silence < L1_SILENCE_MILLISECONDS, detail };
  }

  private posterHealth(): DependencyHealth {
    const { blocks, bytes } = this.poster.backlog;
    return { ok: true, detail: `${blocks} blocks, ${bytes} bytes not on L1` };
  }

  /** A checker that lags or is away holds assertions back, no users; one that disagrees says that the state itself may be wrong. */
  private proposerHealth(): DependencyHealth {
    const { disagreement, detail } = this.proposer.verdict;
    const { defender } = this.proposer;
    return { ok: !disagreement, detail: [`cross-check: ${detail}`, ...(defender ? [defender] : [])].join('; ') };
  }
}
