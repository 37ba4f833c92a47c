/**
 * Keccak-f[1600] as a WebAssembly module, written out from its definition (FIPS 202, 3.2) when this file is loaded: the 25 lanes live in
 * locals, theta to chi are unrolled, the 24 rounds are a loop.
 *
 * Imports `host.memory`; exports `keccak(pointer, length, out)`: Keccak-256 of a range at any address, 32 bytes at `out`. The range must end
 * OVERREAD_BYTES before the memory does. The first SCRATCH_BYTES of the memory are the module's own: the padded last block, then the round constants, which `keccakConstants` gives.
 */

const LANES = 25;
const RATE_BYTES = 136;
const RATE_LANES = 17;
const ROUNDS = 24;
const CONSTANTS_AT = RATE_BYTES;
/** Bytes at the start of the memory that belong to the module. */
export const SCRATCH_BYTES = CONSTANTS_AT + ROUNDS * 8;

/** Rotations of rho by lane `x + 5 * y`, by walking as the definition does. */
const rotations = ((): number[] => {
  const offsets = new Array<number>(LANES).fill(0);
  for (let step = 0, x = 1, y = 0; step < ROUNDS; step++) {
    offsets[x + 5 * y] = (((step + 1) * (step + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return offsets;
})();

/** Round constants of iota: bits of a linear feedback shift register at the places 2^j - 1. */
export const keccakConstants = ((): BigUint64Array => {
  const constants = new BigUint64Array(ROUNDS);
  let register = 1;
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = 0; j < 7; j++) {
      if ((register & 1) === 1) constants[round]! |= 1n << BigInt((1 << j) - 1);
      register = (register << 1) ^ ((register >> 7) * 0x171);
    }
  }
  return constants;
})();

/** Bytes that may be read, not used, behind a message. */
export const OVERREAD_BYTES = 8;

type Code = readonly number[];
type Repeat7 = [Code, Code, Code, Code, Code, Code, Code];

const unsigned = (value: number): Code => (value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]);
const signed = (value: number): Code =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const text = (name: string): Code => vector([...new TextEncoder().encode(name)].map((byte) => [byte]));
const section = (id: number, body: Code): Code => [id, ...unsigned(body.length), ...body];

const I32 = 0x7f;
const I64 = 0x7e;
const VOID = 0x40;

const get = (local: number): Code => [0x20, ...unsigned(local)];
const set = (local: number): Code => [0x21, ...unsigned(local)];
const tee = (local: number): Code => [0x22, ...unsigned(local)];
const i32 = (value: number): Code => [0x41, ...signed(value)];
const i64 = (value: number): Code => [0x42, ...signed(value)];
const loadByte: Code = [0x2d, 0, 0];
const storeByte: Code = [0x3a, 0, 0];
const load64 = (offset: number): Code => [0x29, 0, ...unsigned(offset)];
const store64 = (offset: number): Code => [0x37, 0, ...unsigned(offset)];
const loop = (...body: Code[]): Code => [0x03, VOID, ...body.flat(), 0x0b];
const when = (...body: Code[]): Code => [0x04, VOID, ...body.flat(), 0x0b];
const againIf: Code = [0x0d, 0];
const code = (byte: number): Code => [byte];
const [EQZ, LESS, ADD, SUB, AND, OR, SHL] = [0x45, 0x49, 0x6a, 0x6b, 0x71, 0x72, 0x74].map(code) as Repeat7;
const [SUB64, AND64, OR64, XOR64, SHL64, ROTL64, EXTEND] = [0x7d, 0x83, 0x84, 0x85, 0x86, 0x89, 0xad].map(
  code,
) as Repeat7;

// Locals: parameters, then two numbers, then lanes.
const [POINTER, LENGTH, OUT, LAST, INDEX] = [0, 1, 2, 3, 4];
const lane = (x: number, y: number): number => 5 + x + 5 * y;
const moved = (x: number, y: number): number => 5 + LANES + x + 5 * y;
const column = (x: number): number => 5 + 2 * LANES + (x % 5);
const DIFFERENCE = 5 + 2 * LANES + 5;

const FIVE = [0, 1, 2, 3, 4];

const theta: Code = FIVE.flatMap((x) => [
  ...get(lane(x, 0)),
  ...FIVE.slice(1).flatMap((y) => [...get(lane(x, y)), ...XOR64]),
  ...set(column(x)),
]);

/** The rest of theta, rho and pi. */
const rhoPi: Code = FIVE.flatMap((x) => [
  ...[...get(column(x + 4)), ...get(column(x + 1)), ...i64(1), ...ROTL64, ...XOR64, ...set(DIFFERENCE)],
  ...FIVE.flatMap((y) => [
    ...[...get(lane(x, y)), ...get(DIFFERENCE), ...XOR64, ...i64(rotations[x + 5 * y]!), ...ROTL64],
    ...set(moved(y, (2 * x + 3 * y) % 5)),
  ]),
]);

/** Lanes `x + 5 * y` that are kept inverted between rounds, which saves most inversions of chi ("Keccak implementation overview", 2.2). */
const INVERTED = [1, 2, 8, 12, 17, 20];
const isInverted = (x: number, y: number): boolean => INVERTED.includes((x % 5) + 5 * y);
const invertedColumn = (x: number): boolean => FIVE.filter((y) => isInverted(x, y)).length % 2 === 1;

/** Whether theta, rho and pi bring a lane to `moved(x, y)` inverted. */
const movedInverted = FIVE.map(() => [false, false, false, false, false]);
for (const x of FIVE)
  for (const y of FIVE)
    movedInverted[y]![(2 * x + 3 * y) % 5] = (isInverted(x, y) !== invertedColumn(x + 4)) !== invertedColumn(x + 1);

const invert: Code = [...i64(-1), ...XOR64];

/** `~b & c` of lanes that may be inverted, itself inverted if `wanted`, as far as that costs nothing; says whether it is. */
const chiTerm = (b: number, c: number, y: number, wanted: boolean): { code: Code; inverted: boolean } => {
  const [bInverted, cInverted] = [movedInverted[b]![y]!, movedInverted[c]![y]!];
  const [left, right] = [get(moved(b, y)), get(moved(c, y))];
  if (bInverted !== cInverted)
    return { code: [...left, ...right, ...(bInverted ? AND64 : OR64)], inverted: !bInverted };
  const invertLeft = bInverted === wanted;
  const operands = invertLeft ? [...left, ...invert, ...right] : [...left, ...right, ...invert];
  return { code: [...operands, ...(wanted ? OR64 : AND64)], inverted: wanted };
};

const chi: Code = FIVE.flatMap((y) =>
  FIVE.flatMap((x) => {
    const change = movedInverted[x]![y]! !== isInverted(x, y);
    const { code: term, inverted } = chiTerm((x + 1) % 5, (x + 2) % 5, y, change);
    const rest = inverted === change ? [] : invert;
    return [...get(moved(x, y)), ...term, ...XOR64, ...rest, ...set(lane(x, y))];
  }),
);

const iota: Code = [...[...get(lane(0, 0)), ...get(INDEX), ...load64(CONSTANTS_AT), ...XOR64, ...set(lane(0, 0))]];

const permute: Code = [
  ...[...i32(0), ...set(INDEX)],
  ...loop(theta, rhoPi, chi, iota, get(INDEX), i32(8), ADD, tee(INDEX), i32(ROUNDS * 8), LESS, againIf),
];

/** What is left of the message, in whole lanes. */
const wholeBytes: Code = [...get(LENGTH), ...i32(-8), ...AND];
const lastLane: Code = [...get(POINTER), ...get(INDEX), ...ADD, ...load64(0)];
/** `2^(8 * (length mod 8)) - 1`: of the last lane, what belongs to the message. */
const lastMask: Code = [
  ...[...i64(1), ...get(LENGTH), ...i32(7), ...AND, ...i32(3), ...SHL, ...EXTEND, ...SHL64],
  ...[...i64(1), ...SUB64],
];

/** Moves what is left of the message to the scratch block and pads it. Reads up to 8 bytes beyond. */
const padLast: Code = [
  ...Array.from({ length: RATE_LANES }, (_, index) => [...i32(0), ...i64(0), ...store64(index * 8)]).flat(),
  ...[...i32(0), ...set(INDEX), ...wholeBytes],
  ...when(
    loop(...[get(INDEX), lastLane, store64(0)], ...[get(INDEX), i32(8), ADD, tee(INDEX), wholeBytes, LESS, againIf]),
  ),
  ...[...get(INDEX), ...lastLane, ...lastMask, ...AND64, ...store64(0)],
  ...[...get(LENGTH), ...i32(1), ...storeByte],
  ...[...i32(RATE_BYTES - 1), ...i32(RATE_BYTES - 1), ...loadByte, ...i32(128), ...OR, ...storeByte],
  ...[...i32(0), ...set(POINTER), ...i32(1), ...set(LAST)],
];

const absorb: Code = Array.from({ length: RATE_LANES }, (_, index) => [
  ...[...get(lane(index, 0)), ...get(POINTER), ...load64(index * 8), ...XOR64, ...set(lane(index, 0))],
]).flat();

const advance: Code = [
  ...[...get(POINTER), ...i32(RATE_BYTES), ...ADD, ...set(POINTER)],
  ...[...get(LENGTH), ...i32(RATE_BYTES), ...SUB, ...set(LENGTH)],
];

const body: Code = [
  ...vector([
    [2, I32],
    [2 * LANES + 6, I64],
  ]),
  ...INVERTED.flatMap((at) => [...i64(-1), ...set(lane(at % 5, Math.floor(at / 5)))]),
  ...loop(
    ...[get(LENGTH), i32(RATE_BYTES), LESS, when(padLast)],
    ...[absorb, permute, advance, get(LAST), EQZ, againIf],
  ),
  ...[0, 1, 2, 3].flatMap((x) => [
    ...[...get(OUT), ...get(lane(x, 0)), ...(isInverted(x, 0) ? invert : []), ...store64(x * 8)],
  ]),
  0x0b,
];

/** The module's bytes. */
export const keccakModule = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, vector([[0x60, ...vector([[I32], [I32], [I32]]), 0]])),
  ...section(2, vector([[...text('host'), ...text('memory'), 0x02, 0x00, 0x01]])),
  ...section(3, vector([[0]])),
  ...section(7, vector([[...text('keccak'), 0x00, 0x00]])),
  ...section(10, vector([[...unsigned(body.length), ...body]])),
]);
