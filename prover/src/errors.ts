/** Stable codes of the prover's errors. 100-199 configuration, 200-299 derivation, 300-399 disagreement, 400-499 disputes, 500-599 exit. */
export type ProverErrorCode =
  | 101 // configuration
  | 102 // genesis does not match the contracts
  | 103 // no such contract on L1
  | 201 // cannot derive
  | 202 // checkpoint refused
  | 301 // assertion differs
  | 302 // the stepper ended
  | 401 // game cannot be followed
  | 402 // a trace contradicts L1
  | 403 // a call would revert
  | 501; // an exit cannot go on

/** Base of the prover's typed errors. */
export class ProverError extends Error {
  constructor(
    readonly code: ProverErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Configuration that cannot work. */
export class ProverConfigurationError extends ProverError {
  constructor(reason: string) {
    super(101, reason);
  }
}

/** The genesis at hand is not the one that the Rollup was deployed with. */
export class GenesisMismatchError extends ProverError {
  constructor(field: string, onL1: string, own: string) {
    super(102, `genesis ${field} on L1 is ${onL1}, the configuration gives ${own}`);
  }
}

/** L1 has no such contract at an address of the configuration. */
export class MissingContractError extends ProverError {
  constructor(address: string, functionName: string, block: bigint | 'latest') {
    super(103, `there is no contract with ${functionName} at ${address}, L1 block ${block}: check the addresses`);
  }
}

/** L1 data that is needed and cannot be had. */
export class CannotDeriveError extends ProverError {
  constructor(reason: string, cause?: unknown) {
    super(201, reason, { cause });
  }
}

/** A checkpoint that does not fit the chain on L1, or is damaged. The prover falls back to an older one or to genesis. */
export class CheckpointRefusedError extends ProverError {
  constructor(path: string, reason: string, cause?: unknown) {
    super(202, `checkpoint ${path}: ${reason}`, { cause });
  }
}

/** An assertion on L1 is not what the inputs on L1 give. */
export class AssertionMismatchError extends ProverError {
  constructor(assertion: bigint, reasons: readonly string[]) {
    super(301, `assertion ${assertion} is wrong: ${reasons.join('; ')}`);
  }
}

/** The thread that cross-checks in the stepper ended; what it has not passed must not be asserted. */
export class StepperEndedError extends ProverError {
  constructor(exitCode: number) {
    super(302, `the thread of the stepper ended with code ${exitCode}`);
  }
}

/** A game that cannot be followed now: what L1 shows of it is incomplete or contradicts itself. Try again. */
export class DisputeError extends ProverError {
  constructor(reason: string) {
    super(401, reason);
  }
}

/** What was replayed for a dispute is not what the prover derived, or what L1's own judge says. Nothing is sent on it. */
export class TraceMismatchError extends ProverError {
  constructor(reason: string) {
    super(402, reason);
  }
}

/** A call reverts in the local EVM on L1's state: it is not sent. */
export class RehearsalRefusedError extends ProverError {
  constructor(readonly reason: string) {
    super(403, `the call would revert: ${reason}`);
  }
}

/** An exit that cannot go on: what L1 holds does not allow the next step. */
export class ExitError extends ProverError {
  constructor(reason: string) {
    super(501, reason);
  }
}
