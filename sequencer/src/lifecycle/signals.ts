import { SequencerError } from '../errors/sequencer.errors.js';
import type { RunningNode } from './run-node.js';

/** The drain took longer than allowed; the journal makes the next start whole. */
export class DrainTimeoutError extends SequencerError {
  constructor(seconds: number) {
    super(502, `not drained after ${seconds} s`);
  }
}

/** SIGTERM or SIGINT drains and exits 0; a second one, or a drain that takes too long, exits 1 at once. */
export function stopOnSignals(node: RunningNode, drainSeconds: number, report: (error: unknown) => void): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    const timer = setTimeout(() => fail(new DrainTimeoutError(drainSeconds)), drainSeconds * 1_000);
    node.stop().then(() => {
      clearTimeout(timer);
      process.exit(0);
    }, fail);
  };
  const fail = (error: unknown): void => {
    report(error);
    process.exit(1);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
