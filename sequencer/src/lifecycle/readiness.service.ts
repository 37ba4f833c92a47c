import { Inject, Injectable } from '@nestjs/common';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import { L1FeedService } from '../l1/l1-feed.service.js';
import { ProposerService } from '../proposer/proposer.service.js';
import { describeFunds } from '../poster/funds.js';
import { PosterService } from '../poster/poster.service.js';
import { L1Liveness } from './l1-liveness.js';
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

/** Blocks that may wait for the index before clients are sent elsewhere. */
const INDEX_LAG_BLOCKS = 10;

/** Whether the node should get traffic, and why not. */
@Injectable()
export class ReadinessService {
  private draining = false;

  constructor(
    @Inject(CHAIN) private readonly chain: ChainService,
    @Inject(L1FeedService) private readonly l1: L1FeedService,
    @Inject(PosterService) private readonly poster: PosterService,
    @Inject(ProposerService) private readonly proposer: ProposerService,
    @Inject(L1Liveness) private readonly liveness: L1Liveness,
    @Inject(ProcessHealth) private readonly process: ProcessHealth,
  ) {}

  /** The node is about to stop: load balancers send their traffic elsewhere. */
  drain(): void {
    this.draining = true;
  }

  async readiness(): Promise<Readiness> {
    await this.liveness.probe();
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
    const silence = Math.round(this.liveness.silence / 1_000);
    const doubts = [...this.l1.doubts].map(([tag, doubt]) => `, ${tag} is ${doubt} (held at the last good value)`);
    const detail = fatal ?? `block ${block?.number ?? 'unknown'}, last answer ${silence} s ago${doubts.join('')}`;
    return { ok: fatal === undefined && this.liveness.alive, detail };
  }

  /** Blocks that wait too long are made anew, so users should be told nothing more; an account that runs dry is no reason yet. */
  private posterHealth(): DependencyHealth {
    const { blocks, bytes } = this.poster.backlog;
    const { used, level } = this.poster.window;
    const window = level === 'normal' ? '' : ` (${level})`;
    const backlog = `${blocks} blocks, ${bytes} bytes not on L1`;
    const detail = `${backlog}; ${Math.round(used * 100)} % of the sequencing window used${window}; ${describeFunds(this.poster.funds)}`;
    // After a long absence everything is old: users are not let in yet, and what is too old is made anew once L1 has been read.
    return { ok: level !== 'alarm' || !this.l1.status.synced, detail };
  }

  /** A checker that lags or is away holds assertions back, no users; one that disagrees says that the state itself may be wrong. */
  private proposerHealth(): DependencyHealth {
    const { disagreement, detail } = this.proposer.verdict;
    const { defender } = this.proposer;
    return { ok: !disagreement, detail: [`cross-check: ${detail}`, ...(defender ? [defender] : [])].join('; ') };
  }
}
