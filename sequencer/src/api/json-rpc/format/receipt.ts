import type { Finality } from '../../../chain/chain.types.js';
import type { BatchEntity, BlockEntity } from '../../../index/entities/index.js';
import { logsOf } from '../../../index/log-query.js';
import { bloomOf } from '../../../index/logs-bloom.js';
import type { IndexedReceipt, IndexedTransaction } from '../../../index/transaction-frame.js';
import { type FeeSplit, feeSplit, type L1Cost, l1CostOf } from '../../chain-view/l1-cost.js';
import { quantity } from './hex.js';
import { type LogJson, logJson } from './log.js';
import { transactionJson } from './transaction.js';

const SUCCESS = '0x1';
const FAILURE = '0x0';

/**
 * Receipt in Ethereum's shape. The fee is exactly `gasUsed * effectiveGasPrice`; the op-stack fields say which part of it pays for L1
 * (`l1Fee = l1GasUsed * l1GasPrice`), they are not on top.
 */
export function receiptJson(row: IndexedTransaction, block: BlockEntity, chainId: number): Record<string, unknown> {
  const { receipt } = row;
  const logs = logsOf(row, block);
  const { type, to } = transactionJson(row, block, chainId);
  return {
    type,
    status: receipt.status === 'ok' ? SUCCESS : FAILURE,
    transactionHash: row.hash,
    transactionIndex: quantity(row.position),
    blockHash: block.hash,
    blockNumber: quantity(row.blockNumber),
    from: row.sender,
    to,
    contractAddress: null,
    cumulativeGasUsed: quantity(row.cumulativeGas),
    gasUsed: quantity(receipt.gasUsed),
    effectiveGasPrice: quantity(receipt.effectiveGasPrice),
    logs: logs.map((log) => logJson(log)),
    logsBloom: bloomOf(logs.flatMap(({ address, topics }) => [address, ...topics])),
    ...l1Fields(receipt, block),
    ...(row.kind === 'delayed' ? { depositNonce: quantity(row.sequence), depositReceiptVersion: '0x1' } : {}),
  };
}

const l1Fields = (receipt: IndexedReceipt, block: BlockEntity): Record<string, unknown> => ({
  l1GasUsed: quantity(receipt.l1Gas),
  l1GasPrice: quantity(receipt.effectiveGasPrice),
  l1Fee: quantity(receipt.l1Gas * receipt.effectiveGasPrice),
  l1BytePrice: quantity(block.l1BytePrice),
});

/** What a native receipt needs beside the row. */
export interface NativeContext {
  readonly finality: Finality;
  readonly batch: BatchEntity | undefined;
}

/** Receipt in the chain's own words: finality, fee and its token, L1 bytes, L1 cost alone and shared. Amounts as decimal text. */
export function nativeReceipt(
  row: IndexedTransaction,
  block: BlockEntity,
  { finality, batch }: NativeContext,
): NativeReceipt {
  const { receipt } = row;
  return {
    hash: row.hash,
    kind: row.kind,
    status: receipt.status,
    code: receipt.code,
    finality,
    blockNumber: row.blockNumber,
    blockHash: block.hash,
    timestamp: block.timestamp,
    position: row.position,
    sender: row.sender,
    lane: row.lane,
    sequence: row.sequence,
    operations: receipt.operations,
    fee: feeSplit(receipt),
    l1: l1CostOf(row, batch),
    logs: logsOf(row, block).map((log) => logJson(log)),
  };
}

/** Receipt in the chain's own words, see nativeReceipt. */
export interface NativeReceipt {
  readonly hash: string;
  readonly kind: string;
  readonly status: 'ok' | 'failed';
  readonly code: number;
  readonly finality: Finality;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly timestamp: number;
  readonly position: number;
  readonly sender: string;
  readonly lane: number;
  readonly sequence: number;
  readonly operations: number;
  readonly fee: FeeSplit;
  readonly l1: L1Cost;
  readonly logs: readonly LogJson[];
}
