import { LRUCache } from 'lru-cache';
import pRetry from 'p-retry';
import type { Hash } from 'viem';

import { BlobUnavailableError } from '../errors.js';
import { hashBlobHere, type HashBlob } from './blob-hasher.js';
import type { BlobReference, BlobSource, DirectoryBlobArchive } from './blob-sources.js';

/** Checked blobs that are kept in memory, 128 KiB each: as many as some L1 blocks hold. Any number of items may name the same ones. */
const KEPT_BLOBS = 128;

/** Where blobs come from, and where checked ones are kept. */
export interface BlobFetcherOptions {
  /** Tried in order; blobs found at one are kept while the rest are sought at the next. */
  readonly sources: readonly BlobSource[];
  readonly archive?: DirectoryBlobArchive;
  /** Recomputes a blob's versioned hash; on the caller's thread by default. */
  readonly hash?: HashBlob;
  /** Rounds over all sources after the first. */
  readonly retries?: number;
  readonly retryDelayMs?: number;
}

/** Fetches blobs and believes none before its commitment was recomputed. */
export class BlobFetcher {
  readonly #sources: readonly BlobSource[];
  /** By versioned hash. */
  readonly #checked = new LRUCache<Hash, Uint8Array>({ max: KEPT_BLOBS });
  readonly #underway = new Map<string, Promise<readonly Uint8Array[]>>();

  constructor(private readonly options: BlobFetcherOptions) {
    this.#sources = options.archive === undefined ? options.sources : [options.archive, ...options.sources];
  }

  /**
   * The blobs in the order of their versioned hashes, not to be written to: each is fetched and checked once for all who ask. Throws
   * BlobUnavailableError naming the first missing one.
   */
  fetch(reference: BlobReference): Promise<readonly Uint8Array[]> {
    const key = [reference.transactionHash, ...reference.versionedHashes].join();
    const underway = this.#underway.get(key) ?? this.#fetch(reference).finally(() => this.#underway.delete(key));
    this.#underway.set(key, underway);
    return underway;
  }

  async #fetch(reference: BlobReference): Promise<readonly Uint8Array[]> {
    const found = this.#known(reference);
    const attempts: string[] = [];
    const round = async () => {
      await this.#round(reference, found, attempts);
      const missing = reference.versionedHashes.find((hash) => !found.has(hash));
      if (missing !== undefined)
        throw new BlobUnavailableError(
          missing,
          reference.blockNumber,
          await this.#slot(reference),
          attempts.slice(-16),
        );
    };
    await pRetry(round, {
      retries: this.options.retries ?? 3,
      minTimeout: this.options.retryDelayMs ?? 500,
      factor: 2,
      randomize: true,
    });
    return reference.versionedHashes.map((hash) => found.get(hash)!);
  }

  #known({ versionedHashes }: BlobReference): Map<Hash, Uint8Array> {
    const known = versionedHashes.map((hash) => [hash, this.#checked.get(hash)] as const);
    return new Map(known.flatMap(([hash, blob]) => (blob === undefined ? [] : [[hash, blob]])));
  }

  async #round(reference: BlobReference, found: Map<Hash, Uint8Array>, attempts: string[]): Promise<void> {
    for (const source of this.#sources) {
      const wanted = reference.versionedHashes.filter((hash) => !found.has(hash));
      if (wanted.length === 0) return;
      try {
        const blobs = await source.fetch({ ...reference, versionedHashes: wanted });
        const accepted = await this.#accept(blobs, wanted, found, source);
        if (accepted < wanted.length) attempts.push(`${source.name}: ${accepted} of ${wanted.length} match`);
      } catch (error) {
        attempts.push(`${source.name}: ${error instanceof Error ? error.message.slice(0, 200) : 'failed'}`);
      }
    }
  }

  /** A malformed blob counts as absent, so that one lying source cannot hide what another has. */
  async #accept(
    blobs: readonly Uint8Array[],
    wanted: readonly Hash[],
    found: Map<Hash, Uint8Array>,
    source: BlobSource,
  ): Promise<number> {
    let accepted = 0;
    for (const blob of blobs) {
      const hash = await (this.options.hash ?? hashBlobHere)(blob);
      if (hash === undefined || !wanted.includes(hash) || found.has(hash)) continue;
      found.set(hash, blob);
      accepted++;
      if (source !== this.options.archive) await this.options.archive?.store(hash, blob);
      this.#checked.set(hash, blob);
    }
    return accepted;
  }

  async #slot(reference: BlobReference): Promise<bigint | undefined> {
    for (const source of this.#sources) {
      const slot = await source.slot?.(reference).catch(() => undefined);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }
}
