import type { InboxItem } from '@metachain/bridge';
import type { Heads, ChainBlock } from '../chain/chain.types.js';
import { NOBODY } from '../engine/block-builder.js';
import type { PosterParts } from './poster.tokens.js';
import type { PostedBatch } from './posting-record.js';
import { toUnposted, type UnpostedBlock } from './unposted-block.js';

/** What waits: how many blocks, the bytes they take on L1, and the time of the oldest in seconds. */
export interface BacklogSize {
  readonly blocks: number;
  readonly bytes: number;
  readonly oldest: bigint | undefined;
}

/** Sealed blocks that are not on L1, and those on it that a reorganisation of L1 can still bring back. */
export class Backlog {
  private blocks: UnpostedBlock[] = [];

  constructor(
    private readonly parts: Pick<PosterParts, 'config' | 'record' | 'sign'>,
    private readonly heads: () => Heads,
  ) {}

  get size(): BacklogSize {
    const waiting = this.waiting();
    const bytes = waiting.reduce((sum, { encoded }) => sum + encoded.length, 0);
    return { blocks: waiting.length, bytes, oldest: waiting[0]?.context.timestamp };
  }

  /** More waits than is configured: users are asked to come back later. */
  get full(): boolean {
    return this.parts.config.enabled && this.size.bytes > this.parts.config.maxBacklogBytes;
  }

  /** Blocks that are not on L1, in order. */
  waiting(): readonly UnpostedBlock[] {
    const { safe } = this.heads();
    return this.blocks.filter(({ number }) => number > safe);
  }

  /** Signs and keeps a sealed block, unless it needs no posting. */
  async add(block: ChainBlock): Promise<void> {
    const number = block.block.number;
    if (number <= this.parts.record.safe && number <= this.heads().safe) return;
    // A block that L1 forced is on L1 already, and nobody signs it.
    if (block.context.producer === NOBODY) return;
    if (this.blocks.some((known) => known.hash === block.block.hash)) return;
    this.blocks.push(await toUnposted(block, this.parts.sign));
  }

  dropAbove(number: bigint): void {
    this.blocks = this.blocks.filter((block) => block.number <= number);
  }

  /** Forgets blocks up to one that no permitted reorganisation can bring back. */
  settle(last: bigint): void {
    this.blocks = this.blocks.filter(({ number }) => number > last);
  }

  /** The first block of a batch that is later than the item that brought it. */
  laterThan(item: InboxItem, { first, last }: PostedBatch): UnpostedBlock | undefined {
    return this.blocks.find(
      ({ number, context }) => number >= first && number <= last && context.timestamp > item.timestamp,
    );
  }
}
