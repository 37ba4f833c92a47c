import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { BLOB_BYTES } from '@metachain/program';
import { hexToBytes, type Hash, type Hex } from 'viem';
import { z } from 'zod';

import type { L1Source } from './source.js';

/** Which blobs are wanted, and where they were posted. */
export interface BlobReference {
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  /** Seconds. */
  readonly blockTimestamp: bigint;
  readonly versionedHashes: readonly Hash[];
}

/** Somewhere blobs may be had. Answers are not trusted: the fetcher checks every blob. Throws or answers fewer when it has not all. */
export interface BlobSource {
  readonly name: string;
  fetch(reference: BlobReference): Promise<readonly Uint8Array[]>;
  /** Beacon slot of the block, where the source can tell. */
  slot?(reference: BlobReference): Promise<bigint>;
}

const HEX_BLOB = 2 + BLOB_BYTES * 2;
const blobHex = z
  .string()
  .length(HEX_BLOB)
  .regex(/^0x[0-9a-fA-F]+$/);
const blobList = z.array(blobHex).max(64);
const decode = (blobs: readonly string[]) => blobs.map((blob) => hexToBytes(blob as Hex));

/** Blobs from anvil's own JSON-RPC method. */
export function anvilBlobSource(source: L1Source): BlobSource {
  return {
    name: 'anvil',
    fetch: async ({ transactionHash }) =>
      decode(blobList.parse(await source.request('anvil_getBlobsByTransactionHash', [transactionHash]))),
  };
}

/** Beacon node options. Anvil's endpoint names execution blocks; a real one names slots. */
export interface BeaconOptions {
  readonly identifier?: 'slot' | 'block';
  readonly timeoutMs?: number;
  readonly maxResponseBytes?: number;
}

const genesisSchema = z.object({ data: z.object({ genesis_time: z.string().regex(/^\d{1,18}$/) }) });
const specSchema = z.object({ data: z.object({ SECONDS_PER_SLOT: z.string().regex(/^\d{1,6}$/) }) });
const blobsSchema = z.object({ data: blobList });

/** Blobs from a beacon node: `GET /eth/v1/beacon/blobs/{slot or block}`. */
export class BeaconBlobSource implements BlobSource {
  readonly name: string;
  #clock: Promise<{ genesis: bigint; secondsPerSlot: bigint }> | undefined;

  constructor(
    private readonly url: string,
    private readonly options: BeaconOptions = {},
  ) {
    this.name = `beacon ${new URL(url).host}`;
  }

  async fetch(reference: BlobReference): Promise<readonly Uint8Array[]> {
    const id = this.options.identifier === 'block' ? reference.blockNumber : await this.slot(reference);
    const query = reference.versionedHashes.map((hash) => `versioned_hashes=${hash}`).join('&');
    return decode(blobsSchema.parse(await this.#get(`/eth/v1/beacon/blobs/${id}?${query}`)).data);
  }

  async slot({ blockTimestamp }: BlobReference): Promise<bigint> {
    const { genesis, secondsPerSlot } = await (this.#clock ??= this.#readClock());
    return (blockTimestamp - genesis) / secondsPerSlot;
  }

  async #readClock() {
    try {
      const genesis = genesisSchema.parse(await this.#get('/eth/v1/beacon/genesis'));
      const spec = specSchema.parse(await this.#get('/eth/v1/config/spec'));
      return { genesis: BigInt(genesis.data.genesis_time), secondsPerSlot: BigInt(spec.data.SECONDS_PER_SLOT) };
    } catch (error) {
      this.#clock = undefined;
      throw error;
    }
  }

  async #get(path: string): Promise<unknown> {
    return JSON.parse(new TextDecoder().decode(await getBounded(below(this.url, path), this.options)));
  }
}

/** Blobs by versioned hash from another node's archive: `GET /blobs/{versionedHash}`, raw bytes. */
export function archiveBlobSource(url: string, options: Pick<BeaconOptions, 'timeoutMs'> = {}): BlobSource {
  return {
    name: `archive ${new URL(url).host}`,
    fetch: ({ versionedHashes }) =>
      allThere(
        versionedHashes.map((hash) =>
          getBounded(below(url, `/blobs/${hash}`), { ...options, maxResponseBytes: BLOB_BYTES }),
        ),
      ),
  };
}

/** Blobs kept as files named by versioned hash: L1 forgets them after 18 days, disputes and new nodes may need them later. */
export class DirectoryBlobArchive implements BlobSource {
  readonly name = 'archive directory';

  /** @param keep runs each write; who can do without what is stored may forgive a disk that refuses */
  constructor(
    private readonly directory: string,
    private readonly keep: (write: () => Promise<void>) => Promise<unknown> = (write) => write(),
  ) {}

  fetch({ versionedHashes }: Pick<BlobReference, 'versionedHashes'>): Promise<readonly Uint8Array[]> {
    return allThere(versionedHashes.map((hash) => readFile(join(this.directory, hash))));
  }

  /** Stores a blob that was checked; a crash leaves no half-written file under the final name. */
  async store(versionedHash: Hash, blob: Uint8Array): Promise<void> {
    await this.keep(() => this.#write(versionedHash, blob));
  }

  async #write(versionedHash: Hash, blob: Uint8Array): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const temporary = join(this.directory, `${versionedHash}.${process.pid}.part`);
    try {
      await writeFile(temporary, blob);
      await rename(temporary, join(this.directory, versionedHash));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }
}

/** What could be had of blobs that are asked for one by one. Throws as the first did where none could. */
async function allThere(blobs: readonly Promise<Uint8Array>[]): Promise<readonly Uint8Array[]> {
  const answers = await Promise.allSettled(blobs);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  return found.length > 0 ? found : Promise.all(blobs);
}

/** A path below the URL that an operator gave: providers put the key into its path or its query. */
function below(base: string, path: string): URL {
  const url = new URL(base);
  const [pathname, query] = path.split('?') as [string, string?];
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${pathname}`;
  url.search = [url.search.slice(1), query].filter(Boolean).join('&');
  return url;
}

/** GET with a time and a size limit. */
async function getBounded(
  url: URL,
  { timeoutMs = 10_000, maxResponseBytes = 32 * 1024 * 1024 }: BeaconOptions,
): Promise<Uint8Array> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json, application/octet-stream' },
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new BlobResponseError(`status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxResponseBytes) throw new BlobResponseError(`more than ${maxResponseBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A source answered with an error or too much; the fetcher tries the next one. */
class BlobResponseError extends Error {}
