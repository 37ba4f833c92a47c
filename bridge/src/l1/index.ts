export type * from './types.js';
export type { Accumulators, InboxContract, RangeContent, RawLog } from './inbox-contract.js';
export { failureKind } from './failure-kind.js';
export type { CertainTag, HeadDoubt } from './certain-heads.js';
export { L1Source, type L1SourceOptions } from './source.js';
export { L1Watcher, type L1WatcherOptions } from './watcher.js';
export { MetachainInbox } from './metachain-inbox.js';
export { askAgain } from './ask-again.js';
export { fetchL1Cost } from './cost.js';
export { fetchLogs, type LogQuery } from './logs.js';
export { CELLS_PER_BLOB, cellProofs, kzg, kzgLibrary, versionedHashOf } from './kzg.js';
export { MAX_CALLDATA_BYTES, PAYLOAD_BYTES_PER_BLOB, payloadToBlobs, payloadToCalldata } from './payload.js';
export { readPayloadWords } from './payload-words.js';
export {
  bundleBlobs,
  bundlePayload,
  signBlobTransaction,
  wrapSidecar,
  type BlobBundle,
  type BlobTransactionFields,
  type SidecarFormat,
} from './blob-transaction.js';
export { BlobHasher, hashBlobHere, type HashBlob } from './blob-hasher.js';
export { BlobFetcher, type BlobFetcherOptions } from './blob-fetcher.js';
export {
  anvilBlobSource,
  archiveBlobSource,
  BeaconBlobSource,
  DirectoryBlobArchive,
  type BeaconOptions,
  type BlobReference,
  type BlobSource,
} from './blob-sources.js';
export { bumpedFees, type FeeLimits, firstFees, type L1Fees, type L1Prices, payloadCosts } from './account/fees.js';
export { estimateGas } from './account/estimate.js';
export {
  L1Account,
  type L1AccountOptions,
  type L1Attempt,
  type L1Dispatched,
  type L1Request,
  type L1Waiting,
} from './account/l1-account.js';
export {
  type L1Head,
  type L1Receipt,
  readHead,
  readNextTime,
  readPrices,
  readReceipt,
  reasonOf,
  requireCallable,
} from './account/l1-reads.js';
