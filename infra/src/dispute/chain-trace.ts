import { tupleHash } from '@metachain/program';
import {
  headerWords,
  type Machine,
  ProofError,
  stepProof,
  type Trace,
  unitMachine,
  unitStateOf,
  type UnitState,
  type UnitTrace,
  type WitnessSources,
} from '@metachain/prover';
import { bytesToHex, concat, type Hash, type Hex } from 'viem';
import { type ChainPoint, type ChainUnit, pointAfter } from './unit-chain.js';

/** A trace made of units that were run: the liar's, whose machines deviate, or an independent honest one. */
export class ChainTrace implements Trace {
  private readonly machines = new Map<bigint, MachineTrace>();

  constructor(
    private readonly begin: ChainPoint,
    private readonly units: readonly ChainUnit[],
    private readonly programHash: Hash,
    private readonly sources: WitnessSources = {},
  ) {}

  /** Claims more steps of a unit than its machine makes: it has stopped by then, so nothing else changes. */
  claimSteps(unit: bigint, steps: bigint): void {
    const found = this.units[Number(unit)];
    if (found !== undefined) this.machines.set(unit, new MachineTrace(found, this.sources, steps));
  }

  /** State after all units. */
  get end(): ChainPoint {
    return pointAfter(this.units.at(-1), this.begin);
  }

  get length(): number {
    return this.units.length;
  }

  async stateAt(unit: bigint): Promise<UnitState> {
    const count = Math.min(Number(unit), this.units.length);
    return unitStateOf(pointAfter(this.units[count - 1], this.begin));
  }

  async tupleAt(unit: bigint): Promise<Hash> {
    return tupleHash({ ...(await this.stateAt(unit)), programHash: this.programHash });
  }

  async unit(unit: bigint): Promise<UnitTrace> {
    const found = this.units[Number(unit)];
    if (found === undefined) throw new ProofError('no-witness', `unit ${unit}`);
    const machine = this.machines.get(unit) ?? new MachineTrace(found, this.sources);
    this.machines.set(unit, machine);
    return machine;
  }
}

/** Header words and frame of a machine that has stopped, as `finish` reads them. */
export function endProof(machine: Machine): Hex {
  const header = machine.header();
  return bytesToHex(concat([...headerWords(header), header.frame]));
}

/** The machine of one unit at any step. Going back means running it again from its start. */
class MachineTrace implements UnitTrace {
  private machine: Machine;
  private readonly known: Map<bigint, Hash>;

  constructor(
    private readonly chainUnit: ChainUnit,
    private readonly sources: WitnessSources,
    readonly steps = chainUnit.outcome.steps,
  ) {
    this.machine = unitMachine(chainUnit.unit);
    this.known = new Map(chainUnit.seen?.hashes);
  }

  get start(): UnitState {
    return unitStateOf(this.chainUnit.unit);
  }

  async hashAt(step: bigint): Promise<Hash> {
    const hash = this.known.get(step) ?? bytesToHex(this.at(step).hash());
    this.known.set(step, hash);
    return hash;
  }

  async finalProof(): Promise<Hex> {
    return this.chainUnit.seen?.finalProof ?? endProof(this.at(this.steps));
  }

  async stepProof(step: bigint): Promise<Hex> {
    return bytesToHex(stepProof(this.at(step), this.sources));
  }

  private at(step: bigint): Machine {
    if (step < this.machine.stepper.steps) this.machine = unitMachine(this.chainUnit.unit);
    this.machine.runTo(step);
    return this.machine;
  }
}
