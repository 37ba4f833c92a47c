import { SequencerError } from '../errors/sequencer.errors.js';

/** The state of an asserted block could not be rebuilt, or what was rebuilt is not what L1 was told. */
export class ProofReplayError extends SequencerError {
  constructor(blockNumber: bigint, reason: string) {
    super(207, `proofs at block ${blockNumber}: ${reason}`);
  }
}
