import { setTimeout as sleep } from 'node:timers/promises';

import { L1TransactionRefusedError } from '@metachain/bridge';

import type { DisputeAgent } from '../dispute/agent.js';
import type { ExitReport, ExitWait } from './exit-types.js';
import { Exit, type ExitOptions } from './exit.js';

/** An exit that goes on to its end. */
export interface PlayedExitOptions extends Omit<ExitOptions, 'send' | 'account' | 'onAwaited'> {
  /** Plays the games of the account that leaves; sends everything, so that nothing of it collides. */
  readonly agent: DisputeAgent;
  /** Whether the agent puts own bonds behind right claims of others that are waited for. */
  readonly ownBond: boolean;
  /** Told of what is waited for, where that changed. */
  readonly onWaits: (waits: readonly ExitWait[]) => void;
}

/**
 * Repeats an exit until everything is finalised, and plays the account's games meanwhile: who asserts alone has nobody else to defend the
 * assertion. Throws ExitError, and what deriving and sending throw; L1WaitAbortedError after the signal.
 */
export async function exitWhilePlaying(options: PlayedExitOptions, signal: AbortSignal): Promise<ExitReport> {
  const { agent } = options;
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const playing = agent.run(both);
  try {
    return await toEnd(options, both);
  } finally {
    stop.abort();
    await playing;
  }
}

async function toEnd(options: PlayedExitOptions, signal: AbortSignal): Promise<ExitReport> {
  const { agent, onWaits, ownBond, pollMilliseconds } = options;
  const sent: { what: string; hash: ExitReport['sent'][number]['hash'] }[] = [];
  const send: ExitOptions['send'] = async (call) => {
    const { hash } = await agent.transact(call, signal);
    sent.push({ what: call.what, hash });
    return hash;
  };
  const onAwaited = (id: bigint) => {
    if (ownBond) agent.standBehind(id);
  };
  const exit = new Exit({ ...options, account: agent.address, send, onAwaited });
  for (let shown = ''; ;) {
    const report = await exit.run().catch(untilRefused);
    if (report?.done && agent.player.games.length === 0) return { ...report, sent };
    const waits = report?.waits ?? [];
    const now = waits.map(({ what }) => what).join();
    if (now !== shown) onWaits(waits);
    shown = now;
    await sleep(pollMilliseconds, undefined, { signal });
  }
}

/** The agent, or anybody, may have done the same step a moment before: the next look shows what is left. */
function untilRefused(error: unknown): undefined {
  if (!(error instanceof L1TransactionRefusedError)) throw error;
}
