import {
  type BlobBundle,
  type L1Fees,
  type L1Prices,
  MAX_CALLDATA_BYTES,
  PAYLOAD_BYTES_PER_BLOB,
  payloadCosts,
  payloadToCalldata,
} from '@metachain/bridge';
import { inboxAbi } from '@metachain/contracts';
import { blobsPayloadHash, calldataRoot, encodePayload } from '@metachain/program';
import { encodeFunctionData, type Hash, type Hex, toHex } from 'viem';
import type { UnpostedBlock } from './unposted-block.js';

/** What the Inbox is told about L1: a recent block, and the delayed messages the batch may consume. */
export interface L1Anchor {
  readonly number: bigint;
  readonly hash: Hash;
  readonly delayedCount: bigint;
  readonly delayedAccumulator: Hex;
}

/** A batch ready to be sent. `words` is empty for blobs. */
export interface PreparedBatch {
  readonly payload: Uint8Array;
  readonly payloadHash: Hex;
  readonly words: Uint8Array;
  readonly blobs: BlobBundle | undefined;
}

/** Data of `appendBatch`. */
export function appendBatchData({ number, hash, delayedCount, delayedAccumulator }: L1Anchor, words: Uint8Array): Hex {
  const args = [number, hash, delayedCount, delayedAccumulator, toHex(words)] as const;
  return encodeFunctionData({ abi: inboxAbi, functionName: 'appendBatch', args });
}

/** Whether a payload goes in blobs. Calldata only where it fits and, on `auto`, costs less. */
export function useBlobs(payloadBytes: number, data: 'auto' | 'blobs' | 'calldata', prices: L1Prices): boolean {
  const words = Math.ceil(payloadBytes / 31);
  if (data === 'blobs' || words * 32 > MAX_CALLDATA_BYTES) return true;
  if (data === 'calldata') return false;
  const costs = payloadCosts(words, Math.ceil(payloadBytes / PAYLOAD_BYTES_PER_BLOB), prices);
  return costs.blobs <= costs.calldata;
}

/** Gas of `appendBatch` with blobs: two hash chains, no calldata to speak of. */
export const BLOB_BATCH_GAS = 250_000n;
const BLOB_GAS = 131_072n;
/** Gas of a transaction and of a byte of its calldata, at least (EIP-7623, a zero byte). */
const TRANSACTION_GAS = 21_000n;
const LEAST_BYTE_GAS = 10n;

/** Wei without which L1 takes no transaction with this batch. */
export function leastCost({ blobs, words }: PreparedBatch, { maxFee, blob }: L1Fees): bigint {
  if (blobs) return BLOB_BATCH_GAS * maxFee + BigInt(blobs.blobs.length) * BLOB_GAS * blob;
  return (TRANSACTION_GAS + LEAST_BYTE_GAS * BigInt(words.length)) * maxFee;
}

/** Encodes a batch and commits to it. */
export async function prepareBatch(
  blocks: readonly UnpostedBlock[],
  blobs: boolean,
  bundle: (payload: Uint8Array) => Promise<BlobBundle>,
): Promise<PreparedBatch> {
  const payload = encodePayload(blocks.map(({ encoded }) => encoded));
  if (!blobs) {
    const words = payloadToCalldata(payload);
    return { payload, words, blobs: undefined, payloadHash: calldataRoot(words) };
  }
  const bundled = await bundle(payload);
  return { payload, words: new Uint8Array(0), blobs: bundled, payloadHash: blobsPayloadHash(bundled.versionedHashes) };
}
