import { WORDS_PER_BLOB } from '@metachain/program';
import { inputAddress } from '../inputs.js';
import { HostOperation } from '../lowering/host-operations.js';
import type { Instruction } from '../lowering/instruction.js';
import { accessWidth, isBinary, isLoad, isStore, isUnary, NO_SLOT, Op } from '../lowering/opcodes.js';
import type { Machine } from '../machine.js';
import { equalBytes, ZERO_WORD } from '../merkle/hash.js';
import { nextInstruction } from '../proof/step-proof.js';
import { MAX_KECCAK_BYTES, MAX_LOG_BYTES } from '../unit-host.js';
import { HOST_NAMES } from './step-check.js';

const SIGNED_DIVISIONS = [0x6d, 0x7f];
const DIVISIONS = [0x6d, 0x6e, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82];
const BLOBS = ['payload in the first blob', 'payload in a later blob'] as const;
const SPACES = ['position', 'item', 'payload', 'delayed'];
const hex = (opcode: number): string => `0x${opcode.toString(16).padStart(2, '0')}`;

/** Ways of the instructions that move values or control. */
const CONTROL: Readonly<Record<number, readonly string[]>> = {
  [Op.jump]: ['done'],
  [Op.jumpIfZero]: ['taken', 'passed'],
  [Op.jumpIfNotZero]: ['taken', 'passed'],
  [Op.jumpTable]: ['to an entry', 'to the last'],
  [Op.return]: ['a value to the caller', 'nothing to the caller', 'a value at the end', 'nothing at the end'],
  [Op.call]: ['with arguments', 'without arguments'],
  [Op.select]: ['the first', 'the second'],
  [Op.move]: ['done'],
  [Op.constant]: ['done'],
  [Op.globalGet]: ['done'],
  [Op.globalSet]: ['done'],
};

/** Bytes behind each pointer argument, by its place; a length in place of a number is that argument's value. */
const POINTERS: Readonly<Record<number, Readonly<Record<number, number | 'length'>>>> = {
  [HostOperation.stateGet]: { 0: 32, 1: 32 },
  [HostOperation.stateSet]: { 0: 32, 1: 32 },
  [HostOperation.readInput]: { 1: 32 },
  [HostOperation.keccak]: { 0: 'length', 2: 32 },
  [HostOperation.ecrecover]: { 0: 128, 1: 32 },
  [HostOperation.blsVerify]: { 0: 32, 1: 32 },
  [HostOperation.log]: { 0: 'length' },
};

/** What a host operation can answer, and why it traps beside its pointers. */
const HOST_WAYS: Readonly<Record<number, readonly string[]>> = {
  [HostOperation.stateGet]: ['a value', 'zero'],
  [HostOperation.stateSet]: ['a new key', 'another value', 'a removal', 'zero where nothing is'],
  [HostOperation.checkpoint]: ['done', 'refused'],
  [HostOperation.rollback]: ['done', 'refused'],
  [HostOperation.commit]: ['done', 'refused'],
  [HostOperation.readInput]: [
    ...['position', 'item', 'payload in calldata', ...BLOBS, 'delayed'].map((from) => `${from}, a word`),
    ...SPACES.flatMap((space) => [`${space}, no such number`, `${space}, no such word`]),
    'no such space',
  ],
  [HostOperation.keccak]: ['of nothing', 'of bytes', 'of as much as it takes', 'too long'],
  [HostOperation.ecrecover]: ['a signer', 'nobody'],
  [HostOperation.blsVerify]: ['valid', 'not valid'],
  [HostOperation.log]: ['of nothing', 'of bytes', 'of as much as it takes', 'too long'],
};

/** Every way that a step of the lowered instruction set can go. */
export function everyPath(): string[] {
  const opcodes = Array.from({ length: 256 }, (_, opcode) => opcode);
  const hosts = Object.values(HostOperation).flatMap((number) =>
    [...(HOST_WAYS[number] ?? ['unknown']), ...pointerWays(number)].map((way) => `${HOST_NAMES[number]}: ${way}`),
  );
  const instructions = opcodes.flatMap((opcode) => waysOf(opcode).map((way) => `${hex(opcode)}: ${way}`));
  return [...instructions, ...hosts, 'host: no such operation', 'beyond the end: unreachable'];
}

const pointerWays = (number: number): string[] =>
  Object.keys(POINTERS[number] ?? {}).flatMap((index) => [
    `argument ${index} not aligned`,
    `argument ${index} outside`,
  ]);

function waysOf(opcode: number): readonly string[] {
  if (opcode === Op.host) return [];
  if (CONTROL[opcode]) return CONTROL[opcode];
  if (isUnary(opcode)) return ['done'];
  if (isBinary(opcode)) return ['slot', 'constant'].flatMap((operand) => divisionWays(opcode, operand));
  if (!isLoad(opcode) && !isStore(opcode)) return ['unreachable'];
  const across = accessWidth(opcode) > 1 ? ['across leaves'] : [];
  return ['in a leaf', ...across, 'out-of-bounds'];
}

function divisionWays(opcode: number, operand: string): string[] {
  const zero = DIVISIONS.includes(opcode) ? ['divide-by-zero'] : [];
  const overflow = SIGNED_DIVISIONS.includes(opcode) ? ['overflow'] : [];
  return ['done', ...zero, ...overflow].map((end) => `${operand}, ${end}`);
}

/** The way that the next step goes: to be called before the step, the answer after it. */
export function watchPath(machine: Machine): () => string {
  const instruction = nextInstruction(machine);
  if (instruction === undefined) return () => `beyond the end: ${machine.stepper.trap}`;
  if (instruction.opcode === Op.host) return watchHost(machine, instruction);
  const way = wayBefore(machine, instruction);
  const name = hex(instruction.opcode);
  if (isBinary(instruction.opcode)) return () => `${name}: ${way}, ${machine.stepper.trap ?? 'done'}`;
  return () => `${name}: ${machine.stepper.trap ?? way}`;
}

function wayBefore({ stepper }: Machine, { opcode, a, constantOperand, immediate }: Instruction): string {
  const low = (slot: number): number => Number(BigInt.asUintN(32, stepper.slot(slot)));
  const end = stepper.callers().length === 0 ? 'at the end' : 'to the caller';
  if (isBinary(opcode)) return constantOperand ? 'constant' : 'slot';
  if (isLoad(opcode) || isStore(opcode)) {
    const within = ((low(a) + Number(immediate)) & 31) + accessWidth(opcode) <= 32;
    return within ? 'in a leaf' : 'across leaves';
  }
  switch (opcode) {
    case Op.jumpIfZero:
      return low(a) === 0 ? 'taken' : 'passed';
    case Op.jumpIfNotZero:
      return low(a) === 0 ? 'passed' : 'taken';
    case Op.jumpTable:
      return low(a) < Number(immediate) ? 'to an entry' : 'to the last';
    case Op.return:
      return a === NO_SLOT ? `nothing ${end}` : `a value ${end}`;
    case Op.call:
      return a === 0 ? 'without arguments' : 'with arguments';
    case Op.select:
      return low(Number(immediate)) === 0 ? 'the second' : 'the first';
    default:
      return 'done';
  }
}

function watchHost(machine: Machine, instruction: Instruction): () => string {
  const number = Number(instruction.immediate);
  if (HOST_WAYS[number] === undefined) return () => 'host: no such operation';
  const call = new HostCall(machine, instruction);
  return () => `${HOST_NAMES[number]}: ${call.way()}`;
}

/** A host operation, with what stood in memory and state before it. */
class HostCall {
  private readonly number: number;
  private readonly values: readonly bigint[];
  private readonly before: Uint8Array | undefined;

  constructor(
    private readonly machine: Machine,
    { immediate, destination }: Instruction,
  ) {
    this.number = Number(immediate);
    const slots = machine.stepper.frame().length / 8 - destination;
    this.values = Array.from({ length: Math.min(3, slots) }, (_, index) => machine.stepper.slot(destination + index));
    const isState = this.number === HostOperation.stateGet || this.number === HostOperation.stateSet;
    this.before = isState && this.word(0).length === 32 ? machine.host.state.get(this.word(0)) : undefined;
  }

  /** After the step. */
  way(): string {
    const trapped = this.machine.stepper.status === 'trapped';
    if (!trapped) return this.answer();
    return this.badPointer() ?? this.refusal();
  }

  private low(index: number): number {
    return Number(BigInt.asUintN(32, this.values[index] ?? 0n));
  }

  private word(index: number): Uint8Array {
    return this.machine.stepper.memory.slice(this.low(index), this.low(index) + 32);
  }

  private badPointer(): string | undefined {
    for (const [index, width] of Object.entries(POINTERS[this.number] ?? {})) {
      const pointer = this.low(Number(index));
      const length = width === 'length' ? this.low(1) : width;
      if (pointer % 32 !== 0) return `argument ${index} not aligned`;
      const fits = pointer + length <= this.machine.stepper.memory.length;
      if (!fits && !this.tooLong) return `argument ${index} outside`;
    }
    return undefined;
  }

  private get limit(): number {
    return this.number === HostOperation.log ? MAX_LOG_BYTES : MAX_KECCAK_BYTES;
  }

  private get hasLength(): boolean {
    return this.number === HostOperation.keccak || this.number === HostOperation.log;
  }

  private get tooLong(): boolean {
    return this.hasLength && this.low(1) > this.limit;
  }

  private refusal(): string {
    if (this.tooLong) return 'too long';
    if (this.number !== HostOperation.readInput) return 'refused';
    const { space, number } = inputAddress(this.values[0] ?? 0n);
    const name = SPACES[space];
    if (name === undefined) return 'no such space';
    const first = (BigInt(space) << 56n) | (number << 16n);
    const anyWord = [0n, 9n].some((word) => this.machine.readInput(first | word) !== undefined);
    return `${name}, no such ${anyWord ? 'word' : 'number'}`;
  }

  private answer(): string {
    if (this.hasLength) return this.lengthName();
    switch (this.number) {
      case HostOperation.stateGet:
        return this.before === undefined ? 'zero' : 'a value';
      case HostOperation.stateSet:
        return this.change();
      case HostOperation.readInput:
        return this.inputName();
      case HostOperation.ecrecover:
        return equalBytes(this.word(1), ZERO_WORD) ? 'nobody' : 'a signer';
      case HostOperation.blsVerify:
        return equalBytes(this.word(1), ZERO_WORD) ? 'not valid' : 'valid';
      default:
        return 'done';
    }
  }

  private lengthName(): string {
    if (this.low(1) === 0) return 'of nothing';
    return this.low(1) === this.limit ? 'of as much as it takes' : 'of bytes';
  }

  private change(): string {
    const removes = equalBytes(this.word(1), ZERO_WORD);
    if (this.before === undefined) return removes ? 'zero where nothing is' : 'a new key';
    return removes ? 'a removal' : 'another value';
  }

  private inputName(): string {
    const { space, word } = inputAddress(this.values[0] ?? 0n);
    if (space !== 2) return `${SPACES[space]}, a word`;
    const [, item = 0n] = this.machine.positionWords.map((word) => BigInt(`0x${Buffer.from(word).toString('hex')}`));
    const kind = this.machine.readInput((1n << 56n) | (item << 16n) | 8n)?.[31];
    if (kind !== 1) return 'payload in calldata, a word';
    return `${BLOBS[word < WORDS_PER_BLOB ? 0 : 1]}, a word`;
  }
}
