import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { blobsPayloadHash, type ItemHeader } from '@metachain/program';
import { type Hash, keccak256, numberToHex, zeroAddress } from 'viem';

import { BlobUnavailableError, MalformedLogError } from '../errors.js';
import { BlobFetcher, type BlobFetcherOptions } from './blob-fetcher.js';
import { type BlobReference, type BlobSource, DirectoryBlobArchive } from './blob-sources.js';
import { PayloadReader } from './payload-reader.js';
import type { L1Source } from './source.js';

/** As many as one transaction of 16.7 million gas appends. */
const ITEMS = 495;
const ITEMS_AHEAD = 6;
/** As many as are kept in memory. */
const KEPT = 128;

/** Stands for a blob: what is counted here is who looks at one, which costs as much for a real one as for 495 short ones. */
const blobOf = (number: number) => Uint8Array.of(number >> 8, number & 0xff);
const hashOf = (blob: Uint8Array): Hash => keccak256(blob);
const transactionOf = (number: number): Hash => numberToHex(number, { size: 32 });
const reference = (transaction: number, ...blobs: number[]): BlobReference => ({
  transactionHash: transactionOf(transaction),
  blockNumber: BigInt(transaction),
  blockTimestamp: 0n,
  versionedHashes: blobs.map((blob) => hashOf(blobOf(blob))),
});
const times = (count: number) => Array.from({ length: count }, (_, index) => index);
const SIX = times(6);

/** A fetcher from L1 that has blobs 0 to 999; counts questions and checks. */
function open(options: Partial<BlobFetcherOptions> = {}) {
  const known = new Map(times(1_000).map((number) => [hashOf(blobOf(number)), blobOf(number)]));
  const fetch = jest.fn<BlobSource['fetch']>(async ({ versionedHashes }) =>
    versionedHashes.flatMap((hash) => known.get(hash) ?? []),
  );
  const hash = jest.fn(async (blob: Uint8Array): Promise<Hash | undefined> => hashOf(blob));
  const blobs = new BlobFetcher({ sources: [{ name: 'L1', fetch }], hash, retries: 0, ...options });
  return { blobs, known, fetch, hash };
}

describe('blobs that many items name', () => {
  it('are fetched and checked once, though several items ask at a time', async () => {
    const { blobs, fetch, hash } = open();
    const expected = SIX.map(blobOf);
    for (let item = 0; item < ITEMS; item += ITEMS_AHEAD) {
      const answers = await Promise.all(times(ITEMS_AHEAD).map(() => blobs.fetch(reference(1, ...SIX))));
      for (const answer of answers) expect(answer).toEqual(expected);
    }
    expect([fetch.mock.calls.length, hash.mock.calls.length]).toEqual([1, SIX.length]);
  });

  it('are known where another transaction carries them too, and only the others are asked for', async () => {
    const { blobs, fetch, hash } = open();
    await blobs.fetch(reference(1, 0, 1));
    expect(await blobs.fetch(reference(2, 1, 2, 0))).toEqual([1, 2, 0].map(blobOf));
    expect(fetch.mock.calls.map(([{ versionedHashes }]) => versionedHashes.length)).toEqual([2, 1]);
    expect(hash).toHaveBeenCalledTimes(3);
  });

  it('are kept up to a number, those used last', async () => {
    const { blobs, fetch } = open();
    for (let blob = 0; blob < KEPT; blob++) await blobs.fetch(reference(blob, blob));
    await blobs.fetch(reference(0, 0));
    await blobs.fetch(reference(KEPT, KEPT));
    expect(fetch).toHaveBeenCalledTimes(KEPT + 1);
    await blobs.fetch(reference(0, 0));
    expect(fetch).toHaveBeenCalledTimes(KEPT + 1);
    await blobs.fetch(reference(1, 1));
    expect(fetch).toHaveBeenCalledTimes(KEPT + 2);
  });

  it('that nobody has, or has otherwise, are asked for again', async () => {
    const { blobs, known } = open();
    const [wanted] = reference(1, 5).versionedHashes;
    known.set(wanted!, blobOf(6));
    const both = [blobs.fetch(reference(1, 5)), blobs.fetch(reference(1, 5))];
    for (const each of both) await expect(each).rejects.toThrow(BlobUnavailableError);
    known.set(wanted!, blobOf(5));
    expect(await blobs.fetch(reference(1, 5))).toEqual([blobOf(5)]);
  });
});

describe('blobs in the own archive', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'blobs-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('are checked once as well, and all that is kept in memory is there', async () => {
    const archive = new DirectoryBlobArchive(directory);
    await open({ archive }).blobs.fetch(reference(1, ...SIX));
    expect((await readdir(directory)).sort()).toEqual([...reference(1, ...SIX).versionedHashes].sort());
    const { blobs, fetch, hash } = open({ archive });
    for (let item = 0; item < ITEMS; item++) await blobs.fetch(reference(1, ...SIX));
    expect([fetch.mock.calls.length, hash.mock.calls.length]).toEqual([0, SIX.length]);
  });
});

describe('the transaction of many items', () => {
  const { versionedHashes } = reference(1, ...SIX);
  const header = { payloadKind: 'blobs', payloadHash: blobsPayloadHash(versionedHashes) } as ItemHeader;

  /** A reader whose L1 serves the transaction, or what is put in its place. */
  function openReader(answer: () => unknown = () => ({ input: '0x', blobVersionedHashes: versionedHashes })) {
    const request = jest.fn(async () => answer());
    const distrust = jest.fn();
    return {
      reader: new PayloadReader({ size: 1, request, distrust } as unknown as L1Source, zeroAddress),
      request,
      distrust,
    };
  }

  it('is asked for once', async () => {
    const { reader, request } = openReader();
    for (let item = 0; item < ITEMS; item++)
      expect(await reader.read(transactionOf(1), header)).toEqual({ kind: 'blobs', versionedHashes });
    expect(request).toHaveBeenCalledTimes(1);
    await reader.read(transactionOf(2), header);
    expect(request).toHaveBeenCalledTimes(2);
  });

  it('is asked for again where what it carried is not what an item commits to', async () => {
    const { reader, request, distrust } = openReader();
    await reader.read(transactionOf(1), header);
    const other = { ...header, payloadHash: blobsPayloadHash(versionedHashes.slice(1)) };
    await expect(reader.read(transactionOf(1), other)).rejects.toThrow(MalformedLogError);
    expect([request.mock.calls.length, distrust.mock.calls.length]).toEqual([2, 1]);
  });
});
