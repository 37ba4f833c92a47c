import { blobsToWords } from '@metachain/program';

import type { BlobFetcher } from './blob-fetcher.js';
import type { InboxItem } from './types.js';

/**
 * Words of an item's payload, joined and checked against what the item commits to; empty for none. Fails: BlobUnavailableError,
 * MalformedLogError, L1UnavailableError.
 */
export async function readPayloadWords(
  { payload, timestamp, l1 }: Pick<InboxItem, 'payload' | 'timestamp' | 'l1'>,
  blobs: Pick<BlobFetcher, 'fetch'>,
): Promise<Uint8Array> {
  if (payload.kind === 'none') return new Uint8Array();
  if (payload.kind === 'calldata') return payload.words();
  const { transactionHash, blockNumber } = l1;
  const { versionedHashes } = payload;
  return blobsToWords(await blobs.fetch({ transactionHash, blockNumber, blockTimestamp: timestamp, versionedHashes }));
}
