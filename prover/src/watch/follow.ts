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

/** What an event is handed on with until it is taken. */
export interface PersistentParts extends Pick<FollowParts, 'prover' | 'watcher' | 'retryMilliseconds'> {
  /** Told of each failure after which the event is tried again. */
  readonly onFailure: (error: Error) => void;
}

/** Errors that may pass: L1 or a blob is out of reach, endpoints disagree. Nothing is skipped meanwhile. */
const isTemporary = (error: unknown): error is Error =>
  error instanceof CannotDeriveError || (error instanceof BridgeError && !(error instanceof DeepReorgError));

/** Follows L1 until the signal aborts. Throws what no retry can cure: a wrong assertion, a reorg beyond finality, a foreign genesis. */
export async function follow(parts: FollowParts, signal: AbortSignal): Promise<void> {
  await parts.prover.resume();
  for await (const event of parts.watcher.events(signal)) {
    await handlePersistently({ ...parts, onFailure: (error) => complain(parts, event, error) }, event, signal);
    if (signal.aborted) break;
  }
  await parts.prover.checkpoint();
}

function complain({ metrics, log }: FollowParts, { type }: L1Event, error: Error): void {
  metrics.derivationErrors.inc({ code: String((error as BridgeError).code) });
  metrics.ready.set(0);
  log.error({ event: 'derivation_failed', type, reason: error.message }, 'cannot derive now; trying again');
}

/** What a reorg of L1 took away comes back to nobody who waits for it: the watcher has to report the reorg first. */
const isVoid = (watcher: L1Watcher): Promise<boolean> =>
  watcher.holds().then(
    (holds) => !holds,
    () => false,
  );

async function handlePersistently(
  { prover, watcher, retryMilliseconds, onFailure }: PersistentParts,
  event: L1Event,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await prover.handle(event);
    } catch (error) {
      if (!isTemporary(error)) throw error;
      onFailure(error);
      if (await isVoid(watcher)) return;
      await sleep(retryMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Reads L1 up to its present head, or up to an item, once. Every error is thrown. */
export async function deriveOnce({ prover, watcher }: Pick<FollowParts, 'prover' | 'watcher'>): Promise<void> {
  for await (const event of watcher.sync()) await prover.handle(event);
}

/**
 * Reads L1 up to its present head once, each event as often as it takes: the watcher reports none twice. Throws what reading L1 throws, after which
 * it may be called again, and what no retry can cure.
 */
export async function derivePersistently(parts: PersistentParts, signal: AbortSignal): Promise<void> {
  for await (const event of parts.watcher.sync()) {
    await handlePersistently(parts, event, signal);
    if (signal.aborted) return;
  }
}
