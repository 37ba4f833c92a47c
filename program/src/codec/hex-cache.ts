import type { Hex } from 'viem';

import { toHex } from './bytes.js';

/** Longest value that is kept: a word. */
const KEY_BYTES = 32;
/** Places are at most half full, so that a search ends after a step or two. */
const PLACES_PER_VALUE = 2;
/** A search ends here in any case: whoever makes up values that fall on one place gets them converted, not searched for. */
const MOST_STEPS = 8;

/**
 * Hex texts of addresses and words that recur. Each is made once: equal bytes give the very same string, which costs neither memory nor a
 * new hash where it is a key. Keeps at most `capacity` values and forgets all of them when it is full.
 */
export class HexCache {
  private readonly mask: number;
  private readonly lengths: Uint8Array;
  private readonly keys: Uint8Array;
  private readonly texts: Hex[] = [];
  private count = 0;

  /** `capacity` is a power of two. */
  constructor(private readonly capacity: number) {
    const places = capacity * PLACES_PER_VALUE;
    this.mask = places - 1;
    this.lengths = new Uint8Array(places);
    this.keys = new Uint8Array(places * KEY_BYTES);
  }

  /** Hex of the `length` (1 to 32) bytes at `start`, which must lie inside `bytes`. */
  text(bytes: Uint8Array, start: number, length: number): Hex {
    let place = this.hash(bytes, start, length);
    for (let step = 0; step < MOST_STEPS; step++, place = (place + 1) & this.mask) {
      if (this.lengths[place] === 0) return this.keep(place, bytes, start, length);
      if (this.lengths[place] === length && this.holds(place, bytes, start, length)) return this.texts[place]!;
    }
    return toHex(bytes.subarray(start, start + length));
  }

  private keep(place: number, bytes: Uint8Array, start: number, length: number): Hex {
    const value = bytes.subarray(start, start + length);
    const text = toHex(value);
    if (this.count === this.capacity) {
      this.clear();
      return text;
    }
    this.lengths[place] = length;
    this.keys.set(value, place * KEY_BYTES);
    this.texts[place] = text;
    this.count += 1;
    return text;
  }

  private clear(): void {
    this.lengths.fill(0);
    this.texts.length = 0;
    this.count = 0;
  }

  /** From the last bytes backwards: what differs between two addresses in a word, or two small numbers, stands there. */
  private holds(place: number, bytes: Uint8Array, start: number, length: number): boolean {
    const key = place * KEY_BYTES;
    for (let at = length - 1; at >= 0; at--) if (this.keys[key + at] !== bytes[start + at]) return false;
    return true;
  }

  /** FNV-1a over the bytes (http://www.isthe.com/chongo/tech/comp/fnv/), its high bits folded in. */
  private hash(bytes: Uint8Array, start: number, length: number): number {
    let hash = 0x811c9dc5;
    for (let at = start + length - 1; at >= start; at--) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    return (hash ^ (hash >>> 15)) & this.mask;
  }
}
