import { tupleHash, type Position } from '@metachain/program';
import { type Hash } from 'viem';

import { DisputeError } from '../errors.js';
import type { HostCryptography } from '../machine/crypto.js';
import type { UnitState } from '../machine/judge/local-judge.js';
import { unitStateOf } from '../machine/judge/unit-state.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import type { Machine, MachineStart } from '../machine/machine.js';
import type { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { MAX_UNIT_STEPS, type Unit, unitMachine, unitOutcome } from '../machine/unit.js';
import type { ItemInputs } from './item-inputs.js';
import type { Rehearsal } from './rehearsal.js';
import { Turns } from './turns.js';
import type { Trace, UnitTrace } from './types.js';
import { advance, MachineTrace, type UnitRun } from './unit-trace.js';

/** What a trace is replayed from. */
export interface ReplayStart {
  readonly program: LoweredProgram;
  /** Of all tuples: the parent's. */
  readonly programHash: Hash;
  readonly cryptography: HostCryptography;
  /** State and position of the parent. */
  readonly state: PersistentStateTree;
  readonly position: Position;
  /** Item at which the assertion ends. */
  readonly endItem: bigint;
  /** What the units of an item read. */
  readonly inputs: (item: bigint) => Promise<ItemInputs>;
  readonly rehearsal?: Rehearsal;
  /** Makes the machine of a unit; default: the honest one. For parties that lie on purpose. */
  readonly open?: (unit: bigint, start: MachineStart) => Machine;
}

/** Units whose machines are kept: a game looks at one. */
const KEPT_UNITS = 8;

interface Boundary {
  readonly state: PersistentStateTree;
  readonly position: Position;
}

/** A trace that is computed in the stepper from the parent on, unit by unit, as far as it is asked for. */
export class ReplayTrace implements Trace {
  private readonly reached: Boundary[];
  private readonly steps: bigint[] = [];
  private readonly units = new Map<bigint, MachineTrace>();
  private readonly turns = new Turns();
  private current: { readonly item: bigint; readonly inputs: ItemInputs } | undefined;

  constructor(private readonly begin: ReplayStart) {
    this.reached = [{ state: begin.state, position: begin.position }];
  }

  async tupleAt(unit: bigint): Promise<Hash> {
    const { programHash } = this.begin;
    return tupleHash({ ...(await this.stateAt(unit)), programHash });
  }

  async stateAt(unit: bigint): Promise<UnitState> {
    return unitStateOf((await this.reach(unit)).boundary);
  }

  /** A machine of one's own before the first step of a unit. */
  async machine(unit: bigint): Promise<Machine> {
    return unitMachine((await this.runOf(unit)).unit);
  }

  async unit(unit: bigint): Promise<UnitTrace> {
    const known = this.units.get(unit);
    if (known !== undefined) return known;
    const trace = new MachineTrace(await this.runOf(unit), this.begin.rehearsal);
    this.units.set(unit, trace);
    for (const old of [...this.units.keys()].slice(0, -KEPT_UNITS)) this.units.delete(old);
    return trace;
  }

  private async runOf(unit: bigint): Promise<UnitRun> {
    await this.reach(unit + 1n);
    const [boundary, steps] = [this.reached[Number(unit)], this.steps[Number(unit)]];
    if (boundary === undefined || steps === undefined) throw new DisputeError(`there is no unit ${unit}`);
    const inputs = await this.begin.inputs(boundary.position.item);
    return { unit: this.unitAt(unit, boundary, inputs), inputs, start: unitStateOf(boundary), steps };
  }

  /** The state after `unit` units, or at the end. */
  private reach(unit: bigint): Promise<{ boundary: Boundary }> {
    return this.turns.run(async () => {
      while (BigInt(this.reached.length) <= unit && !this.ended()) await this.next();
      const last = this.reached.length - 1;
      return { boundary: this.reached[unit < BigInt(last) ? Number(unit) : last]! };
    });
  }

  private ended(): boolean {
    return this.reached.at(-1)!.position.item >= this.begin.endItem;
  }

  private async next(): Promise<void> {
    const boundary = this.reached.at(-1)!;
    const unit = this.unitAt(BigInt(this.steps.length), boundary, await this.inputsOf(boundary.position.item));
    const machine = unitMachine(unit);
    await advance(machine, MAX_UNIT_STEPS);
    const { state, next, steps } = unitOutcome(unit, machine);
    this.steps.push(steps);
    this.reached.push({ state, position: next });
  }

  private unitAt(number: bigint, { state, position }: Boundary, inputs: ItemInputs): Unit {
    const { program, cryptography, open } = this.begin;
    const unit = { program, state, position, inputs, cryptography };
    return open === undefined ? unit : { ...unit, open: (start) => open(number, start) };
  }

  /** Inputs of an item are kept while its units are run. */
  private async inputsOf(item: bigint): Promise<ItemInputs> {
    if (this.current?.item !== item) this.current = { item, inputs: await this.begin.inputs(item) };
    return this.current.inputs;
  }
}
