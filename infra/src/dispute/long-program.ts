import { signed, unitModule } from './unit-module.js';

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
  return unitModule([
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
  ]);
}
