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

  /** Drops the tip. False when none would be left. */
  pop(): boolean {
    if (this.#stack.length === 1) return false;
    this.#stack.pop();
    return true;
  }
}
