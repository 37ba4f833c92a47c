import { setImmediate } from 'node:timers/promises';

import { bytesToHex, type Hash, type Hex } from 'viem';

import { headerWords } from '../machine/header.js';
import type { UnitState } from '../machine/judge/local-judge.js';
import type { Machine } from '../machine/machine.js';
import { joinBytes } from '../machine/merkle/hash.js';
import { stepProof } from '../machine/proof/step-proof.js';
import { MAX_UNIT_STEPS, type Unit, unitMachine } from '../machine/unit.js';
import type { ItemInputs } from './item-inputs.js';
import type { Rehearsal } from './rehearsal.js';
import { Turns } from './turns.js';
import type { UnitTrace } from './types.js';

/** Steps between two pauses, about a tenth of a second: a long unit must not hold up everything else. */
const STEPS_AT_ONCE = 20_000_000n;

/** Runs a machine until `steps` steps were made or it stops. */
export async function advance(machine: Machine, steps: bigint): Promise<void> {
  const { stepper } = machine;
  while (stepper.status === 'running' && stepper.steps < steps) {
    const next = stepper.steps + STEPS_AT_ONCE;
    machine.runTo(next < steps ? next : steps);
    await setImmediate();
  }
}

/** A unit, what it reads, where it starts and after how many steps its machine has stopped. */
export interface UnitRun {
  readonly unit: Unit;
  readonly inputs: ItemInputs;
  readonly start: UnitState;
  readonly steps: bigint;
}

/** The machine of a unit at any step. Keeps one machine and runs it on; going back means to start again. */
export class MachineTrace implements UnitTrace {
  private machine: Machine | undefined;
  private readonly hashes = new Map<bigint, Hash>();
  private readonly turns = new Turns();

  constructor(
    private readonly run: UnitRun,
    private readonly rehearsal?: Rehearsal,
  ) {}

  get start(): UnitState {
    return this.run.start;
  }

  get steps(): bigint {
    return this.run.steps;
  }

  async hashAt(step: bigint): Promise<Hash> {
    const at = step < this.steps ? step : this.steps;
    const known = this.hashes.get(at);
    if (known !== undefined) return known;
    const hash = await this.at(at, (machine) => bytesToHex(machine.hash()));
    this.hashes.set(at, hash);
    return hash;
  }

  finalProof(): Promise<Hex> {
    return this.at(this.steps, (machine) => {
      const header = machine.header();
      return bytesToHex(joinBytes([...headerWords(header), header.frame]));
    });
  }

  stepProof(step: bigint): Promise<Hex> {
    return this.at(step, (machine) => bytesToHex(stepProof(machine, { inputs: this.run.inputs })));
  }

  async rehearse(step: bigint): Promise<Hash> {
    const { rehearsal, run } = this;
    if (rehearsal === undefined) return this.hashAt(step + 1n);
    const [before, proof] = await this.at(step, (machine) => [
      machine.hash(),
      stepProof(machine, { inputs: run.inputs }),
    ]);
    return rehearsal.step(before, proof, run.inputs);
  }

  /** Looks at the machine after `step` steps. */
  private at<T>(step: bigint, look: (machine: Machine) => T): Promise<T> {
    const wanted = step < MAX_UNIT_STEPS ? step : MAX_UNIT_STEPS;
    return this.turns.run(async () => {
      if (this.machine === undefined || this.machine.stepper.steps > wanted) this.machine = unitMachine(this.run.unit);
      await advance(this.machine, wanted);
      return look(this.machine);
    });
  }
}
