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
import { TransactionEntity } from './transaction.entity.js';
import { WithdrawalEntity } from './withdrawal.entity.js';

export {
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  CHUNK_SIZE,
  LogPostingEntity,
  TRANSACTION_CHUNKS,
  type TransactionChunk,
  TransactionEntity,
  WithdrawalEntity,
};

/** Every table of the index. */
export const entities = (binary: BinaryType) => [
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  LogPostingEntity,
  transactionChunkEntity(binary),
  TransactionEntity,
  WithdrawalEntity,
];
