import { tupleHash, type Position } from '@metachain/program';
import { type Hash } from 'viem';

import { DisputeError, TraceMismatchError } from '../errors.js';
import type { HostCryptography } from '../machine/crypto.js';
import type { UnitState } from '../machine/judge/local-judge.js';
import { positionOf, unitStateOf } from '../machine/judge/unit-state.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import type { Machine, MachineStart } from '../machine/machine.js';
import type { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { MAX_UNIT_STEPS, type Unit, unitMachine, unitOutcome, type UnitOutcome } from '../machine/unit.js';
import type { ItemInputs } from './item-inputs.js';
import { KeptStates } from './kept-states.js';
import { KeptUnits } from './kept-units.js';
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
  /** States to keep beside the first one; an even number. */
  readonly keptStates?: number | undefined;
  /** Where units that were asked for are kept; default: a place of its own. */
  readonly units?: KeptUnits;
  /** Makes the machine of a unit, the same one each time; default: the honest one. For parties that lie on purpose. */
  readonly open?: (unit: bigint, start: MachineStart) => Machine;
}

/**
 * A trace that is computed in the stepper from the parent on, unit by unit, as far as it is asked for. Of each unit it keeps the tuple, and of a
 * few the state; to look into a unit it runs those from the last state that it kept again.
 */
export class ReplayTrace implements Trace {
  /** Before each unit, and at the end. */
  private readonly reached: UnitState[];
  private readonly steps: bigint[] = [];
  private readonly states: KeptStates;
  private readonly units: KeptUnits;
  private readonly turns = new Turns();
  /** State after the last unit that was run; undefined at the end, where nobody goes on from it. */
  private last: PersistentStateTree | undefined;
  private current: { readonly item: bigint; readonly inputs: ItemInputs } | undefined;

  constructor(private readonly begin: ReplayStart) {
    const { state, position, keptStates, units = new KeptUnits() } = begin;
    this.reached = [unitStateOf({ state, position })];
    this.states = new KeptStates(state, keptStates);
    this.units = units;
    this.last = state;
  }

  async tupleAt(unit: bigint): Promise<Hash> {
    return this.tupleOf(await this.stateAt(unit));
  }

  async stateAt(unit: bigint): Promise<UnitState> {
    await this.reach(unit);
    return this.reached[Number(unit)] ?? this.reached.at(-1)!;
  }

  /** States that are kept, the first one included. */
  get statesKept(): number {
    return this.states.count;
  }

  /** A machine of one's own before the first step of a unit. */
  async machine(unit: bigint): Promise<Machine> {
    return unitMachine((await this.runOf(unit)).unit);
  }

  /** Throws DisputeError where there is no such unit, CannotDeriveError, TraceMismatchError. */
  async unit(unit: bigint): Promise<UnitTrace> {
    await this.reach(unit + 1n);
    return this.units.of(this, unit, async () => new MachineTrace(await this.runOf(unit), this.begin.rehearsal));
  }

  private async runOf(unit: bigint): Promise<UnitRun> {
    await this.reach(unit + 1n);
    const [start, steps] = [this.reached[Number(unit)], this.steps[Number(unit)]];
    if (start === undefined || steps === undefined) throw new DisputeError(`there is no unit ${unit}`);
    const inputs = await this.begin.inputs(start.itemIndex);
    return { unit: this.unitAt(unit, await this.stateBefore(unit), inputs), inputs, start, steps };
  }

  /** The state before a unit that was run. */
  private async stateBefore(unit: bigint): Promise<PersistentStateTree> {
    let { unit: at, state } = await this.states.nearest(unit);
    this.requireSame(at, { state, position: this.positionAt(at) });
    for (; at < unit; at++) {
      const outcome = await this.run(at, state);
      if (outcome.steps !== this.steps[Number(at)]) throw differs(at, 'its steps');
      state = outcome.state;
      this.requireSame(at + 1n, { state, position: outcome.next });
    }
    return state;
  }

  private requireSame(unit: bigint, boundary: Pick<Unit, 'state' | 'position'>): void {
    if (this.tupleOf(unitStateOf(boundary)) !== this.tupleOf(this.reached[Number(unit)]!))
      throw differs(unit, 'the tuple before it');
  }

  private tupleOf(state: UnitState): Hash {
    return tupleHash({ ...state, programHash: this.begin.programHash });
  }

  /** Runs on until `unit` units were run, or to the end. What was run already waits for nothing. */
  private async reach(unit: bigint): Promise<void> {
    if (this.hasReached(unit)) return;
    await this.turns.run(async () => {
      while (!this.hasReached(unit)) await this.next();
    });
  }

  private hasReached(unit: bigint): boolean {
    return BigInt(this.reached.length) > unit || this.last === undefined || this.ended();
  }

  private ended(): boolean {
    return this.reached.at(-1)!.itemIndex >= this.begin.endItem;
  }

  private async next(): Promise<void> {
    const { state, next, steps } = await this.run(BigInt(this.steps.length), this.last!);
    await this.states.take(state);
    this.steps.push(steps);
    this.reached.push(unitStateOf({ state, position: next }));
    this.last = state;
    if (this.ended()) this.close();
  }

  private close(): void {
    this.last = undefined;
    this.states.close();
  }

  /** Runs a unit from the state before it to its end. */
  private async run(number: bigint, state: PersistentStateTree): Promise<UnitOutcome> {
    const unit = this.unitAt(number, state, await this.inputsOf(this.positionAt(number).item));
    const machine = unitMachine(unit);
    await advance(machine, MAX_UNIT_STEPS);
    return unitOutcome(unit, machine);
  }

  private unitAt(number: bigint, state: PersistentStateTree, inputs: ItemInputs): Unit {
    const { program, cryptography, open } = this.begin;
    const unit = { program, state, position: this.positionAt(number), inputs, cryptography };
    return open === undefined ? unit : { ...unit, open: (start) => open(number, start) };
  }

  private positionAt(unit: bigint): Position {
    return positionOf(this.reached[Number(unit)]!);
  }

  /** Inputs of an item are kept while its units are run. */
  private async inputsOf(item: bigint): Promise<ItemInputs> {
    if (this.current?.item !== item) this.current = { item, inputs: await this.begin.inputs(item) };
    return this.current.inputs;
  }
}

const differs = (unit: bigint, what: string): TraceMismatchError =>
  new TraceMismatchError(`unit ${unit}, run again, differs in ${what}`);
