import type { BlobFetcher, InboxItem } from '@metachain/bridge';
import { blobsToWords } from '@metachain/program';

import { CannotDeriveError } from '../errors.js';

/** Fetches the payload words of items, one item ahead of the replay. */
export class PayloadLoader {
  readonly #ahead = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly blobs: Pick<BlobFetcher, 'fetch'>) {}

  /** Words of the item's payload, joined; empty for none. Throws CannotDeriveError: an item is never skipped. */
  async load(item: InboxItem): Promise<Uint8Array> {
    const words = this.#ahead.get(item.accumulator) ?? this.#fetch(item);
    this.#ahead.delete(item.accumulator);
    return words;
  }

  /** Begins to fetch an item that will be asked for soon. */
  prefetch(item: InboxItem): void {
    if (this.#ahead.has(item.accumulator)) return;
    this.#ahead.clear();
    const words = this.#fetch(item);
    words.catch(() => this.#ahead.delete(item.accumulator));
    this.#ahead.set(item.accumulator, words);
  }

  async #fetch({ index, payload, timestamp, l1 }: InboxItem): Promise<Uint8Array> {
    if (payload.kind === 'none') return new Uint8Array();
    if (payload.kind === 'calldata') return payload.words;
    const { transactionHash, blockNumber } = l1;
    const { versionedHashes } = payload;
    try {
      return blobsToWords(
        await this.blobs.fetch({ transactionHash, blockNumber, blockTimestamp: timestamp, versionedHashes }),
      );
    } catch (cause) {
      throw new CannotDeriveError(
        `payload of item ${index}: ${cause instanceof Error ? cause.message : 'unavailable'}`,
        cause,
      );
    }
  }
}
