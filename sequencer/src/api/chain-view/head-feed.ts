import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout } from 'node:timers/promises';
import { CHAIN } from '../../chain/chain.token.js';
import type { Chain, ChainBlock } from '../../chain/chain.types.js';

type BlockListener = (block: ChainBlock) => void;
type ReorgListener = (above: number) => void;

/** How often and how long (milliseconds) to look whether the chain made a sealed block its head. */
const INTERVAL_MS = 2;
const PATIENCE_MS = 30_000;

/**
 * Announces blocks after they became visible. The chain calls its listeners before it moves its head, so that the index is never behind;
 * a subscriber who is told earlier could ask for a block that "latest" does not include yet.
 */
@Injectable()
export class HeadFeed {
  private readonly logger = new Logger(HeadFeed.name);
  private readonly blocks = new Set<BlockListener>();
  private readonly reorgs = new Set<ReorgListener>();
  /** Counts reorgs: a block that waits to be announced when one comes is announced no more. */
  private branch = 0;

  constructor(@Inject(CHAIN) private readonly chain: Chain) {
    chain.onBlock(async (block) => {
      if (this.blocks.size > 0) void this.announce(block);
    });
    chain.onReorg(async (above) => {
      this.branch++;
      this.reorgs.forEach((listener) => listener(Number(above)));
    });
  }

  /** Returns the function that ends the subscription. */
  onBlock(listener: BlockListener): () => void {
    this.blocks.add(listener);
    return () => this.blocks.delete(listener);
  }

  /** Blocks above the given one were undone. */
  onReorg(listener: ReorgListener): () => void {
    this.reorgs.add(listener);
    return () => this.reorgs.delete(listener);
  }

  private async announce(block: ChainBlock): Promise<void> {
    const { branch } = this;
    for (let waited = 0; this.chain.heads().soft < block.block.number; waited += INTERVAL_MS) {
      if (waited >= PATIENCE_MS)
        return this.logger.warn(`block ${block.block.number} was sealed but did not become the head`);
      await setTimeout(INTERVAL_MS);
      if (this.branch !== branch) return;
    }
    for (const listener of this.blocks) listener(block);
  }
}
