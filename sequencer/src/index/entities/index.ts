import { ActivityEntity } from './activity.entity.js';
import { BatchEntity } from './batch.entity.js';
import { BlockEntity } from './block.entity.js';
import { LogPostingEntity } from './log-posting.entity.js';
import {
  type BinaryType,
  CHUNK_SIZE,
  TRANSACTION_CHUNKS,
  type TransactionChunk,
  transactionChunkEntity,
} from './transaction-chunk.entity.js';
import {
  HASH_BYTES,
  splitHashes,
  TRANSACTION_HASHES,
  type TransactionHashes,
  transactionHashesEntity,
} from './transaction-hashes.entity.js';
import { hashPrefix, TransactionPlaceEntity } from './transaction-place.entity.js';
import { WithdrawalEntity } from './withdrawal.entity.js';

export {
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  CHUNK_SIZE,
  HASH_BYTES,
  hashPrefix,
  LogPostingEntity,
  splitHashes,
  TRANSACTION_CHUNKS,
  TRANSACTION_HASHES,
  type TransactionChunk,
  type TransactionHashes,
  TransactionPlaceEntity,
  WithdrawalEntity,
};

/** Every table of the index. */
export const entities = (binary: BinaryType) => [
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  LogPostingEntity,
  transactionChunkEntity(binary),
  transactionHashesEntity(binary),
  TransactionPlaceEntity,
  WithdrawalEntity,
];
