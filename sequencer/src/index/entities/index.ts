import { ActivityEntity } from './activity.entity.js';
import { BatchEntity } from './batch.entity.js';
import { BlockEntity } from './block.entity.js';
import { LogPostingEntity } from './log-posting.entity.js';
import { CHUNK_SIZE, TransactionChunkEntity } from './transaction-chunk.entity.js';
import { TransactionEntity } from './transaction.entity.js';
import { WithdrawalEntity } from './withdrawal.entity.js';

export {
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  CHUNK_SIZE,
  LogPostingEntity,
  TransactionChunkEntity,
  TransactionEntity,
  WithdrawalEntity,
};

/** Every table of the index. */
export const entities = [
  ActivityEntity,
  BatchEntity,
  BlockEntity,
  LogPostingEntity,
  TransactionChunkEntity,
  TransactionEntity,
  WithdrawalEntity,
];
