import type { Hex } from 'viem';
import type { IndexedLog } from '../../../index/log-query.js';
import { quantity } from './hex.js';

/** A log as JSON-RPC shows it. `removed`: its block was undone. */
export interface LogJson {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockNumber: Hex;
  readonly blockHash: Hex;
  readonly blockTimestamp: Hex;
  readonly transactionHash: Hex;
  readonly transactionIndex: Hex;
  readonly logIndex: Hex;
  readonly removed: boolean;
}

export const logJson = (log: IndexedLog, removed = false): LogJson => ({
  address: log.address,
  topics: log.topics,
  data: log.data,
  blockNumber: quantity(log.blockNumber),
  blockHash: log.blockHash,
  blockTimestamp: quantity(log.timestamp),
  transactionHash: log.transactionHash,
  transactionIndex: quantity(log.transactionIndex),
  logIndex: quantity(log.logIndex),
  removed,
});
