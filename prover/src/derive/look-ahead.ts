import type { InboxItem, L1Watcher } from '@metachain/bridge';

import type { PayloadLoader } from './payload-loader.js';

/** Items beyond the one that is replayed that are prepared for. */
const ITEMS = 5;

/** What the work ahead is done with. */
export interface LookAheadParts {
  readonly watcher: Pick<L1Watcher, 'items' | 'upcoming'>;
  readonly payloads: Pick<PayloadLoader, 'prefetch'>;
  /** Told of each payload once, when it has been fetched. */
  readonly prepare: (item: InboxItem, words: Uint8Array) => void;
}

/**
 * Has payloads fetched and signatures recovered before their items' turn, also of items that L1 holds and the watcher has not reported yet.
 * Those may be taken back or be wrong: a payload is found by its item's accumulator and what was prepared by the block itself, so nothing of it is
 * used for another.
 */
export class LookAhead {
  #upcoming: readonly InboxItem[] = [];
  #next = 0;
  #asking = false;

  constructor(private readonly parts: LookAheadParts) {}

  /** Begins with the items from this one on and does not wait: not for payloads, not for L1. */
  begin(next: number): void {
    this.#next = next;
    const known = this.#known(next, 1 + ITEMS);
    this.#prefetch(known);
    if (known.length <= ITEMS && !this.#asking) void this.#ask();
  }

  #known(from: number, count: number): readonly InboxItem[] {
    const { items } = this.parts.watcher;
    const beyond = this.#upcoming.filter(({ index }) => index >= items.length && index >= from);
    return [...items.slice(from, from + count), ...beyond].slice(0, count);
  }

  #prefetch(items: readonly InboxItem[]): void {
    this.parts.payloads.prefetch(items, this.parts.prepare);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    // What L1 does not tell now is met in its turn, with the error that belongs to it.
    this.#upcoming = await this.parts.watcher.upcoming().catch(() => []);
    this.#asking = false;
    // The payload of the item whose turn it is has been taken already.
    this.#prefetch(this.#known(this.#next + 1, ITEMS));
  }
}
