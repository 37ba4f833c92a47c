import type { LocalJudge } from '../judge/local-judge.js';
import type { Machine } from '../machine.js';
import { equalBytes } from '../merkle/hash.js';
import { nextInstruction, stepClass, stepProof, type WitnessSources } from '../proof/step-proof.js';
import { accessWidth, isLoad, isStore, Op } from '../lowering/opcodes.js';

/** Largest figures of a class of steps. */
export interface StepCost {
  steps: number;
  proofBytes: number;
  gas: bigint;
  transactionGas: bigint;
}

export type CostTable = Map<string, StepCost>;

export interface OnChainRun {
  readonly steps: number;
  /** Steps after which the judge and the machine differ, with what they were. */
  readonly mismatches: readonly string[];
  readonly opcodes: ReadonlySet<number>;
}

/** Proves every step of a machine, from where it stands, to the judge and compares the hashes. */
export async function runOnChain(
  machine: Machine,
  judge: LocalJudge,
  programHash: Uint8Array,
  {
    sources = {},
    limit = 100_000,
    costs = new Map() as CostTable,
  }: { sources?: WitnessSources; limit?: number; costs?: CostTable } = {},
): Promise<OnChainRun> {
  const mismatches: string[] = [];
  const opcodes = new Set<number>();
  let steps = 0;
  for (; machine.stepper.status === 'running' && steps < limit; steps++) {
    const name = className(machine);
    const before = machine.hash();
    const proof = stepProof(machine, sources);
    const opcode = nextInstruction(machine)?.opcode ?? 0;
    opcodes.add(opcode);
    machine.runTo(machine.stepper.steps + 1n);
    const verdict = await judge.step(programHash, before, proof).catch((error: Error) => error);
    if (verdict instanceof Error || !equalBytes(verdict.after, machine.hash())) {
      mismatches.push(
        `${name}, opcode 0x${opcode.toString(16)}: ${verdict instanceof Error ? verdict.message : 'another hash'}`,
      );
    } else note(costs, name, proof.length, verdict.gas, verdict.transactionGas);
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

function className(machine: Machine): string {
  const instruction = nextInstruction(machine);
  if (instruction === undefined) return 'stopped';
  if (instruction.opcode === Op.host) return HOST_NAMES[Number(instruction.immediate)] ?? 'unknown host operation';
  const width = accessWidth(instruction.opcode);
  const isAccess = isLoad(instruction.opcode) || isStore(instruction.opcode);
  const address = isAccess ? machine.stepper.slot(instruction.a) + instruction.immediate : 0n;
  return stepClass(instruction, isAccess && Number(address & 31n) + width > 32);
}
