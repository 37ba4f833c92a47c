import { headerWords } from '../header.js';
import { accessWidth, isLoad, isStore, NO_SLOT, Op } from '../lowering/opcodes.js';
import { HostOperation } from '../lowering/host-operations.js';
import type { Instruction } from '../lowering/instruction.js';
import type { Machine } from '../machine.js';
import { joinBytes, ZERO_WORD } from '../merkle/hash.js';
import { callersHash, callerWord } from '../header.js';
import { hostWitness } from './host-witness.js';
import { globalAddress, leafProof } from './memory-witness.js';
import type { AggregateWitnesses, InputWitnesses } from './witness.js';

/** Where the witnesses of inputs and aggregates come from; only needed for steps that read them. */
export interface WitnessSources {
  readonly inputs?: InputWitnesses;
  readonly aggregates?: AggregateWitnesses;
}

/**
 * Proof of the machine's next step, as OneStepProver reads it (docs/spec/machine.md, "Step proof"): the header words,
 * the frame, then what the instruction touches. A stopped machine has no next step; its proof is the header alone.
 */
export function stepProof(machine: Machine, sources: WitnessSources = {}): Uint8Array {
  const header = machine.header();
  const parts = [...headerWords(header), header.frame];
  const instruction = nextInstruction(machine);
  if (instruction !== undefined) parts.push(...witness(machine, instruction, sources));
  return joinBytes(parts);
}

/**
 * What the proof of the machine's next step shows beside hashes and what is the same for each step of its kind: which words of the header are none,
 * frames, the leaf that is touched with the one beside it, the word that is read. Without the memory tree and openings of blobs, so that all steps of
 * a long run can be looked at; of the few steps that are not told so cheaply, the proof itself.
 */
export function shownValues(machine: Machine, sources: WitnessSources = {}): Uint8Array {
  const instruction = nextInstruction(machine);
  if (instruction === undefined) return new Uint8Array();
  const { opcode, immediate } = instruction;
  const isGlobal = opcode === Op.globalGet || opcode === Op.globalSet;
  const isRead = opcode === Op.host && Number(immediate) === HostOperation.readInput;
  if (isGlobal || (opcode === Op.host && !isRead)) return stepProof(machine, sources);
  return joinBytes([...shownHeader(machine), machine.stepper.frame(), ...touched(machine, instruction)]);
}

/** Words of the header that may be zero, others in place of hashes. */
function shownHeader({ host, stepper }: Machine): Uint8Array[] {
  const hash = (isThere: boolean): Uint8Array => new Uint8Array(32).fill(isThere ? 1 : 0);
  const { checkpointLog = ZERO_WORD, logHash, state } = host;
  return [hash(stepper.callers().length > 0), hash(state.saved !== undefined), checkpointLog, logHash];
}

function touched(machine: Machine, { opcode, a, destination, immediate }: Instruction): Uint8Array[] {
  const { stepper } = machine;
  if (opcode === Op.return) return [stepper.callers().at(-1)?.frame ?? new Uint8Array()];
  if (isLoad(opcode) || isStore(opcode)) return [leafPair(machine, stepper.slot(a) + immediate)];
  if (opcode !== Op.host) return [];
  const index = stepper.slot(destination);
  const words = [index, index ^ 1n].map((at) => machine.readInput(at) ?? new Uint8Array());
  return [leafPair(machine, stepper.slot(destination + 1)), ...words];
}

/** The leaf at an address and the one beside it. */
function leafPair({ stepper }: Machine, address: bigint): Uint8Array {
  const first = Number(BigInt.asUintN(32, address)) & ~63;
  return stepper.memory.subarray(first, first + 64);
}

/** The instruction that the next step executes, or undefined when the machine has stopped. */
export function nextInstruction(machine: Machine): Instruction | undefined {
  const { stepper } = machine;
  return stepper.status === 'running' ? stepper.program.code[stepper.pc] : undefined;
}

function witness(machine: Machine, instruction: Instruction, sources: WitnessSources): Uint8Array[] {
  const { opcode, immediate } = instruction;
  if (isLoad(opcode) || isStore(opcode)) return accessWitness(machine, instruction);
  switch (opcode) {
    case Op.globalGet:
    case Op.globalSet:
      return leafProof(machine, globalAddress(machine, Number(immediate)));
    case Op.return:
      return returnWitness(machine);
    case Op.host:
      return hostWitness(machine, instruction, sources);
    default:
      return [];
  }
}

/** The leaf, or the two leaves, that a load or store touches; nothing when it is out of bounds. */
function accessWitness(machine: Machine, instruction: Instruction): Uint8Array[] {
  const { stepper } = machine;
  const width = accessWidth(instruction.opcode);
  const address = Number(BigInt.asUintN(32, stepper.slot(instruction.a)) + instruction.immediate);
  if (address + width > stepper.memory.length) return [];
  const first = leafProof(machine, address);
  if ((address & 31) + width <= 32) return first;
  return [...first, ...secondLeaf(machine, instruction, address, width)];
}

/** After a store, the second leaf's siblings are those of the tree in which the first leaf has changed. */
function secondLeaf(machine: Machine, instruction: Instruction, address: number, width: number): Uint8Array[] {
  const tree = machine.memoryTree();
  const leaf = address >> 5;
  if (!isStore(instruction.opcode)) return leafProof(machine, address + 31);
  const value = new DataView(new ArrayBuffer(8));
  value.setBigUint64(0, machine.stepper.slot(instruction.b), true);
  const changed = tree.node(0, leaf);
  changed.set(new Uint8Array(value.buffer, 0, Math.min(width, 32 - (address & 31))), address & 31);
  return [tree.node(0, leaf + 1), ...tree.siblingsAfter(leaf, changed, leaf + 1)];
}

/** The caller that a return goes back to; nothing when it ends the program. */
function returnWitness(machine: Machine): Uint8Array[] {
  const callers = machine.stepper.callers();
  const caller = callers.at(-1);
  return caller === undefined ? [] : [callersHash(callers.slice(0, -1)), callerWord(caller), caller.frame];
}

/** Name of a step's class, for tables of gas and proof sizes. */
export function stepClass(instruction: Instruction, straddles = false): string {
  const { opcode } = instruction;
  if (isLoad(opcode)) return straddles ? 'load across leaves' : 'load';
  if (isStore(opcode)) return straddles ? 'store across leaves' : 'store';
  switch (opcode) {
    case Op.host:
      return 'host';
    case Op.call:
      return 'call';
    case Op.return:
      return instruction.a === NO_SLOT ? 'return' : 'return value';
    case Op.globalGet:
    case Op.globalSet:
      return 'global';
    default:
      return 'register';
  }
}
