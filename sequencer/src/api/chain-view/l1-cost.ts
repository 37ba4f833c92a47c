import { referenceAddress } from '@metachain/program';
import { size } from 'viem';
import type { BatchEntity } from '../../index/entities/index.js';
import type { IndexedReceipt, IndexedTransaction } from '../../index/transaction-frame.js';

/** The fee and its two parts, in base units of the fee token, as decimal text. */
export interface FeeSplit {
  readonly token: string;
  readonly total: string;
  /** Part for execution: the producer's. */
  readonly l2: string;
  /** Part for bytes on L1: reimburses the poster. */
  readonly l1: string;
}

/** Splits the fee by gas as the rules do: `l1 = floor(total * l1Gas / gasUsed)`; the remainder is the producer's. */
export function feeSplit({ fee, feeToken, gasUsed, l1Gas }: IndexedReceipt): FeeSplit {
  const l1 = gasUsed === 0n ? 0n : (fee * l1Gas) / gasUsed;
  // A deposit pays on L1 and names no token: its fee is zero ETH.
  const token = referenceAddress(feeToken === 0n ? 1n << 32n : feeToken);
  return { token, total: fee.toString(), l2: (fee - l1).toString(), l1: l1.toString() };
}

/** What a transaction costs on L1, in wei as decimal text. */
export interface L1Cost {
  /** Bytes of the transaction on L1, its signature included. */
  readonly bytes: number;
  /** Wei for the same transaction as a batch of one, at the prices its batch paid (docs of the API); null until the batch is on L1. */
  readonly alone: string | null;
  /** `bytes * cost of the batch / bytes of the batch`, rounded up; null until the batch is on L1. */
  readonly shared: string | null;
  readonly batch: BatchPlace | null;
}

export interface BatchPlace {
  readonly item: number;
  readonly l1TransactionHash: string;
  readonly l1BlockNumber: number;
  readonly payloadBytes: number;
  readonly costWei: string;
}

const BYTES_PER_BLOB = 31 * 4_096;
/** L1 gas of `appendBatch` apart from the payload, and of a payload byte (signatures: hardly any are zero). */
const EMPTY_BATCH_GAS = 100_000n;
const CALLDATA_BYTE_GAS = 16n;

/** L1 cost of a transaction. A deposit is on L1 by itself: its sender paid there, a batch carries nothing of it. */
export function l1CostOf(row: IndexedTransaction, batch: BatchEntity | undefined): L1Cost {
  const bytes = row.kind === 'delayed' ? 0 : size(row.wire);
  if (!batch) return { bytes, alone: null, shared: null, batch: null };
  const cost = BigInt(batch.costWei);
  const shared = ceilDivide(BigInt(bytes) * cost, BigInt(Math.max(batch.payloadBytes, 1)));
  const alone = bytes === 0 ? 0n : aloneCost(batch, bytes);
  return { bytes, alone: alone.toString(), shared: shared.toString(), batch: batchPlace(batch) };
}

/**
 * A batch of one takes one L1 transaction. With a blob: the whole execution, which does not grow with the blobs, and one of the n blobs.
 * In calldata: of the execution gas, that of an empty batch and of its own bytes. Rounded up.
 */
function aloneCost({ costWei, blobWei, payloadBytes }: BatchEntity, bytes: number): bigint {
  const blobs = BigInt(blobWei);
  const execution = BigInt(costWei) - blobs;
  if (blobs > 0n) return execution + ceilDivide(blobs, BigInt(Math.max(1, Math.ceil(payloadBytes / BYTES_PER_BLOB))));
  const gas = (payload: number) => EMPTY_BATCH_GAS + CALLDATA_BYTE_GAS * BigInt(payload);
  return ceilDivide(execution * gas(bytes), gas(Math.max(payloadBytes, bytes)));
}

export const batchPlace = (batch: BatchEntity): BatchPlace => ({
  item: batch.item,
  l1TransactionHash: batch.l1TransactionHash,
  l1BlockNumber: batch.l1BlockNumber,
  payloadBytes: batch.payloadBytes,
  costWei: batch.costWei,
});

const ceilDivide = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;
