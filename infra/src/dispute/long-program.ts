import { concatBytes } from '@metachain/program';

/** Unsigned LEB128. */
const unsigned = (value: bigint): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
};

/** Signed LEB128. */
const signed = (value: bigint): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 64n && rest >= -64n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
};

const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)];
const section = (id: number, content: readonly number[]): Uint8Array =>
  Uint8Array.from([id, ...unsigned(BigInt(content.length)), ...content]);

const i32 = 0x7f;
const i64 = 0x7e;
/** `item done` in the result of a unit (docs/spec/program.md). */
const itemDone = 1n << 62n;
/** Constants of a linear congruential generator: each round is a multiplication and an addition. */
const multiplier = 6_364_136_223_846_793_005n;
const increment = 1_442_695_040_888_963_407n;

/**
 * A program whose one unit computes `rounds` rounds of x = x * a + c and stores the last x in the state: as long as one likes, and with a
 * result that any wrong step spoils. Bytes of a WebAssembly module.
 */
export function longProgram(rounds: bigint): Uint8Array {
  const loop = [
    // x = x * a + c
    0x20,
    0,
    0x42,
    ...signed(multiplier),
    0x7e,
    0x42,
    ...signed(increment),
    0x7c,
    0x21,
    0,
    // count = count - 1; again unless zero
    0x20,
    1,
    0x42,
    1,
    0x7d,
    0x22,
    1,
    0x42,
    0,
    0x52,
    0x0d,
    0,
  ];
  const body = [
    1,
    2,
    i64, // two locals: x and the count
    0x42,
    ...signed(rounds),
    0x21,
    1,
    0x03,
    0x40,
    ...loop,
    0x0b,
    0x41,
    32,
    0x20,
    0,
    0x37,
    3,
    0, // the value, behind the key
    0x41,
    0,
    0x41,
    32,
    0x10,
    0, // state_set(0, 32)
    0x42,
    ...signed(itemDone),
    0x0b,
  ];
  return concatBytes(
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
    section(1, [2, 0x60, 2, i32, i32, 0, 0x60, 0, 1, i64]),
    section(2, [1, ...text('host'), ...text('state_set'), 0, 0]),
    section(3, [1, 1]),
    section(5, [1, 1, 1, 1]),
    section(7, [2, ...text('memory'), 2, 0, ...text('run'), 0, 1]),
    section(10, [1, ...unsigned(BigInt(body.length)), ...body]),
  );
}
