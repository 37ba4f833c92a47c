import { intrinsicGas, type LocalJudge } from './local-judge.js';
import type { Machine } from '../machine.js';
import { equalBytes } from '../merkle/hash.js';
import { nextInstruction, shownValues, stepClass, stepProof, type WitnessSources } from '../proof/step-proof.js';
import { HostOperation } from '../lowering/host-operations.js';
import type { Instruction } from '../lowering/instruction.js';
import { accessWidth, isLoad, isStore, Op } from '../lowering/opcodes.js';

/** Largest figures of a class of steps. */
export interface StepCost {
  steps: number;
  proofBytes: number;
  gas: bigint;
  transactionGas: bigint;
}

export type CostTable = Map<string, StepCost>;

export interface StepCheck {
  readonly steps: number;
  /** Steps after which the judge and the machine differ, with what they were. */
  readonly mismatches: readonly string[];
  readonly opcodes: ReadonlySet<number>;
}

/** Whether to prove a step of this kind, which was met `count` times before; `shown` gives what its proof shows beside hashes. */
export type StepSelection = (kind: string, count: number, shown: () => Uint8Array) => boolean;

export interface StepCheckOptions {
  readonly sources?: WitnessSources;
  /** Steps to prove at most. */
  readonly limit?: number;
  readonly costs?: CostTable;
  /** Whether to prove a step; default: every one. */
  readonly select?: StepSelection;
  /** Sees the machine before each step that is proven; what it answers is called after the step. */
  readonly watch?: (machine: Machine) => () => void;
}

/** Proves the steps of a machine, from where it stands, to the judge and compares the hashes. */
export async function checkSteps(
  machine: Machine,
  judge: LocalJudge,
  programHash: Uint8Array,
  options: StepCheckOptions = {},
): Promise<StepCheck> {
  return new StepChecker(machine, judge, programHash, options).run();
}

/**
 * Selects the steps whose proofs show what is dearer as calldata than those of their kind before: the dearest of a run are among them, but
 * for the few zeros that hashes have, each worth 30 gas at most.
 */
export function dearerSteps(): StepSelection {
  const dearest = new Map<string, bigint>();
  return (kind, _, shown) => {
    const gas = intrinsicGas(shown());
    if (gas <= (dearest.get(kind) ?? 0n)) return false;
    dearest.set(kind, gas);
    return true;
  };
}

class StepChecker {
  private readonly mismatches: string[] = [];
  private readonly opcodes = new Set<number>();
  private readonly met = new Map<string, number>();
  private steps = 0;
  /** Hash of the machine as it stands, when the step before was proven. */
  private hash: Uint8Array | undefined;

  constructor(
    private readonly machine: Machine,
    private readonly judge: LocalJudge,
    private readonly programHash: Uint8Array,
    private readonly options: StepCheckOptions,
  ) {}

  async run(): Promise<StepCheck> {
    const { limit = Infinity } = this.options;
    while (this.machine.stepper.status === 'running' && this.steps < limit) {
      const name = className(this.machine);
      if (this.selected(name)) await this.prove(name);
      else this.advance();
    }
    return { steps: this.steps, mismatches: this.mismatches, opcodes: this.opcodes };
  }

  private selected(name: string): boolean {
    const kind = `${name} ${this.opcode}`;
    const count = this.met.get(kind) ?? 0;
    this.met.set(kind, count + 1);
    const shown = () => shownValues(this.machine, this.options.sources);
    return this.options.select?.(kind, count, shown) ?? true;
  }

  private async prove(name: string): Promise<void> {
    const { machine, opcode } = this;
    const before = this.hash ?? machine.hash();
    const proof = stepProof(machine, this.options.sources);
    const done = this.options.watch?.(machine);
    this.advance();
    done?.();
    this.hash = machine.hash();
    this.steps++;
    this.opcodes.add(opcode);
    const verdict = await this.judge.step(this.programHash, before, proof).catch((error: Error) => error);
    if (verdict instanceof Error) this.mismatches.push(`${name} 0x${opcode.toString(16)}: ${verdict.message}`);
    else if (!equalBytes(verdict.after, this.hash))
      this.mismatches.push(`${name} 0x${opcode.toString(16)}: another hash`);
    else if (this.options.costs) note(this.options.costs, name, proof.length, verdict.gas, verdict.transactionGas);
  }

  private get opcode(): number {
    return nextInstruction(this.machine)?.opcode ?? 0;
  }

  private advance(): void {
    this.hash = undefined;
    this.machine.runTo(this.machine.stepper.steps + 1n);
  }
}

function note(costs: CostTable, name: string, proofBytes: number, gas: bigint, transactionGas: bigint): void {
  const cost = costs.get(name) ?? { steps: 0, proofBytes: 0, gas: 0n, transactionGas: 0n };
  cost.steps++;
  cost.proofBytes = Math.max(cost.proofBytes, proofBytes);
  if (gas > cost.gas) cost.gas = gas;
  if (transactionGas > cost.transactionGas) cost.transactionGas = transactionGas;
  costs.set(name, cost);
}

/** Names of the host operations by their number. */
export const HOST_NAMES: readonly string[] = [
  '',
  'state_get',
  'state_set',
  'checkpoint',
  'rollback',
  'commit',
  'read_input',
  'keccak',
  'ecrecover',
  'bls_verify',
  'log',
];

/** Reads of inputs differ by where the word comes from. */
function hostName(machine: Machine, { immediate, destination }: Instruction): string {
  const name = HOST_NAMES[Number(immediate)] ?? 'unknown host operation';
  if (immediate !== BigInt(HostOperation.readInput)) return name;
  const space = machine.stepper.slot(destination) >> 56n;
  return `${name}, ${['position', 'item', 'payload', 'delayed message'][Number(space)] ?? 'no such space'}`;
}

function className(machine: Machine): string {
  const instruction = nextInstruction(machine);
  if (instruction === undefined) return 'stopped';
  if (instruction.opcode === Op.host) return hostName(machine, instruction);
  const width = accessWidth(instruction.opcode);
  const isAccess = isLoad(instruction.opcode) || isStore(instruction.opcode);
  const address = isAccess ? machine.stepper.slot(instruction.a) + instruction.immediate : 0n;
  return stepClass(instruction, isAccess && Number(address & 31n) + width > 32);
}
