import { hostFunction, signed, unitModule } from './unit-module.js';

/** Constants of a linear congruential generator: each round is a multiplication and an addition. */
const multiplier = 6_364_136_223_846_793_005n;
const increment = 1_442_695_040_888_963_407n;

const constant = (value: bigint): number[] => [0x42, ...signed(BigInt.asIntN(64, value))];
const address = (value: number): number[] => [0x41, ...signed(BigInt(value))];
const set = (local: number, value: bigint): number[] => [...constant(value), 0x21, local];

/** Local 0 is x, local 1 counts: as many rounds of x = x * a + c, at least one. */
const loop = (rounds: bigint): number[] => [
  ...set(1, rounds),
  ...[0x03, 0x40],
  // x = x * a + c
  ...[0x20, 0, ...constant(multiplier), 0x7e, ...constant(increment), 0x7c, 0x21, 0],
  // count = count - 1; again unless zero
  ...[0x20, 1, ...constant(1n), 0x7d, 0x22, 1, ...constant(0n), 0x52, 0x0d, 0],
  0x0b,
];

/** The item of a unit, from the words that say where it starts (docs/spec/program.md), is the first: else nothing of `code` is done. */
const inFirstItem = (code: readonly number[]): number[] => [
  ...[...constant(positionItem), ...address(0), 0x10, hostFunction.readInput],
  ...[...address(24), 0x29, 3, 0, 0x50, 0x04, 0x40, ...code, 0x0b],
];
const positionItem = 1n;

/** The key at address 0 gets x as its value in the state. */
const storeX = [...address(32), 0x20, 0, 0x37, 3, 0, ...address(0), ...address(32), 0x10, hostFunction.stateSet];

/**
 * A program whose first unit computes `rounds` rounds of x = x * a + c and stores the last x in the state: as long as one likes, and with a
 * result that any wrong step spoils. All others do nothing. Bytes of a WebAssembly module.
 */
export const longProgram = (rounds: bigint): Uint8Array => unitModule(inFirstItem([...loop(rounds), ...storeX]));

/**
 * As much memory as the rules have, and slots enough that a proof shows no less than one of theirs, where a caller and a parent block are
 * shown too.
 */
const rulesShape = { locals: 12, pages: 4 } as const;
const memoryLevels = 13;
/** A word in the middle of the first blob of item 0 (docs/spec/program.md, input words). */
const readWord = (2n << 56n) | 2_049n;

const storeAt = (place: number, value: bigint): number[] => [...address(place), ...constant(value), 0x37, 3, 0];

/** Something in the word at 0 and in the one beside it, and beside each hash above them: no sibling in a proof is one of zeros. */
const fillMemory = [
  ...[0, 8, 16, 24, 32, 40, 48, 56].flatMap((place) => storeAt(place, multiplier + BigInt(place))),
  ...Array.from({ length: memoryLevels - 1 }, (_, level) => storeAt(64 << level, multiplier)).flat(),
];
const fillFrame = Array.from({ length: rulesShape.locals - 2 }, (_, spare) =>
  set(spare + 2, multiplier * BigInt(spare + 1) - increment),
).flat();

/**
 * The same, and between `before` and `after` rounds the unit reads a word of its item's payload, which becomes the key in the state. All
 * that a proof of that read shows was written before.
 */
export const readingProgram = (before: bigint, after: bigint): Uint8Array =>
  unitModule(
    inFirstItem([
      ...fillMemory,
      ...[...address(0), ...address(32), 0x10, hostFunction.stateSet],
      ...fillFrame,
      ...loop(before),
      ...[...constant(readWord), ...address(0), 0x10, hostFunction.readInput],
      ...loop(after),
      ...storeX,
    ]),
    rulesShape,
  );

/** Where the bytes stand that are hashed, and how many: as many as the machine hashes at once. */
const hashed = { from: 32, bytes: 16_384 } as const;
/** Words without a zero byte up to the end of what is hashed; local 1 counts the bytes. */
const fillHashed = [
  ...set(1, 0n),
  ...[0x03, 0x40],
  ...[0x20, 1, 0xa7, ...constant(multiplier), 0x37, 3, 0],
  ...[0x20, 1, ...constant(8n), 0x7c, 0x22, 1, ...constant(BigInt(hashed.from + hashed.bytes)), 0x52, 0x0d, 0],
  0x0b,
];

/** The same with the hash of as many bytes as one step may hash in place of the read, and after it an addition, which one may pass over. */
export const hashingProgram = (before: bigint, after: bigint): Uint8Array =>
  unitModule(
    inFirstItem([
      ...fillMemory,
      ...fillHashed,
      ...[...address(0), ...address(32), 0x10, hostFunction.stateSet],
      ...fillFrame,
      ...loop(before),
      ...[...address(hashed.from), ...address(hashed.bytes), ...address(0), 0x10, hostFunction.keccak],
      ...[0x20, 0, ...constant(increment), 0x7c, 0x21, 0],
      ...loop(after),
      ...storeX,
    ]),
    rulesShape,
  );
