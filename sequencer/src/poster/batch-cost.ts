import { fetchL1Cost, type L1Cost, type L1Source, MalformedLogError } from '@metachain/bridge';
import pRetry from 'p-retry';
import type { Hash } from 'viem';

const NOTHING: L1Cost = { executionWei: 0n, blobWei: 0n, totalWei: 0n };

/**
 * Wei paid for a transaction. Waits for L1 as long as it takes, or until the signal aborts; 0 when L1 has dropped the transaction meanwhile,
 * which it will report.
 */
export async function batchCost(source: L1Source, transaction: Hash, signal: AbortSignal): Promise<L1Cost> {
  const shouldRetry = ({ error }: { error: Error }): boolean => !(error instanceof MalformedLogError);
  const options = { retries: Infinity, maxTimeout: 5_000, randomize: true, signal, shouldRetry };
  return pRetry(() => fetchL1Cost(source, transaction), options).then(
    (cost) => cost,
    () => NOTHING,
  );
}
