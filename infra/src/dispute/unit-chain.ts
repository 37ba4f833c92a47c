import { ecrecover, type Position, type UnitInputs } from '@metachain/program';
import {
  type LoweredProgram,
  type Machine,
  type MachineStart,
  MAX_UNIT_STEPS,
  type PersistentStateTree,
  type Unit,
  unitMachine,
  type UnitOutcome,
  unitOutcome,
} from '@metachain/prover';
import type { Hash, Hex } from 'viem';

/** Between two units. */
export interface ChainPoint {
  readonly position: Position;
  readonly state: PersistentStateTree;
}

/** A unit of proof with what somebody's machine made of it. */
export interface ChainUnit {
  readonly unit: Unit;
  readonly outcome: UnitOutcome;
  /** What was hashed while it ran, where running it again takes long. */
  readonly seen?: SeenMachine;
}

/** Hashes of a machine by steps, and the proof of its end. */
export interface SeenMachine {
  readonly hashes: ReadonlyMap<bigint, Hash>;
  readonly finalProof: Hex;
}

/** Where the inputs of an item are read. */
export type InputsOf = (item: bigint) => UnitInputs;

/** Makes the machine of a unit, or undefined for the honest one. */
export type OpenAt = (unit: Unit) => ((start: MachineStart) => Machine) | undefined;

const cryptography = { recover: ecrecover, verifyAggregate: () => false };

/** Runs all units of the items from `from` to `end` (not included) in the stepper. */
export function runUnits(
  program: LoweredProgram,
  from: ChainPoint,
  end: bigint,
  inputsOf: InputsOf,
  openAt: OpenAt = () => undefined,
): ChainUnit[] {
  const units: ChainUnit[] = [];
  for (let point = from; point.position.item < end; point = pointAfter(units.at(-1), from)) {
    const unit: Unit = { program, ...point, inputs: inputsOf(point.position.item), cryptography };
    const open = openAt(unit);
    units.push(runOne(open === undefined ? unit : { ...unit, open }));
  }
  return units;
}

function runOne(unit: Unit): ChainUnit {
  const machine = unitMachine(unit);
  machine.runTo(MAX_UNIT_STEPS);
  return { unit, outcome: unitOutcome(unit, machine) };
}

/** Where the chain stands after a unit; after none, where it began. */
export const pointAfter = (last: ChainUnit | undefined, begin: ChainPoint): ChainPoint =>
  last === undefined ? begin : { position: last.outcome.next, state: last.outcome.state };
