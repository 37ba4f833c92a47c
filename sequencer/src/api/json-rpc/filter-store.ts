import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Hex } from 'viem';
import { API_OPTIONS, type ApiLimits, type ApiOptions } from '../api.options.js';
import { BlockSource } from '../chain-view/block-source.js';
import { HeadFeed } from '../chain-view/head-feed.js';
import { PendingFeed } from '../chain-view/pending-feed.js';
import { ClientCounts } from '../http/client-counts.js';
import type { LogFilter } from './log-filter.js';
import { limitExceeded, serverError } from './rpc.errors.js';

/** Hashes a pending filter keeps for a client that polls slowly. */
const MAXIMUM_PENDING = 10_000;

interface Common {
  readonly client: string;
  expires: number;
}

/** `next`: first block that was not reported yet. */
export type Filter = Common &
  (
    | { readonly kind: 'logs'; readonly filter: LogFilter; next: number }
    | { readonly kind: 'blocks'; next: number }
    | { readonly kind: 'pending'; hashes: Hex[]; readonly stop: () => void }
  );

/**
 * Filters of eth_newFilter and its kin, in memory: a restart forgets them. They expire when they are not polled, and their number is bounded
 * per client and in all.
 */
@Injectable()
export class FilterStore implements OnModuleDestroy {
  private readonly filters = new Map<string, Filter>();
  private readonly perClient = new ClientCounts();
  private readonly limits: ApiLimits;
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(PendingFeed) private readonly pending: PendingFeed,
    @Inject(HeadFeed) feed: HeadFeed,
    @Inject(API_OPTIONS) options: ApiOptions,
  ) {
    this.limits = options.limits;
    this.sweeper = setInterval(() => this.sweep(), Math.max(1_000, this.limits.filterLifetimeMs / 10)).unref();
    feed.onReorg((above) => this.rewind(above));
  }

  addLogs(client: string, filter: LogFilter): string {
    return this.add({ kind: 'logs', client, filter, next: this.blocks.head + 1, expires: this.lease() });
  }

  addBlocks(client: string): string {
    return this.add({ kind: 'blocks', client, next: this.blocks.head + 1, expires: this.lease() });
  }

  addPending(client: string): string {
    const filter: Filter & { kind: 'pending' } = {
      kind: 'pending',
      client,
      hashes: [],
      expires: this.lease(),
      stop: this.pending.listen((hashes) => {
        filter.hashes = [...filter.hashes, ...hashes].slice(-MAXIMUM_PENDING);
      }),
    };
    return this.add(filter);
  }

  /** The filter, with its lease renewed. Fails with `filter not found`, in geth's words, at which viem creates it again. */
  get(id: string): Filter {
    const filter = this.filters.get(id);
    if (!filter || filter.expires < Date.now()) throw serverError('filter not found');
    filter.expires = this.lease();
    return filter;
  }

  remove(id: string): boolean {
    const filter = this.filters.get(id);
    if (!filter) return false;
    if (filter.kind === 'pending') filter.stop();
    this.filters.delete(id);
    this.perClient.remove(filter.client);
    return true;
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeper);
    for (const id of [...this.filters.keys()]) this.remove(id);
  }

  private add(filter: Filter): string {
    this.sweep();
    if (
      this.perClient.of(filter.client) >= this.limits.filtersPerClient ||
      this.filters.size >= this.limits.filtersTotal
    ) {
      if (filter.kind === 'pending') filter.stop();
      throw limitExceeded(`too many filters: at most ${this.limits.filtersPerClient} for a client`);
    }
    const id = `0x${randomBytes(16).toString('hex')}`;
    this.filters.set(id, filter);
    this.perClient.add(filter.client);
    return id;
  }

  /** Blocks after an undone one are reported again when they come anew. */
  private rewind(above: number): void {
    for (const filter of this.filters.values()) {
      if (filter.kind !== 'pending') filter.next = Math.min(filter.next, above + 1);
    }
  }

  private sweep(): void {
    const now = Date.now();
    for (const [id, filter] of this.filters) if (filter.expires < now) this.remove(id);
  }

  private lease(): number {
    return Date.now() + this.limits.filterLifetimeMs;
  }
}
