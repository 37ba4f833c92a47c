import type { LocalJudge } from './local-judge.js';
import type { Machine } from '../machine.js';
import { equalBytes } from '../merkle/hash.js';
import { nextInstruction, stepClass, stepProof, type WitnessSources } from '../proof/step-proof.js';
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

export interface StepCheckOptions {
  readonly sources?: WitnessSources;
  /** Steps to prove at most. */
  readonly limit?: number;
  readonly costs?: CostTable;
  /** Whether to prove a step of this class that was met `count` times before; default: every one. */
  readonly select?: (name: string, count: number) => boolean;
}

/** Proves the steps of a machine, from where it stands, to the judge and compares the hashes. */
export async function checkSteps(
  machine: Machine,
  judge: LocalJudge,
  programHash: Uint8Array,
  { sources = {}, limit = 100_000, costs = new Map(), select = () => true }: StepCheckOptions = {},
): Promise<StepCheck> {
  const mismatches: string[] = [];
  const opcodes = new Set<number>();
  const met = new Map<string, number>();
  let steps = 0;
  while (machine.stepper.status === 'running' && steps < limit) {
    const opcode = nextInstruction(machine)?.opcode ?? 0;
    const name = className(machine);
    const kind = `${name} ${opcode}`;
    const count = met.get(kind) ?? 0;
    met.set(kind, count + 1);
    if (!select(kind, count)) {
      machine.runTo(machine.stepper.steps + 1n);
      continue;
    }
    steps++;
    opcodes.add(opcode);
    const before = machine.hash();
    const proof = stepProof(machine, sources);
    machine.runTo(machine.stepper.steps + 1n);
    const verdict = await judge.step(programHash, before, proof).catch((error: Error) => error);
    const differs = verdict instanceof Error || !equalBytes(verdict.after, machine.hash());
    if (differs) mismatches.push(`${kind}: ${verdict instanceof Error ? verdict.message : 'another hash'}`);
    else note(costs, name, proof.length, verdict.gas, verdict.transactionGas);
  }
  return { steps, mismatches, opcodes };
}

function note(costs: CostTable, name: string, proofBytes: number, gas: bigint, transactionGas: bigint): void {
  const cost = costs.get(name) ?? { steps: 0, proofBytes: 0, gas: 0n, transactionGas: 0n };
  cost.steps++;
  cost.proofBytes = Math.max(cost.proofBytes, proofBytes);
  if (gas > cost.gas) cost.gas = gas;
  if (transactionGas > cost.transactionGas) cost.transactionGas = transactionGas;
  costs.set(name, cost);
}

const HOST_NAMES = [
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
