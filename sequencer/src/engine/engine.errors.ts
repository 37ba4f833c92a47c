import { SequencerError } from '../errors/sequencer.errors.js';

/** The engine was asked after it had stopped accepting. */
export class EngineHaltedError extends SequencerError {
  constructor(reason: string) {
    super(203, `the engine has halted: ${reason}`);
  }
}
