import pRetry from 'p-retry';
import type { EngineBlock } from '../engine/engine.types.js';
import { toChainBlock } from './chain-block.js';
import type { ChainBlock } from './chain.types.js';

/** What the feed does with a block that every listener has taken. */
export interface FeedSteps {
  /** Before the listeners: query workers learn the block, so that it can be asked for as soon as it is visible. */
  replicate(block: EngineBlock): Promise<void>;
  /** After the listeners: the block becomes the head. */
  visible(block: ChainBlock): void;
  /** A listener failed for good; nothing moves any more. */
  failed(error: Error): void;
}

const RETRIES = 8;

/** Hands blocks and reorgs to the listeners one after another. A listener that fails is tried again: commits are idempotent. */
export class BlockFeed {
  private readonly blockListeners: ((block: ChainBlock) => Promise<void>)[] = [];
  private readonly reorgListeners: ((number: bigint) => Promise<void>)[] = [];
  private tail: Promise<void> = Promise.resolve();
  private waiting = 0;
  private opened!: () => void;
  private broken = false;

  constructor(private readonly steps: FeedSteps) {
    this.tail = new Promise((resolve) => (this.opened = resolve));
  }

  /** Blocks that the listeners have not taken yet. */
  get backlog(): number {
    return this.waiting;
  }

  onBlock(listener: (block: ChainBlock) => Promise<void>): void {
    this.blockListeners.push(listener);
  }

  onReorg(listener: (number: bigint) => Promise<void>): void {
    this.reorgListeners.push(listener);
  }

  /** Until now everything was held back, so that listeners could register. */
  open(): void {
    this.opened();
  }

  block(block: EngineBlock): void {
    this.enqueue(async () => {
      const chainBlock = toChainBlock(block);
      await this.steps.replicate(block);
      for (const listener of this.blockListeners) await patiently(() => listener(chainBlock));
      this.steps.visible(chainBlock);
    });
  }

  reorg(number: bigint, before: () => Promise<void>): void {
    this.enqueue(async () => {
      await before();
      for (const listener of this.reorgListeners) await patiently(() => listener(number));
    });
  }

  /** Resolves when everything handed in so far was taken. */
  async drained(): Promise<void> {
    await this.tail;
  }

  private enqueue(work: () => Promise<void>): void {
    this.waiting += 1;
    this.tail = this.tail.then(async () => {
      try {
        if (!this.broken) await work();
      } catch (error) {
        this.broken = true;
        this.steps.failed(error instanceof Error ? error : new TypeError(String(error)));
      } finally {
        this.waiting -= 1;
      }
    });
  }
}

function patiently(work: () => Promise<void>): Promise<void> {
  return pRetry(work, { retries: RETRIES, minTimeout: 50, maxTimeout: 5_000, randomize: true });
}
