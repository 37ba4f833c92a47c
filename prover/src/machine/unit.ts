import { nextPosition, type Position, positionAfterTrap, toHex, type UnitInputs } from '@metachain/program';
import type { Hex } from 'viem';
import type { HostCryptography } from './crypto.js';
import { positionWords, UnitInputReader } from './inputs.js';
import type { LoweredProgram } from './lowering/lower.js';
import { Machine, type MachineStart } from './machine.js';
import { keccak } from './merkle/hash.js';
import type { PersistentStateTree } from './merkle/state-tree.js';

/** Steps of one unit in a dispute; a machine that still runs after them counts as trapped. */
export const MAX_UNIT_STEPS = 1n << 32n;

const MADE = 1n << 63n;
const ITEM_DONE = 1n << 62n;

/** What a unit is run on. */
export interface Unit {
  readonly program: LoweredProgram;
  readonly state: PersistentStateTree;
  readonly position: Position;
  readonly inputs: UnitInputs;
  readonly cryptography: HostCryptography;
  /** Makes the machine; default: the honest one. For machines that deviate on purpose, in tests and demonstrations. */
  readonly open?: (start: MachineStart) => Machine;
}

/** What a unit did, as L1 would conclude from its last machine. */
export interface UnitOutcome {
  readonly trapped: boolean;
  /** A block was sealed. */
  readonly made: boolean;
  readonly stateRoot: Hex;
  readonly logHash: Hex;
  readonly next: Position;
  readonly steps: bigint;
  /** The state after the unit. */
  readonly state: PersistentStateTree;
}

/** The Merkle machine of a unit before its first step. */
export function unitMachine(unit: Unit): Machine {
  const reader = new UnitInputReader(unit.position, unit.inputs);
  const start: MachineStart = {
    program: unit.program,
    state: unit.state,
    position: positionWords(unit.position),
    readInput: (index) => reader.read(index),
    cryptography: unit.cryptography,
  };
  return unit.open?.(start) ?? new Machine(start);
}

/** Runs a unit to its end in the stepper. */
export function runUnit(unit: Unit): UnitOutcome {
  const machine = unitMachine(unit);
  machine.runTo(MAX_UNIT_STEPS);
  return unitOutcome(unit, machine);
}

/** Reads a stopped machine as OneStepProver.finish does. */
export function unitOutcome({ position, state }: Unit, machine: Pick<Machine, 'stepper' | 'host'>): UnitOutcome {
  const { stepper, host } = machine;
  const { steps, result } = stepper;
  const logHash = toHex(host.logHash);
  if (stepper.status !== 'halted') {
    const stateRoot = toHex(state.root);
    return { trapped: true, made: false, stateRoot, logHash, next: positionAfterTrap(position), steps, state };
  }
  const made = (result & MADE) !== 0n;
  const stateRoot = toHex(host.state.tree.root);
  const at = made ? { ...position, ...sealed(position, host.state.tree.root, host.logHash) } : position;
  const next = nextPosition(at, (result & ITEM_DONE) !== 0n ? undefined : Number(BigInt.asUintN(32, result)));
  return { trapped: false, made, stateRoot, logHash, next, steps, state: host.state.tree };
}

const sealed = (position: Position, root: Uint8Array, logHash: Uint8Array) => ({
  parentHash: toHex(keccak(Buffer.from(position.parentHash.slice(2), 'hex'), root, logHash)),
  parentNumber: position.parentNumber + 1n,
});
