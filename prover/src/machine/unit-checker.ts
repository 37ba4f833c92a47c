import type { Position, SealedBlock, UnitInputs } from '@metachain/program';
import { bytesToHex } from 'viem';
import type { HostCryptography } from './crypto.js';
import type { LoweredProgram } from './lowering/lower.js';
import type { PersistentStateTree } from './merkle/state-tree.js';
import { UnitInputReader } from './inputs.js';
import { PROVABLE_ENTRY } from './lowering/program.js';
import { TreeState } from './host-state.js';
import type { MachineHost } from './stepper/host.js';
import { Stepper } from './stepper/stepper.js';
import { MAX_UNIT_STEPS, type Unit, unitOutcome, type UnitOutcome } from './unit.js';
import { UnitHost } from './unit-host.js';

/** What V8 made of a unit; a `UnitResult` is one. */
export interface ExpectedUnit {
  readonly trapped: boolean;
  readonly block: Pick<SealedBlock, 'stateRoot' | 'logHash'> | undefined;
  readonly next: Position;
}

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
  /** One for all units: to lay the code out takes longer than to run a small block. */
  private readonly stepper: Stepper;
  private host: UnitHost<TreeState> | undefined;

  constructor(
    private readonly program: LoweredProgram,
    private state: PersistentStateTree,
    private readonly cryptography: HostCryptography,
  ) {
    const perform: MachineHost['perform'] = (...call) => this.host?.perform(...call) ?? false;
    this.stepper = new Stepper(program, { perform });
  }

  /** Root of the state after the units checked so far. */
  get root(): Uint8Array {
    return this.state.root;
  }

  /**
   * Runs the next unit and compares all that it decides with what V8 made of it.
   * @throws UnitMismatchError; the checker then stays where it was
   */
  check(position: Position, inputs: UnitInputs, expected: ExpectedUnit): UnitOutcome {
    const { program, state, cryptography } = this;
    const outcome = this.run({ program, state, position, inputs, cryptography });
    const difference = firstDifference(outcome, expected, bytesToHex(state.root));
    if (difference !== undefined) throw new UnitMismatchError(position, difference);
    this.state = outcome.state;
    return outcome;
  }

  /** As `runUnit`, without the trees that only a machine hash needs. */
  private run(unit: Unit): UnitOutcome {
    const { stepper } = this;
    const reader = new UnitInputReader(unit.position, unit.inputs);
    const host = new UnitHost(new TreeState(unit.state), (index) => reader.read(index), unit.cryptography);
    this.host = host;
    stepper.reset();
    stepper.start(PROVABLE_ENTRY);
    stepper.runTo(MAX_UNIT_STEPS);
    return unitOutcome(unit, { stepper, host });
  }
}

/** A unit without a block leaves the state as it was. */
function firstDifference(
  outcome: UnitOutcome,
  { trapped, block, next }: ExpectedUnit,
  before: string,
): string | undefined {
  const pairs: [string, unknown, unknown][] = [
    ['trapped', outcome.trapped, trapped],
    ['made a block', outcome.made, block !== undefined],
    ['state root', outcome.stateRoot, block?.stateRoot ?? before],
    ['log hash', outcome.logHash, block?.logHash ?? outcome.logHash],
    ['header hash', outcome.next.parentHash, next.parentHash],
    ['block number', outcome.next.parentNumber, next.parentNumber],
    ['next item', outcome.next.item, next.item],
    ['next offset', outcome.next.offset, next.offset],
  ];
  const found = pairs.find(([, ours, theirs]) => ours !== theirs);
  return found && `${found[0]}: ${found[1]} in the stepper, ${found[2]} in V8`;
}
