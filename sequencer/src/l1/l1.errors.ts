import { SequencerError } from '../errors/sequencer.errors.js';

/** L1 would revert, or did revert, a transaction; its nonce was not used unless `included`. */
export class L1TransactionRefusedError extends SequencerError {
  constructor(
    what: string,
    reason: string,
    readonly included: boolean,
  ) {
    super(402, `L1 refuses ${what}: ${reason}`);
  }
}

/** Shutdown came while a transaction was waiting for inclusion; the record of what was sent stays. */
export class L1WaitAbortedError extends SequencerError {
  constructor(what: string) {
    super(402, `stopped waiting for ${what}`);
  }
}
