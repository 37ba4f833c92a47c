/** Base of every error this package throws. `code` is stable; the message is for people. */
export class ProgramError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** Bytes or values that have no encoding, or are not an encoding. */
export class CodecError extends ProgramError {}

/** The WebAssembly module, the native libraries or the order of engine calls are not what the host needs. */
export class EngineError extends ProgramError {}

/** The machine trapped: the rules reached something the specification forbids (docs/spec/program.md). */
export class TrapError extends ProgramError {
  constructor(reason: string) {
    super('program/trap', `the program trapped: ${reason}`);
  }
}

/** A snapshot that must not be used. */
export class SnapshotError extends ProgramError {}

/** A genesis configuration that breaks a rule. */
export class GenesisError extends ProgramError {}

/** A block outside the history window was asked for. */
export class OutsideWindowError extends ProgramError {
  constructor(
    readonly blockNumber: bigint,
    readonly oldest: bigint,
    readonly latest: bigint,
  ) {
    super('state/outside-window', `block ${blockNumber} is outside the history window ${oldest}..${latest}`);
  }
}
