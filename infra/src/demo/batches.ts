import { type Hex, createPublicClient, http } from 'viem';
import { JsonRpc } from '../baseline/json-rpc.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import { waitUntil } from '../process/child.js';
import type { SwapRun } from './swaps.js';

/** EIP-7918: a blob costs at least this much gas at the execution base fee. */
export const reserveGasPerBlob = 8_192;
const gasPerBlob = 131_072;

export interface Batch {
  readonly item: number;
  readonly transaction: Hex;
  readonly bytes: number;
  readonly blobs: number;
  readonly gas: number;
}

export interface Batches {
  readonly list: readonly Batch[];
  readonly bytes: number;
  /** L1 gas of the batches: execution, and blobs at their reserve price in gas. */
  readonly gasEquivalent: number;
}

interface NativeReceipt {
  readonly finality: string;
  readonly l1: {
    readonly batch: { readonly item: number; readonly l1TransactionHash: Hex; readonly payloadBytes: number } | null;
  };
}

const receiptOf = (rpc: JsonRpc, hash: Hex) => rpc.call<NativeReceipt | null>('metachain_getReceipt', [hash]);

export async function waitUntilSafe(devnet: Devnet, run: SwapRun, report: (text: string) => void): Promise<void> {
  const rpc = new JsonRpc(devnet.rpcUrl);
  const last = run.hashes[run.hashes.length - 1] as Hex;
  let known = '';
  await waitUntil(
    'The last batch',
    async () => {
      const receipt = await receiptOf(rpc, last);
      const finality = receipt?.finality ?? 'soft, block open';
      // A log would have the same line every half second.
      if (finality !== known) report(`finality of the last swap: ${(known = finality)}`);
      return Boolean(receipt?.l1.batch);
    },
    undefined,
    180_000,
  );
  await rpc.close();
}

/** The batches in which the swaps of a run stand, with what L1 charged for them. */
export async function batchesOf(devnet: Devnet, run: SwapRun): Promise<Batches> {
  const rpc = new JsonRpc(devnet.rpcUrl);
  const found = new Map<number, Batch>();
  for (const hash of run.hashes) {
    const receipt = await receiptOf(rpc, hash);
    const batch = receipt?.l1.batch;
    if (!batch) throw new InfraError('checkFailed', `Swap ${hash} has no batch although the last one has.`);
    if (!found.has(batch.item)) found.set(batch.item, await onL1(devnet, batch));
  }
  await rpc.close();
  const list = [...found.values()];
  const sum = (value: (batch: Batch) => number) => list.reduce((total, batch) => total + value(batch), 0);
  return {
    list,
    bytes: sum((batch) => batch.bytes),
    gasEquivalent: sum((batch) => batch.gas + batch.blobs * reserveGasPerBlob),
  };
}

async function onL1(devnet: Devnet, batch: NonNullable<NativeReceipt['l1']['batch']>): Promise<Batch> {
  const l1 = createPublicClient({ transport: http(devnet.l1Url) });
  const receipt = await l1.getTransactionReceipt({ hash: batch.l1TransactionHash });
  return {
    item: batch.item,
    transaction: batch.l1TransactionHash,
    bytes: batch.payloadBytes,
    blobs: Number(receipt.blobGasUsed ?? 0n) / gasPerBlob,
    gas: Number(receipt.gasUsed),
  };
}

/** What the demo reads of the prover's status. */
interface ProverStatus {
  readonly boundary: { readonly blockNumber: string };
  readonly assertions: { readonly wrong: readonly unknown[] };
}

/** Waits until the prover has replayed the last block of the run from L1 and found no difference. */
export async function waitForProver(devnet: Devnet, run: SwapRun, report: (text: string) => void): Promise<bigint> {
  let block = 0n;
  await waitUntil(
    'The prover',
    async () => {
      const status = (await (await fetch(`${devnet.proverUrl}/status`)).json()) as ProverStatus;
      block = BigInt(status.boundary.blockNumber);
      const { wrong } = status.assertions;
      if (wrong.length > 0) throw new InfraError('checkFailed', `The prover finds ${wrong.length} assertions wrong.`);
      report(`prover at block ${block} of ${run.lastBlock}`);
      return block >= run.lastBlock;
    },
    undefined,
    180_000,
  );
  return block;
}
