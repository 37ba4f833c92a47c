import { setTimeout as sleep } from 'node:timers/promises';

import { DeepReorgError, L1ChainMismatchError } from '@metachain/bridge';

import type { DisputeAgent } from '../dispute/agent.js';
import { CannotDeriveError, DisputeError, ProverError, TraceMismatchError } from '../errors.js';
import { derivePersistently } from '../watch/follow.js';
import type { ExitReport, ExitUndone, ExitWait } from './exit-types.js';
import { Exit, type ExitOptions } from './exit.js';
import { Hindrances } from './hindrances.js';

/** Looks at L1 in a row that have to show the same refusals before they are taken for final: somebody may have done the same step a moment before. */
const LOOKS_AT_REFUSALS = 10;

/** What of an exit its account does. */
type AccountSide = Pick<ExitOptions, 'account' | 'guard' | 'nonce' | 'send'>;

/** The account's side of an exit, where an agent has the account. */
export const sideOf = ({ shared }: DisputeAgent, signal: AbortSignal): AccountSide => ({
  account: shared.address,
  guard: shared.guard,
  nonce: () => shared.nonce(),
  send: async (call, nonce) => (await shared.transact({ ...call, nonce }, signal)).hash,
});

/** An exit that goes on to its end. */
export interface PlayedExitOptions extends Omit<ExitOptions, keyof AccountSide | 'onAwaited' | 'derive'> {
  /** Plays the games of the account that leaves; sends everything, so that nothing of it collides. */
  readonly agent: DisputeAgent;
  /** Whether the agent puts own bonds behind right claims of others that are waited for. */
  readonly ownBond: boolean;
  /** Told of what is waited for, where that changed. */
  readonly onWaits: (waits: readonly ExitWait[]) => void;
  /** Told of what is left undone so far, where that changed. */
  readonly onUndone: (undone: readonly ExitUndone[]) => void;
  /** Told once of what keeps it from going on, and undefined when it goes on again. */
  readonly onHindrance: (reason: string | undefined) => void;
}

/**
 * Repeats an exit until everything is finalised that L1 does not refuse for good, and plays the account's games meanwhile: who asserts alone has nobody else to defend the
 * assertion. L1 may be away for hours in these days, and whatever fails is tried again, or the bond would be lost with the games. Throws only
 * what no retry can cure: ExitError, another chain, a reorg beyond finality; after the signal, that it was given.
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
  const { agent, onWaits, onUndone, onHindrance, pollMilliseconds } = options;
  const sent: Sent[] = [];
  const hindrances = new Hindrances(onHindrance);
  const exit = new Exit(played(options, sent, hindrances, signal));
  const [tellWaits, tellUndone] = [changesOf(onWaits), changesOf(onUndone)];
  for (let refusing = 0; ;) {
    const report = await exit.run().catch((error: unknown) => hindrances.add(toRepeat(error, signal)));
    if (report !== undefined) {
      hindrances.clear();
      tellWaits(report.waits);
      tellUndone(report.undone);
      refusing = onlyRefusals(report) ? refusing + 1 : 0;
      const isOver = report.done || refusing >= LOOKS_AT_REFUSALS;
      if (isOver && agent.player.games.length === 0) return { ...report, sent };
    }
    await sleep(pollMilliseconds, undefined, { signal });
  }
}

/** Whether nothing is left but withdrawals that are undone. What others depend on is tried for ever. */
const onlyRefusals = ({ done, waits, undone }: ExitReport): boolean =>
  !done && waits.length === 0 && undone.every(({ withdrawal }) => withdrawal !== undefined);

/** Tells of a list only where it has other members than the last one. */
function changesOf<T extends { readonly what: string }>(tell: (list: readonly T[]) => void) {
  let shown = '';
  return (list: readonly T[]): void => {
    const now = list.map(({ what }) => what).join();
    if (now !== shown) tell(list);
    shown = now;
  };
}

type Sent = ExitReport['sent'][number];

/** An exit whose transactions the agent sends, and which waits for what cannot be derived now. */
function played(options: PlayedExitOptions, sent: Sent[], hindrances: Hindrances, signal: AbortSignal): ExitOptions {
  const { agent, ownBond, prover, pollMilliseconds: retryMilliseconds } = options;
  const side = sideOf(agent, signal);
  const send: ExitOptions['send'] = async (call, nonce) => {
    const hash = await side.send(call, nonce);
    sent.push({ what: call.what, hash });
    return hash;
  };
  const onAwaited = (id: bigint) => {
    if (ownBond) agent.standBehind(id);
  };
  const onFailure = (error: Error) => hindrances.add(error);
  const derive = () => derivePersistently({ ...prover, retryMilliseconds, onFailure }, signal);
  return { ...options, ...side, send, onAwaited, derive };
}

/**
 * An error after which the next look may show something else: L1 is away, a blob is missing, somebody did the same step a moment before. Throws
 * the others.
 */
function toRepeat(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || isFinal(error)) throw error;
  return error;
}

const isFinal = (error: unknown): boolean =>
  error instanceof DeepReorgError ||
  error instanceof L1ChainMismatchError ||
  (error instanceof ProverError && !MAY_PASS.some((kind) => error instanceof kind));

const MAY_PASS = [CannotDeriveError, DisputeError, TraceMismatchError];
