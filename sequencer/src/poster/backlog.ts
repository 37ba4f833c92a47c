import type { Hex } from 'viem';
import type { ChainBlock, Heads } from '../chain/chain.types.js';
import { NOBODY } from '../engine/nobody.js';
import type { PosterParts } from './poster.tokens.js';
import type { PostedBatch } from './posting-record.js';
import { toUnposted, type UnpostedBlock } from './unposted-block.js';

/** What waits: how many blocks, the bytes they take on L1, and the time of the oldest in seconds. */
export interface BacklogSize {
  readonly blocks: number;
  readonly bytes: number;
  readonly oldest: bigint | undefined;
}

interface Kept {
  readonly hash: Hex;
  /** Undefined where nobody signs the block: L1 forced it. */
  readonly block: UnpostedBlock | undefined;
}

/** Sealed blocks that are not on L1, and those on it that a reorganisation of L1 can still bring back. */
export class Backlog {
  /** By number, in order. */
  private readonly kept = new Map<bigint, Kept>();

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
    const blocks: UnpostedBlock[] = [];
    for (const { block } of this.kept.values()) if (block && block.number > safe) blocks.push(block);
    return blocks;
  }

  /** A block that is kept, if somebody signed it. */
  at(number: bigint): UnpostedBlock | undefined {
    return this.kept.get(number)?.block;
  }

  /** Whether the node has other blocks than these, or none, at their numbers. What is settled is taken on trust. */
  contradicts({ last, lastHash }: Pick<PostedBatch, 'last' | 'lastHash'>): boolean {
    const kept = this.kept.get(last);
    return kept === undefined ? last > this.heads().soft : kept.hash !== lastHash;
  }

  /** Signs and keeps a sealed block, unless it needs no posting. */
  async add(block: ChainBlock): Promise<void> {
    const { number, hash } = block.block;
    if (number <= this.parts.record.safe && number <= this.heads().safe) return;
    if (this.kept.get(number)?.hash === hash) return;
    this.dropAbove(number - 1n);
    const signed = block.context.producer !== NOBODY;
    this.kept.set(number, { hash, block: signed ? await toUnposted(block, this.parts.sign) : undefined });
  }

  dropAbove(number: bigint): void {
    for (const known of this.kept.keys()) if (known > number) this.kept.delete(known);
  }

  /** Forgets blocks up to one that no permitted reorganisation can bring back. */
  settle(last: bigint): void {
    for (const known of this.kept.keys()) if (known <= last) this.kept.delete(known);
  }
}
