import { SequencerError } from '../errors/sequencer.errors.js';

/** The engine was asked after it had stopped accepting. */
export class EngineHaltedError extends SequencerError {
  constructor(reason: string) {
    super(203, `the engine has halted: ${reason}`);
  }
}

/** An item of L1 cannot be derived: the node lacks something that the item names. */
export class MissingInputError extends SequencerError {
  constructor(what: string) {
    super(205, `${what} of L1 is not known here`);
  }
}

/** Blocks of an item were to follow another block than the node has at that number: its data directory is damaged. */
export class WrongParentError extends SequencerError {
  constructor(number: bigint, expected: string, actual: string) {
    super(206, `block ${number} is ${expected} on L1 and ${actual} here`);
  }
}
