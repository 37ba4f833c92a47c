import { type BlobFetcher, type InboxItem, readPayloadWords } from '@metachain/bridge';

import { CannotDeriveError } from '../errors.js';

/** Fetches the payload words of items, some of them ahead of the replay. */
export class PayloadLoader {
  readonly #ahead = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly blobs: Pick<BlobFetcher, 'fetch'>) {}

  /** Words of the item's payload, joined; empty for none. Throws CannotDeriveError: an item is never skipped. */
  async load(item: InboxItem): Promise<Uint8Array> {
    const words = this.#ahead.get(item.accumulator) ?? this.#fetch(item);
    this.#ahead.delete(item.accumulator);
    return words;
  }

  /** Begins to fetch items that will be asked for soon, and forgets others. `ready` is called for each item once. */
  prefetch(items: readonly InboxItem[], ready: (item: InboxItem, words: Uint8Array) => void): void {
    const wanted = new Set<string>(items.map(({ accumulator }) => accumulator));
    for (const known of this.#ahead.keys()) if (!wanted.has(known)) this.#ahead.delete(known);
    for (const item of items) {
      if (this.#ahead.has(item.accumulator)) continue;
      const words = this.#fetch(item);
      this.#ahead.set(item.accumulator, words);
      words.then(
        (bytes) => ready(item, bytes),
        () => this.#ahead.delete(item.accumulator),
      );
    }
  }

  async #fetch(item: InboxItem): Promise<Uint8Array> {
    try {
      return await readPayloadWords(item, this.blobs);
    } catch (cause) {
      throw new CannotDeriveError(
        `payload of item ${item.index}: ${cause instanceof Error ? cause.message : 'unavailable'}`,
        cause,
      );
    }
  }
}
