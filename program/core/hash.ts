/**
 * Hash of a key: NH (Black et al., "UMAC: Fast and Secure Message Authentication", 1999), whose collisions nobody can choose who does not know
 * the seeds. `home` is made of the last 20 bytes where these hold an address, so that the words of one account stand in one line of the index.
 */

/** Multiplier of Fibonacci hashing: 2^64 / golden ratio, odd. */
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

let seed0: u32 = 0;
let seed1: u32 = 0;
let seed2: u32 = 0;
let seed3: u32 = 0;
let seed4: u32 = 0;
let seed5: u32 = 0;
let seed6: u32 = 0;
let seed7: u32 = 0;
let seed8: u32 = 0;
let seed9: u32 = 0;

/** Results of `hashKey` and `hashEnd`. */
export let home: u32 = 0;
export let full: u32 = 0;

/** Takes ten u32 of randomness. */
export function seed(at: usize): void {
  seed0 = load<u32>(at);
  seed1 = load<u32>(at, 4);
  seed2 = load<u32>(at, 8);
  seed3 = load<u32>(at, 12);
  seed4 = load<u32>(at, 16);
  seed5 = load<u32>(at, 20) | 1;
  seed6 = load<u32>(at, 24);
  seed7 = load<u32>(at, 28);
  seed8 = load<u32>(at, 32);
  seed9 = load<u32>(at, 36) | 1;
}

function pair(word: u64, first: u32, second: u32): u64 {
  return u64(u32(word) + first) * u64(u32(word >> 32) + second);
}

function fold(value: u64): u32 {
  return u32(((value ^ (value >> 32)) * GOLDEN) >> 32);
}

function end(k1: u64, k2: u64, k3: u64): u64 {
  return pair(k2, seed0, seed1) + pair(k3, seed2, seed3) + u64(u32(k1 >> 32) + seed4) * u64(seed5);
}

/** Hashes a key of four u64. */
export function hashKey(k0: u64, k1: u64, k2: u64, k3: u64): void {
  const tail = end(k1, k2, k3);
  full = fold(tail + pair(k0, seed6, seed7) + u64(u32(k1) + seed8) * u64(seed9));
  // Twelve zeros at the end: no address but a number, which many keys share.
  home = (k3 | (k2 >> 32)) == 0 ? full : fold(tail);
}

/** `home` of the keys that end with the 20 bytes at `at + 12`. */
export function hashEnd(at: usize): u32 {
  return fold(end(load<u64>(at, 8), load<u64>(at, 16), load<u64>(at, 24)));
}
