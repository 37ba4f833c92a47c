import type { Hex } from 'viem';

/** Hex digits of a hash that are kept as one word of the table. */
const DIGITS = 8;
const PREFIX = 2;

/**
 * Hashes of the last transactions, in two generations so that memory stays bounded without a scan. Kept are 64 bits of each, in flat memory
 * that the garbage collector never walks: whoever wanted somebody's transaction taken for a known one would need another with the same bits,
 * 2^64 tries.
 */
export class RecentHashes {
  private young: HashTable;
  private old: HashTable;

  /** `generation`: hashes after which the older ones begin to be forgotten. */
  constructor(private readonly generation: number) {
    this.young = new HashTable(generation);
    this.old = new HashTable(generation);
  }

  has(hash: Hex): boolean {
    const [high, low] = wordsOf(hash);
    return this.young.find(high, low) < 0 || this.old.find(high, low) < 0;
  }

  add(hash: Hex): void {
    this.young.add(...wordsOf(hash));
    if (this.young.size < this.generation) return;
    [this.old, this.young] = [this.young, this.old];
    this.young.clear();
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}

/** Two words of a hash; the second is never 0, which marks a free place. */
function wordsOf(hash: Hex): [high: number, low: number] {
  const high = parseInt(hash.slice(PREFIX, PREFIX + DIGITS), 16);
  return [high, parseInt(hash.slice(PREFIX + DIGITS, PREFIX + 2 * DIGITS), 16) || 1];
}

/** A set of pairs of words: open addressing, at most half full. */
class HashTable {
  size = 0;
  private readonly words: Uint32Array;
  private readonly mask: number;

  constructor(capacity: number) {
    const places = 2 ** Math.ceil(Math.log2(2 * capacity + 2));
    this.mask = places - 1;
    this.words = new Uint32Array(2 * places);
  }

  /** The free place where the pair belongs, or -1 where it is held. */
  find(high: number, low: number): number {
    for (let place = high & this.mask; ; place = (place + 1) & this.mask) {
      if (this.words[2 * place + 1] === 0) return place;
      if (this.words[2 * place] === high && this.words[2 * place + 1] === low) return -1;
    }
  }

  add(high: number, low: number): void {
    const place = this.find(high, low);
    if (place < 0) return;
    this.words[2 * place] = high;
    this.words[2 * place + 1] = low;
    this.size += 1;
  }

  clear(): void {
    if (this.size > 0) this.words.fill(0);
    this.size = 0;
  }
}
