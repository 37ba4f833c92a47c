import { checkpoint, commit, rollback } from './host';
import { flushLog, resetLog } from './event';

/** One level of undo over state and log. Records gathered before it are handed over first, so that an undo drops only what came after. */

export function openCheckpoint(): void {
  flushLog();
  checkpoint();
}

/** Keeps everything since `openCheckpoint`. */
export function closeCheckpoint(): void {
  commit();
}

/** Returns state and log to what they were at `openCheckpoint`. */
export function undoToCheckpoint(): void {
  rollback();
  resetLog();
}
