import type { Instruction } from '../lowering/instruction.js';
import type { LoweredProgram } from '../lowering/lower.js';
import { HostOperation } from '../lowering/host-operations.js';
import { accessWidth, isBinary, isLoad, isStore, isUnary, NO_SLOT, Op } from '../lowering/opcodes.js';

/** Slots of the frame that small programs run in. */
const FRAME_SLOTS = 8;
export const MEMORY_BYTES = 65_536;

type Fields = Partial<Omit<Instruction, 'opcode'>>;

export const instruction = (opcode: number, fields: Fields = {}): Instruction => ({
  opcode,
  constantOperand: false,
  destination: 0,
  a: 0,
  b: 0,
  immediate: 0n,
  ...fields,
});

/** Puts values into the first slots. */
const load = (...values: readonly bigint[]): Instruction[] =>
  values.map((value, destination) => instruction(Op.constant, { destination, immediate: BigInt.asUintN(64, value) }));

/** Calls a host operation with the arguments. */
export const host = (number: number, ...values: readonly bigint[]): Instruction[] => [
  ...load(...values),
  instruction(Op.host, { immediate: BigInt(number) }),
];

const nothing = instruction(Op.return, { a: NO_SLOT });

/** A program of hand-written register code, which ends by itself. */
export function registerProgram(
  code: readonly Instruction[],
  memory: Uint8Array = new Uint8Array(MEMORY_BYTES),
): LoweredProgram {
  const entry = { pc: 0, frameSlots: FRAME_SLOTS, parameters: [], results: [] };
  return {
    code: [...code, nothing],
    entries: new Map([['run', entry]]),
    memory,
    globals: [7n, 8n],
    maxStackSlots: FRAME_SLOTS * 2,
    hosts: new Set(),
  };
}

const PAIRS: readonly (readonly [bigint, bigint])[] = [
  [7n, 3n],
  [0x8000_0001n, 0xffff_fff0n],
  [0x8765_4321_0fed_cba9n, 0xffff_ffff_ffff_ffc1n],
];

/** Each numeric instruction and each access that traps nowhere, one after another. */
export function plainCode(): Instruction[] {
  const opcodes = Array.from({ length: 256 }, (_, opcode) => opcode);
  return [
    ...opcodes.filter((opcode) => isUnary(opcode) || isBinary(opcode)).flatMap(numeric),
    ...opcodes.flatMap(access),
  ];
}

/** i32 operands are zero-extended, as every i32 in a slot is. */
const isNarrow = (opcode: number): boolean =>
  (opcode >= 0x45 && opcode <= 0x4f) || (opcode >= 0x67 && opcode <= 0x78) || [0xac, 0xad, 0xc0, 0xc1].includes(opcode);

function numeric(opcode: number): Instruction[] {
  return PAIRS.flatMap((pair) => {
    const [a, b] = isNarrow(opcode) ? pair.map((value) => BigInt.asUintN(32, value)) : pair;
    const code = [...load(a ?? 0n, b ?? 0n), instruction(opcode, { destination: 2, a: 0, b: 1 })];
    const constant = instruction(opcode, { destination: 2, a: 0, constantOperand: true, immediate: b ?? 0n });
    return isBinary(opcode) ? [...code, constant] : code;
  });
}

function access(opcode: number): Instruction[] {
  if (!isLoad(opcode) && !isStore(opcode)) return [];
  const at = (offset: bigint): Instruction[] => [
    ...load(64n, 0xfedc_ba98_7654_3210n),
    instruction(opcode, { destination: 2, a: 0, b: 1, immediate: offset }),
  ];
  return accessWidth(opcode) > 1 ? [...at(8n), ...at(31n)] : at(8n);
}

/** Each way of control to go, one after another: eleven instructions and a function that gives back a value or nothing. */
export function controlCode(): Instruction[] {
  const jump = (opcode: number, a: number, target: number): Instruction =>
    instruction(opcode, { a, immediate: BigInt(target) });
  const [callee, other] = [22, 23];
  const body = [
    ...load(0n, 5n),
    jump(Op.jump, 0, 3),
    jump(Op.jumpIfZero, 0, 4),
    jump(Op.jumpIfZero, 1, 4),
    jump(Op.jumpIfNotZero, 1, 6),
    jump(Op.jumpIfNotZero, 0, 6),
    instruction(Op.jumpTable, { a: 0, immediate: 1n }),
    jump(Op.jump, 0, 10),
    jump(Op.jump, 0, 10),
    instruction(Op.jumpTable, { a: 1, immediate: 1n }),
    jump(Op.jump, 0, 13),
    jump(Op.jump, 0, 13),
    instruction(Op.select, { destination: 2, a: 1, b: 0, immediate: 0n }),
    instruction(Op.select, { destination: 2, a: 1, b: 0, immediate: 1n }),
    instruction(Op.move, { destination: 3, a: 1 }),
    instruction(Op.globalGet, { destination: 4, immediate: 1n }),
    instruction(Op.globalSet, { a: 1, immediate: 0n }),
    instruction(Op.call, { destination: 0, a: 2, b: 2, immediate: BigInt(callee) }),
    instruction(Op.call, { destination: 0, a: 0, b: 1, immediate: BigInt(other) }),
    instruction(Op.return, { a: 1 }),
    nothing,
  ];
  return [...body, instruction(Op.return, { a: 1 }), nothing];
}

/** Programs that trap, each at its last step, by opcode: accesses, divisions and what is no instruction. */
export function trappingCode(): Instruction[][] {
  const opcodes = Array.from({ length: 256 }, (_, opcode) => opcode);
  const known = new Set<number>(Object.values(Op));
  return opcodes.flatMap((opcode) => {
    if (isLoad(opcode) || isStore(opcode)) return [outside(opcode)];
    if (isBinary(opcode)) return divisions(opcode);
    return (opcode !== Op.trap && known.has(opcode)) || isUnary(opcode) ? [] : [[instruction(opcode)]];
  });
}

const outside = (opcode: number): Instruction[] => [
  ...load(BigInt(MEMORY_BYTES)),
  instruction(opcode, { destination: 2, a: 0, b: 1, immediate: 0n }),
];

function divisions(opcode: number): Instruction[][] {
  const least = isNarrow(opcode) ? 1n << 31n : 1n << 63n;
  const all = isNarrow(opcode) ? 0xffff_ffffn : 0xffff_ffff_ffff_ffffn;
  const divide = (a: bigint, b: bigint): Instruction[][] => [
    [...load(a, b), instruction(opcode, { destination: 2, a: 0, b: 1 })],
    [...load(a), instruction(opcode, { destination: 2, a: 0, constantOperand: true, immediate: b })],
  ];
  const signed = opcode === 0x6d || opcode === 0x7f ? divide(least, all) : [];
  const isDivision = (opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82);
  return isDivision ? [...divide(7n, 0n), ...signed] : [];
}

const OUTSIDE = BigInt(MEMORY_BYTES);
const { stateGet, stateSet, checkpoint, rollback, commit, readInput, keccak, ecrecover, blsVerify, log } =
  HostOperation;

/** Host operations that trap, each a program of its own. */
export function trappingCalls(): Instruction[][] {
  const pairs = [stateGet, stateSet, ecrecover, blsVerify].flatMap((number) => [
    host(number, 1n, 32n),
    host(number, OUTSIDE, 32n),
    host(number, 0n, 8n),
    host(number, 0n, OUTSIDE),
  ]);
  const lengths = [keccak, log].flatMap((number) => [
    host(number, 1n, 4n, 0n),
    host(number, OUTSIDE, 4n, 0n),
    host(number, 0n, number === log ? 4_097n : 16_385n, 0n),
  ]);
  return [
    ...pairs,
    ...lengths,
    host(keccak, 0n, 4n, 8n),
    host(keccak, 0n, 4n, OUTSIDE),
    host(readInput, 0n, 8n),
    host(readInput, 0n, OUTSIDE),
    [...host(checkpoint), ...host(checkpoint)],
    host(rollback),
    host(commit),
    host(0),
    host(11, 0n, 0n),
    [instruction(Op.jump, { immediate: 100n })],
  ];
}
