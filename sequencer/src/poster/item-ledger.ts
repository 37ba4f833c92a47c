import type { InboxItem } from '@metachain/bridge';
import type { Hex } from 'viem';
import type { PostedBatch } from './posting-record.js';

/** State of the chain after an item: what an assertion claims. */
export interface ItemBoundary {
  /** Items consumed so far: the next item not yet consumed. */
  readonly itemIndex: bigint;
  readonly blockNumber: bigint;
  readonly headerHash: Hex;
  readonly stateRoot: Hex;
  /** Delayed messages consumed so far. */
  readonly delayedConsumed: bigint;
  /** `items[itemIndex - 1]`. */
  readonly itemHash: Hex;
}

/** Which state stands after which item of L1. Items that hold no block of ours leave the state as it was. */
export class ItemLedger {
  private boundaries: ItemBoundary[] = [];
  /** Items below this one were read without a record of their batches: nothing is known of the states between. */
  private knownFrom = 0n;

  constructor(private readonly genesis: ItemBoundary) {}

  /** Newest boundary. */
  get latest(): ItemBoundary {
    return this.boundaries.at(-1) ?? this.genesis;
  }

  /** An item in the order of L1; `batch` if it extends the chain. A batch that follows none known here starts the ledger anew. */
  add(item: InboxItem, batch: PostedBatch | undefined): void {
    const before = this.latest;
    if (batch && batch.parentHash !== before.headerHash) this.knownFrom = item.index + 1n;
    this.boundaries.push({
      itemIndex: item.index + 1n,
      blockNumber: batch?.last ?? before.blockNumber,
      headerHash: batch?.lastHash ?? before.headerHash,
      stateRoot: batch?.lastStateRoot ?? before.stateRoot,
      delayedConsumed: batch?.delayedConsumed ?? before.delayedConsumed,
      itemHash: item.accumulator,
    });
  }

  /** Items from this one on are void. */
  drop(firstItem: bigint): void {
    this.boundaries = this.boundaries.filter(({ itemIndex }) => itemIndex <= firstItem);
  }

  /** Boundary at which `itemIndex` items are consumed. */
  at(itemIndex: bigint): ItemBoundary | undefined {
    if (itemIndex < this.knownFrom) return undefined;
    return itemIndex === 0n ? this.genesis : this.boundaries.find((boundary) => boundary.itemIndex === itemIndex);
  }
}
