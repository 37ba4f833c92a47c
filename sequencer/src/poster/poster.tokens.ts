import type { FeeLimits, L1Account, L1Source } from '@metachain/bridge';
import type { Address } from 'viem';
import type { SequencerConfig } from '../config/config.schema.js';
import type { BlobBundler } from './blob-bundler.js';
import type { Funds } from './funds.js';
import type { ItemLedger } from './item-ledger.js';
import type { PostingRecord } from './posting-record.js';
import type { ProducerCheck } from './producer-check.js';
import type { BlockSigner } from './unposted-block.js';

/** Injection token of PosterParts. */
export const POSTER_PARTS = 'POSTER_PARTS';

/** What the poster is put together from. */
export interface PosterParts {
  readonly config: SequencerConfig['poster'];
  readonly source: L1Source;
  readonly inbox: Address;
  readonly account: L1Account;
  readonly record: PostingRecord;
  readonly bundler: BlobBundler;
  readonly sign: BlockSigner;
  readonly isProduced: ProducerCheck;
  /** Highest fees the operator pays. */
  readonly feeLimits: FeeLimits;
  /** Balance below which the alarm is raised whatever batches cost. */
  readonly alarmWei: bigint;
  readonly ledger: ItemLedger;
  /** L1 blocks for which posted blocks are kept in case L1 drops their batch. */
  readonly keepL1Blocks: bigint;
  readonly pollMilliseconds: number;
  readonly onPosted: (payloadBytes: number, costWei: bigint) => void;
  readonly onFunds: (funds: Funds) => void;
  readonly onError: () => void;
}
