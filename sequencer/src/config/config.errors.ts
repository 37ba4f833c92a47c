import { SequencerError } from '../errors/sequencer.errors.js';

/** The configuration cannot be read or is not valid; the text names each field. */
export class ConfigurationError extends SequencerError {
  constructor(reason: string, options?: ErrorOptions) {
    super(301, reason, options);
  }
}
