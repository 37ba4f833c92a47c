import type { Hash } from 'viem';

import type { Accumulators } from './inbox-contract.js';

/** State of the watcher after an L1 block. `hash` is undefined for the block before the contracts. */
export interface Checkpoint {
  readonly number: bigint;
  readonly hash: Hash | undefined;
  readonly accumulators: Accumulators;
}

/** The last blocks read, as far back as a reorg may reach. */
export class Checkpoints {
  readonly #stack: Checkpoint[];

  constructor(
    readonly limit: bigint,
    start: Checkpoint,
  ) {
    this.#stack = [start];
  }

  /** The block read last. */
  get tip(): Checkpoint {
    return this.#stack.at(-1)!;
  }

  /** Adds a block; forgets those that no permitted reorg can reach: more than `limit` below, and finalized. */
  push(checkpoint: Checkpoint, finalized: bigint): void {
    this.#stack.push(checkpoint);
    const oldest = checkpoint.number - this.limit;
    while (this.#stack.length > 2 && this.#stack[1]!.number <= (oldest < finalized ? oldest : finalized))
      this.#stack.shift();
  }

  /** The oldest block remembered. */
  get oldest(): Checkpoint {
    return this.#stack[0]!;
  }

  /** The newest block for which the test holds. */
  async findLast(test: (checkpoint: Checkpoint) => Promise<boolean>): Promise<Checkpoint | undefined> {
    for (const checkpoint of [...this.#stack].reverse()) if (await test(checkpoint)) return checkpoint;
    return undefined;
  }

  /** Forgets the blocks above one of those remembered. */
  cutAfter(checkpoint: Checkpoint): void {
    this.#stack.length = this.#stack.indexOf(checkpoint) + 1;
  }
}
