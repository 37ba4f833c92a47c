import type { L1Block, L1Heads, L1Source, L1Watcher } from '@metachain/bridge';

/** L1 blocks whose header is kept: heads are asked for again and again. */
const REMEMBERED = 64;

/** What the API tells of L1. */
export interface L1View {
  /** Newest block of a level of certainty; undefined while L1 does not answer or has none. */
  head(level: keyof L1Heads): Promise<L1Block | undefined>;
}

/** Heads of L1 as the watcher knows them, with their hashes. */
export class WatchedL1View implements L1View {
  private readonly blocks = new Map<bigint, L1Block>();

  constructor(
    private readonly source: Pick<L1Source, 'agreedBlock'>,
    private readonly watcher: Pick<L1Watcher, 'heads'>,
  ) {}

  async head(level: keyof L1Heads): Promise<L1Block | undefined> {
    const number = this.watcher.heads[level];
    // The newest blocks may still be replaced by others with the same number.
    const known = level === 'latest' ? undefined : this.blocks.get(number);
    const block = known ?? (await this.source.agreedBlock(number).catch(() => undefined));
    if (block !== undefined) this.remember(block);
    return block;
  }

  private remember(block: L1Block): void {
    this.blocks.delete(block.number);
    this.blocks.set(block.number, block);
    const [oldest] = this.blocks.keys();
    if (this.blocks.size > REMEMBERED && oldest !== undefined) this.blocks.delete(oldest);
  }
}
