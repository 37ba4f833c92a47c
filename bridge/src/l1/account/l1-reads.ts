import type { Address, Hash, Hex } from 'viem';
import { z } from 'zod';
import { L1TransactionRefusedError } from '../../errors.js';
import type { L1Source } from '../source.js';
import type { L1Prices } from './fees.js';

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/)
  .transform(BigInt);
const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Hash);
const receiptSchema = z.object({
  status: quantity,
  blockNumber: quantity,
  blockHash: hash,
  transactionHash: hash,
  gasUsed: quantity,
  // Absent where a node is older than London; the fee is then not known.
  effectiveGasPrice: quantity.default(0n),
});
const headSchema = z.object({ number: quantity, hash, parentHash: hash, timestamp: quantity, baseFeePerGas: quantity });

const pendingSchema = z.object({ timestamp: quantity });

/** Inclusion of a transaction. */
export interface L1Receipt {
  readonly hash: Hash;
  readonly blockNumber: bigint;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  /** Wei paid for gas; blob gas is not in it. */
  readonly feeWei: bigint;
}

/** Newest block as far as posting needs it. Timestamp in seconds, base fee in wei. */
export interface L1Head {
  readonly number: bigint;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly timestamp: bigint;
  readonly baseFee: bigint;
}

const ONE_GWEI = 1_000_000_000n;

/** The newest block. */
export async function readHead(source: L1Source): Promise<L1Head> {
  const { baseFeePerGas, ...head } = headSchema.parse(await source.request('eth_getBlockByNumber', ['latest', false]));
  return { ...head, baseFee: baseFeePerGas };
}

/** Time that the next block would have, seconds; undefined where a node does not show its pending block. */
export async function readNextTime(source: L1Source): Promise<bigint | undefined> {
  try {
    return pendingSchema.parse(await source.request('eth_getBlockByNumber', ['pending', false])).timestamp;
  } catch {
    return undefined;
  }
}

/** Receipt of a transaction, undefined while too few endpoints have it. Throws L1UnavailableError. */
export async function readReceipt(source: L1Source, transaction: Hash): Promise<L1Receipt | undefined> {
  const receipt = await source.agreed('eth_getTransactionReceipt', [transaction], receiptOf);
  return receipt ?? undefined;
}

function receiptOf(answer: unknown): L1Receipt | null {
  if (answer === null || answer === undefined) return null;
  const { status, blockNumber, transactionHash, gasUsed, effectiveGasPrice } = receiptSchema.parse(answer);
  return { hash: transactionHash, blockNumber, succeeded: status === 1n, gasUsed, feeWei: gasUsed * effectiveGasPrice };
}

/** What gas and blob gas cost now. A node without the blob method is one whose blob market is idle. */
export async function readPrices(source: L1Source): Promise<L1Prices> {
  const number = (answer: unknown): bigint => quantity.parse(answer);
  const [baseFee, tip, blobBaseFee] = await Promise.all([
    source.middle('eth_getBlockByNumber', ['latest', false], (answer) => headSchema.parse(answer).baseFeePerGas),
    source.middle('eth_maxPriorityFeePerGas', [], number).catch(() => ONE_GWEI),
    source.middle('eth_blobBaseFee', [], number).catch(() => 1n),
  ]);
  return { baseFee, tip, blobBaseFee };
}

/** Throws L1TransactionRefusedError with L1's reason when a call would revert. */
export async function requireCallable(
  source: L1Source,
  what: string,
  call: { from: Address; to: Address; data: Hex; value?: Hex },
): Promise<void> {
  try {
    await source.request('eth_call', [call, 'latest']);
  } catch (error) {
    throw new L1TransactionRefusedError(what, reasonOf(error), false);
  }
}

/** The part of an error of L1 that says why, without the request that it was about. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { details } = error as Error & { details?: string };
  return details ?? error.message.split('\n')[0]!;
}
