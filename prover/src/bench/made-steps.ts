import type { Position } from '@metachain/program';
import { bytesToHex, zeroHash } from 'viem';
import { positionWords, UnitInputReader } from '../machine/inputs.js';
import { recordChain } from '../machine/judge/chain-record.js';
import type { LocalJudge } from '../machine/judge/local-judge.js';
import { checkSteps, type CostTable } from '../machine/judge/step-check.js';
import { HostOperation } from '../machine/lowering/host-operations.js';
import type { Instruction } from '../machine/lowering/instruction.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import { Op } from '../machine/lowering/opcodes.js';
import { describeLowered } from '../machine/lowering/program.js';
import { Machine } from '../machine/machine.js';
import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { aggregate, digestOf, preimageOf } from '../machine/testing/aggregate.js';
import { MAX_DEPTH, treeWithDeepest } from '../machine/testing/deep-tree.js';
import { RealChain } from '../machine/testing/real-chain.js';
import { host, instruction, registerProgram } from '../machine/testing/register-code.js';
import type { WitnessSources } from '../machine/proof/step-proof.js';
import { filledBytes, rules } from './dear-units.js';

/** A program that comes to one step at which its proof shows as much as it may, in the memory that the rules have. */
export interface MadeStep {
  readonly name: string;
  /** Runs in a full frame of its own. */
  readonly code: readonly Instruction[];
  /** Instructions of it before the step; default: all but the last. */
  readonly before?: number;
  readonly memory?: Uint8Array;
  readonly state?: PersistentStateTree;
  /** The L1 that the program reads. */
  readonly chain?: RealChain;
  readonly sources?: WitnessSources;
}

/** Slots of the widest frame that a call of the rules makes. */
export const WIDEST_FRAME = Math.max(...rules.code.filter(({ opcode }) => opcode === Op.call).map(({ b }) => b));
const MEMORY_BYTES = rules.memory.length;
const MIDDLE = MEMORY_BYTES / 2;
const ARGUMENTS = 3;
const MESSAGE_DATA = 9n;
const SPACE_DELAYED = 3n << 56n;
const MEMBERS = 128;
const MULTIPLICATION = 0x7e;
const I64_LOAD = 0x29;
const I64_STORE = 0x37;
/** An address whose eight bytes reach from the last leaf of the lower half into the first of the upper one. */
const ACROSS = BigInt(MIDDLE - 4);

const memory = filledBytes(MEMORY_BYTES);
const slot = (index: number): bigint => 0x0102_0304_0506_0708n * BigInt((index % 30) + 1);
const fill = (from: number): Instruction[] =>
  Array.from({ length: WIDEST_FRAME - from }, (_, index) =>
    instruction(Op.constant, { destination: from + index, immediate: slot(from + index) }),
  );
const inFullFrame = (number: number, ...values: readonly bigint[]): Instruction[] => [
  ...fill(ARGUMENTS),
  ...host(number, ...values),
];

/** Something in the log and a checkpoint, then the code as a function: no word of the header is zero. */
const opening = [...host(HostOperation.log, 0n, 32n), ...host(HostOperation.checkpoint)];
const START = opening.length + 2;
const wrapped = (code: readonly Instruction[]): Instruction[] => [
  ...opening,
  instruction(Op.call, { b: WIDEST_FRAME, immediate: BigInt(START) }),
  instruction(Op.return),
  ...code,
];

/** A range that ends with the first leaf of the upper half of the memory: no range of that length needs more hashes. */
const rangeOf = (bytes: number): bigint => BigInt(MIDDLE + 32 - bytes);

export const keccakStep = (bytes: number): MadeStep => ({
  name: `keccak of ${bytes.toLocaleString('en')} bytes`,
  code: inFullFrame(HostOperation.keccak, rangeOf(bytes), BigInt(bytes), 0n),
});

export const logStep = (bytes: number): MadeStep => ({
  name: `log of ${bytes.toLocaleString('en')} bytes`,
  code: inFullFrame(HostOperation.log, rangeOf(bytes), BigInt(bytes)),
});

/** A word of a message from L1, with which all of its data is shown. */
export function messageStep(bytes: number): MadeStep {
  const chain = new RealChain();
  chain.deposit({ data: bytesToHex(filledBytes(bytes)) });
  chain.append({ kind: 'none' }, 'none', 0n, zeroHash);
  const code = inFullFrame(HostOperation.readInput, SPACE_DELAYED | MESSAGE_DATA, 0n);
  const name = `read_input of a message with ${bytes.toLocaleString('en')} bytes`;
  return { name, code, chain, sources: { inputs: chain.inputs } };
}

function stateStep(name: string, number: number): MadeStep {
  const state = treeWithDeepest(memory.slice(0, 32));
  return { name: `${name} at the depth limit, ${MAX_DEPTH}`, code: inFullFrame(number, 0n, BigInt(MIDDLE)), state };
}

function aggregateStep(): MadeStep {
  const { signature, members } = aggregate(MEMBERS);
  const digest = digestOf(signature, members);
  const sources = { aggregates: { preimage: () => preimageOf(signature, members) } };
  const code = inFullFrame(HostOperation.blsVerify, 0n, BigInt(MIDDLE));
  return { name: `bls_verify, ${MEMBERS} members`, code, sources, memory: withBytes(digest) };
}

function withBytes(bytes: Uint8Array): Uint8Array {
  const changed = memory.slice();
  changed.set(bytes);
  return changed;
}

/** A return from a full frame into a full frame. */
function returnStep(): MadeStep {
  const caller = fill(0);
  const call = instruction(Op.call, {
    destination: 0,
    a: 0,
    b: WIDEST_FRAME,
    immediate: BigInt(START + WIDEST_FRAME + 2),
  });
  const code = [...caller, call, instruction(Op.return), ...fill(0), instruction(Op.return)];
  return { name: 'return', code, before: 2 * WIDEST_FRAME + 1 };
}

const access = (name: string, opcode: number): MadeStep => ({
  name,
  code: [
    ...fill(1),
    instruction(Op.constant, { immediate: ACROSS }),
    instruction(opcode, { destination: 1, a: 0, b: 1 }),
  ],
});
const inFrame = (name: string, opcode: number, fields = {}): MadeStep => ({
  name,
  code: [...fill(0), instruction(opcode, fields)],
});

/** Steps whose proofs are as long as one of the machine's may be, or of a size that tells how the gas grows. */
export const madeSteps = (): MadeStep[] => [
  inFrame('register', MULTIPLICATION, { destination: 0, a: 0, b: 1 }),
  inFrame('call', Op.call, { a: 2, b: WIDEST_FRAME, immediate: 0n }),
  returnStep(),
  access('load across leaves', I64_LOAD),
  access('store across leaves', I64_STORE),
  inFrame('global get', Op.globalGet, { destination: 0 }),
  inFrame('global set', Op.globalSet, { a: 0 }),
  stateStep('state_get', HostOperation.stateGet),
  stateStep('state_set', HostOperation.stateSet),
  ...[1_024, 4_096, 16_384].map(keccakStep),
  ...[1_024, 4_096].map(logStep),
  ...[1_024, 4_096].map(messageStep),
  aggregateStep(),
];

const position: Position = {
  parentHash: bytesToHex(memory.slice(0, 32)),
  parentNumber: 0n,
  item: 0n,
  offset: 0,
  unit: 0,
};
const someState = PersistentStateTree.empty.set(memory.slice(0, 32), memory.slice(32, 64));
const noInput = () => undefined;
const noInputs = { itemWord: noInput, payloadWord: noInput, delayedWord: noInput };

function machineOf(program: LoweredProgram, { state = someState, chain }: MadeStep): Machine {
  const reader = new UnitInputReader(position, chain?.inputs ?? noInputs);
  return new Machine({
    program,
    state,
    position: positionWords(position),
    readInput: (index) => reader.read(index),
    cryptography: { recover: () => new Uint8Array(32), verifyAggregate: () => true },
  });
}

/** Proves the one step to the judge and notes what it costs, under its name; returns where the judge comes to another machine. */
export async function proveMade(judge: LocalJudge, made: MadeStep, costs: CostTable): Promise<readonly string[]> {
  const { code, before = code.length - 1, sources, chain } = made;
  const program = widened(registerProgram(wrapped(code), made.memory ?? memory));
  const description = describeLowered(program);
  await judge.registerProgram(description);
  if (chain) await recordChain(judge, chain);
  const machine = machineOf(program, made);
  machine.runTo(BigInt(START - 1 + before));
  const single: CostTable = new Map();
  const run = await checkSteps(machine, judge, description.hash, { sources, costs: single, limit: 1 });
  for (const cost of single.values()) costs.set(made.name, cost);
  return run.mismatches;
}

const widened = (program: LoweredProgram): LoweredProgram => ({
  ...program,
  entries: new Map([...program.entries].map(([name, entry]) => [name, { ...entry, frameSlots: WIDEST_FRAME }])),
  maxStackSlots: WIDEST_FRAME * 3,
});
