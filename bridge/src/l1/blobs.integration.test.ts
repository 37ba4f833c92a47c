import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wordsToPayload } from '@metachain/program';
import type { Hash } from 'viem';

import { BlobUnavailableError } from '../errors.js';
import { anvilClient, freePort, startAnvil, testAccount, type AnvilHandle } from '../testing/index.js';
import { BlobFetcher } from './blob-fetcher.js';
import {
  anvilBlobSource,
  archiveBlobSource,
  BeaconBlobSource,
  DirectoryBlobArchive,
  type BlobReference,
  type BlobSource,
} from './blob-sources.js';
import { bundlePayload, signBlobTransaction, type SidecarFormat } from './blob-transaction.js';
import { versionedHashOf } from './kzg.js';
import { payloadToBlobs } from './payload.js';
import { L1Source } from './source.js';

const payload = new TextEncoder().encode('a batch of the chain '.repeat(20));

let anvil: AnvilHandle;
let source: L1Source;
let reference: BlobReference;

async function post(format: SidecarFormat): Promise<BlobReference> {
  const client = anvilClient(anvil.url);
  const account = testAccount(0);
  const bundle = bundlePayload(payload, format);
  const { raw, hash } = await signBlobTransaction(
    account,
    {
      chainId: 31337,
      nonce: await client.getTransactionCount({ address: account.address }),
      to: testAccount(1).address,
      data: '0x',
      gas: 30_000n,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
      maxFeePerBlobGas: 10n ** 9n,
    },
    bundle,
  );
  expect(await client.sendRawTransaction({ serializedTransaction: raw })).toBe(hash);
  const receipt = await client.waitForTransactionReceipt({ hash });
  expect(receipt.blobGasUsed).toBe(131_072n);
  const block = await client.getBlock({ blockHash: receipt.blockHash });
  return {
    transactionHash: hash,
    blockNumber: block.number,
    blockTimestamp: block.timestamp,
    versionedHashes: bundle.versionedHashes,
  };
}

const quick = { retries: 0, retryDelayMs: 1 };
const failing: BlobSource = { name: 'gone', fetch: () => Promise.reject(new Error('status 410')) };
const lying = (blob: Uint8Array): BlobSource => ({ name: 'lying', fetch: () => Promise.resolve([blob]) });

beforeAll(async () => {
  anvil = await startAnvil();
  source = new L1Source({ urls: [anvil.url] });
  reference = await post('blob');
}, 60_000);

afterAll(() => anvil.stop());

describe('blob transactions', () => {
  it('are accepted with cell proofs too', async () => {
    const posted = await post('cells');
    const [blob] = await new BlobFetcher({ sources: [anvilBlobSource(source)], ...quick }).fetch(posted);
    expect(wordsToPayload(blob!).subarray(0, payload.length)).toEqual(payload);
  }, 60_000);
});

describe('blob sources', () => {
  it('reads from anvil by transaction', async () => {
    const [blob] = await new BlobFetcher({ sources: [anvilBlobSource(source)], ...quick }).fetch(reference);
    expect(wordsToPayload(blob!).subarray(0, payload.length)).toEqual(payload);
  });

  it('reads from the beacon endpoint by block', async () => {
    const beacon = new BeaconBlobSource(anvil.url, { identifier: 'block' });
    const [blob] = await new BlobFetcher({ sources: [beacon], ...quick }).fetch(reference);
    expect(versionedHashOf(blob!)).toBe(reference.versionedHashes[0]);
  });

  it('keeps checked blobs and reads them when L1 has forgotten them', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'blobs-'));
    const archive = new DirectoryBlobArchive(directory);
    await new BlobFetcher({ sources: [anvilBlobSource(source)], archive, ...quick }).fetch(reference);
    const [blob] = await new BlobFetcher({ sources: [failing], archive, ...quick }).fetch(reference);
    expect(versionedHashOf(blob!)).toBe(reference.versionedHashes[0]);
    await rm(directory, { recursive: true });
  });
});

describe('blobs of which no source has all', () => {
  it('are put together from an archive that lacks some and another source', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'blobs-'));
    const archive = new DirectoryBlobArchive(directory);
    const [kept, other] = ['kept', 'other'].map((text) => payloadToBlobs(new TextEncoder().encode(text))[0]!);
    await archive.store(versionedHashOf(kept!), kept!);
    const both = { ...reference, versionedHashes: [other, kept].map((blob) => versionedHashOf(blob!)) };
    const fetcher = new BlobFetcher({ sources: [lying(other!)], archive, ...quick });
    expect((await fetcher.fetch(both)).map(versionedHashOf)).toEqual(both.versionedHashes);
    await rm(directory, { recursive: true });
  });
});

describe('a blob that does not match', () => {
  const wrong = payloadToBlobs(new TextEncoder().encode('another batch'))[0]!;
  const notField = new Uint8Array(131_072).fill(255);

  it.each([
    ['another blob', wrong],
    ['a word that is no field element', notField],
    ['a short blob', wrong.subarray(1)],
  ])('%s is refused and the next source asked', async (_name, blob) => {
    const fetcher = new BlobFetcher({ sources: [lying(blob), anvilBlobSource(source)], ...quick });
    expect(versionedHashOf((await fetcher.fetch(reference))[0]!)).toBe(reference.versionedHashes[0]);
  });

  it('is an error that names slot, hash and what was tried when no source has it', async () => {
    const slot: BlobSource = { ...failing, slot: () => Promise.resolve(77n) };
    const error = await new BlobFetcher({ sources: [slot, lying(wrong)], ...quick })
      .fetch(reference)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BlobUnavailableError);
    expect(error).toMatchObject({ code: 201, slot: 77n, versionedHash: reference.versionedHashes[0] as Hash });
    expect((error as Error).message).toContain('status 410');
    expect((error as Error).message).toContain('0 of 1 match');
  });
});

describe('a beacon node', () => {
  let server: Server;
  let url: string;
  const asked: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    server = createServer((request, response) => {
      asked.push(request.url!);
      if (request.url!.includes('/genesis')) response.end(JSON.stringify({ data: { genesis_time: '1000' } }));
      else if (request.url!.includes('/spec')) response.end(JSON.stringify({ data: { SECONDS_PER_SLOT: '12' } }));
      else response.end('x'.repeat(1_000_000));
    }).listen(port, '127.0.0.1');
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => void server.close());

  it('is asked by slot, and an answer beyond the size limit is refused', async () => {
    const beacon = new BeaconBlobSource(url, { maxResponseBytes: 10_000 });
    const late = { ...reference, blockTimestamp: 1_120n };
    await expect(beacon.fetch(late)).rejects.toThrow('more than 10000 bytes');
    expect(asked).toContain(`/eth/v1/beacon/blobs/10?versioned_hashes=${reference.versionedHashes[0]}`);
  });

  it.each(['/v2/key', '/v2/key/', '/v2/key?token=secret'])(
    'is asked below the URL of its provider: %s',
    async (place) => {
      const [hash] = reference.versionedHashes;
      const late = { ...reference, blockTimestamp: 1_120n };
      asked.length = 0;
      await new BeaconBlobSource(url + place).fetch(late).catch(() => undefined);
      await archiveBlobSource(url + place)
        .fetch(reference)
        .catch(() => undefined);
      const token = place.endsWith('secret') ? 'token=secret' : undefined;
      const query = (...parts: (string | undefined)[]) => {
        const given = parts.filter((part) => part !== undefined).join('&');
        return given === '' ? '' : `?${given}`;
      };
      expect(asked).toEqual([
        `/v2/key/eth/v1/beacon/genesis${query(token)}`,
        `/v2/key/eth/v1/config/spec${query(token)}`,
        `/v2/key/eth/v1/beacon/blobs/10${query(token, `versioned_hashes=${hash}`)}`,
        `/v2/key/blobs/${hash}${query(token)}`,
      ]);
    },
  );
});
