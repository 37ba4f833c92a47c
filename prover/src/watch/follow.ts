import { setTimeout as sleep } from 'node:timers/promises';

import { BridgeError, DeepReorgError, type L1Event, type L1Watcher } from '@metachain/bridge';

import { CannotDeriveError } from '../errors.js';
import type { ProverMetrics } from '../metrics/metrics.js';
import type { Prover } from './prover.js';
import type { ProverLog } from './prover-log.js';

/** What following needs. */
export interface FollowParts {
  readonly prover: Prover;
  readonly watcher: L1Watcher;
  readonly metrics: ProverMetrics;
  readonly log: ProverLog;
  /** Pause before an event is tried again. */
  readonly retryMilliseconds: number;
}

/** Errors that may pass: L1 or a blob is out of reach, endpoints disagree. Nothing is skipped meanwhile. */
const isTemporary = (error: unknown) =>
  error instanceof CannotDeriveError || (error instanceof BridgeError && !(error instanceof DeepReorgError));

/** Follows L1 until the signal aborts. Throws what no retry can cure: a wrong assertion, a reorg beyond finality, a foreign genesis. */
export async function follow(parts: FollowParts, signal: AbortSignal): Promise<void> {
  await parts.prover.resume();
  for await (const event of parts.watcher.events(signal)) {
    await handlePersistently(parts, event, signal);
    if (signal.aborted) break;
  }
  await parts.prover.checkpoint();
}

/** What a reorg of L1 took away comes back to nobody who waits for it: the watcher has to report the reorg first. */
const isVoid = (watcher: L1Watcher): Promise<boolean> =>
  watcher.holds().then(
    (holds) => !holds,
    () => false,
  );

async function handlePersistently(
  { prover, watcher, metrics, log, retryMilliseconds }: FollowParts,
  event: L1Event,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await prover.handle(event);
    } catch (error) {
      if (!isTemporary(error)) throw error;
      metrics.derivationErrors.inc({ code: String((error as BridgeError).code) });
      metrics.ready.set(0);
      log.error(
        { event: 'derivation_failed', type: event.type, reason: (error as Error).message },
        'cannot derive now; trying again',
      );
      if (await isVoid(watcher)) return;
      await sleep(retryMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Reads L1 up to its present head, or up to an item, once. Every error is thrown. */
export async function deriveOnce({ prover, watcher }: Pick<FollowParts, 'prover' | 'watcher'>): Promise<void> {
  for await (const event of watcher.sync()) await prover.handle(event);
}
