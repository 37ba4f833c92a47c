import type { Position, UnitInputs, UnitResult } from '@metachain/program';
import type { HostCryptography } from './crypto.js';
import type { LoweredProgram } from './lowering/lower.js';
import type { PersistentStateTree } from './merkle/state-tree.js';
import { runUnit, type UnitOutcome } from './unit.js';

/** V8 and the stepper disagree about a unit: nothing may be asserted on it. */
export class UnitMismatchError extends Error {
  override readonly name = 'UnitMismatchError';
  readonly code = 'unit-mismatch';

  constructor(
    readonly position: Position,
    readonly difference: string,
  ) {
    super(`V8 and the stepper disagree about item ${position.item}, offset ${position.offset}: ${difference}`);
  }
}

/** Follows a replay in V8 with the stepper, unit by unit, on a state of its own. */
export class UnitChecker {
  constructor(
    private readonly program: LoweredProgram,
    private state: PersistentStateTree,
    private readonly cryptography: HostCryptography,
  ) {}

  /** Root of the state after the units checked so far. */
  get root(): Uint8Array {
    return this.state.root;
  }

  /**
   * Runs the next unit and compares all that it decides with what V8 made of it.
   * @throws UnitMismatchError; the checker then stays where it was
   */
  check(position: Position, inputs: UnitInputs, expected: UnitResult): UnitOutcome {
    const { program, state, cryptography } = this;
    const outcome = runUnit({ program, state, position, inputs, cryptography });
    const difference = firstDifference(outcome, expected);
    if (difference !== undefined) throw new UnitMismatchError(position, difference);
    this.state = outcome.state;
    return outcome;
  }
}

function firstDifference(outcome: UnitOutcome, { trapped, block, next }: UnitResult): string | undefined {
  const pairs: [string, unknown, unknown][] = [
    ['trapped', outcome.trapped, trapped],
    ['made a block', outcome.made, block !== undefined],
    ['state root', outcome.stateRoot, block?.stateRoot ?? outcome.stateRoot],
    ['log hash', outcome.logHash, block?.logHash ?? outcome.logHash],
    ['header hash', outcome.next.parentHash, next.parentHash],
    ['block number', outcome.next.parentNumber, next.parentNumber],
    ['next item', outcome.next.item, next.item],
    ['next offset', outcome.next.offset, next.offset],
  ];
  const found = pairs.find(([, ours, theirs]) => ours !== theirs);
  return found && `${found[0]}: ${found[1]} in the stepper, ${found[2]} in V8`;
}
