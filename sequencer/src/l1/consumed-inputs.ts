import type { ChainBlock } from '../chain/chain.types.js';

/** What a soft block took from L1. */
interface Consumption {
  readonly block: bigint;
  readonly firstMessage: bigint;
  readonly messages: readonly Uint8Array[];
  /** Item whose prices it took, undefined if none. */
  readonly item: bigint | undefined;
}

/**
 * Remembers what each soft block took from L1, so that a change on L1 names the first block that must go. Kept until the blocks are final
 * on L1; a restart fills it from the replayed blocks.
 */
export class ConsumedInputs {
  private consumptions: Consumption[] = [];
  private count = 0n;

  /** Delayed messages consumed by all blocks so far. */
  get consumed(): bigint {
    return this.count;
  }

  add({ block, context, recorded }: ChainBlock): void {
    if (this.consumptions.some((known) => known.block === block.number)) this.undo(block.number - 1n);
    this.count = block.delayedConsumed;
    if (context.delayed === 0n && context.priceItem === 0n) return;
    this.consumptions.push({
      block: block.number,
      firstMessage: block.delayedConsumed - context.delayed,
      messages: recorded.slice(0, Number(context.delayed)).map(({ wire }) => wire),
      item: context.priceItem > 0n ? context.priceItem - 1n : undefined,
    });
  }

  /** Blocks above this one are gone. */
  undo(number: bigint): void {
    const undone = this.consumptions.find(({ block, messages }) => block > number && messages.length > 0);
    if (undone) this.count = undone.firstMessage;
    this.consumptions = this.consumptions.filter(({ block }) => block <= number);
  }

  /** Blocks up to this one no longer depend on what L1 may undo. */
  settle(number: bigint): void {
    this.consumptions = this.consumptions.filter(({ block }) => block > number);
  }

  /** First block that took an input from `firstItem` or `firstMessage` on. */
  firstUsing(firstItem: bigint, firstMessage: bigint): bigint | undefined {
    return this.consumptions.find(
      ({ item, firstMessage: first, messages }) =>
        (item !== undefined && item >= firstItem) ||
        (messages.length > 0 && first + BigInt(messages.length) > firstMessage),
    )?.block;
  }

  /** Block that consumed this message with other words than L1 shows now. */
  contradicting(index: bigint, words: Uint8Array): bigint | undefined {
    const consumption = this.consumptions.find(
      ({ firstMessage, messages }) => firstMessage <= index && index < firstMessage + BigInt(messages.length),
    );
    const taken = consumption?.messages[Number(index - consumption.firstMessage)];
    return taken && !Buffer.from(taken).equals(words) ? consumption?.block : undefined;
  }
}
