import { SequencerError } from '../errors/sequencer.errors.js';

/** A worker thread ended with calls outstanding. */
export class WorkerEndedError extends SequencerError {
  constructor(
    readonly worker: string,
    reason: string,
  ) {
    super(202, `worker ${worker} ended: ${reason}`);
  }
}

/** A call in a worker failed; `remoteCode` is the code of the error there. */
export class WorkerCallError extends SequencerError {
  constructor(
    worker: string,
    readonly remoteName: string,
    readonly remoteCode: string | number | undefined,
    message: string,
    /** Values of the error there, as plain data. */
    readonly details: Readonly<Record<string, unknown>>,
  ) {
    super(202, message, { cause: `${worker}: ${remoteName}` });
  }
}
