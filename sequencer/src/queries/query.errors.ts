import { SequencerError } from '../errors/sequencer.errors.js';

/** A query ran or waited for too long, or too many wait. */
export class QueryLimitError extends SequencerError {
  constructor(reason: string) {
    super(204, reason);
  }
}
