import type { StateDiff } from '@metachain/program';

/*
 * docs/spec/state.md: the supply of a token is the sum of its balances, the pool reserves in it and its fee buckets.
 */

const RECORD = 64;
const WORD = 32;
/** First two bytes of a key: module and kind. */
const BALANCE = 0x0301;
const SUPPLY = 0x0302;
const POOL = 0x0501;
const RESERVES = 0x0502;
const BUCKETS = 0x0508;
const LOW_112 = (1n << 112n) - 1n;

/** What is held of a token beyond its supply; must be 0. Base units. */
export interface ConservationBreach {
  readonly blockNumber: bigint;
  /** Token reference, `kind << 32 | index`. */
  readonly token: bigint;
  readonly delta: bigint;
}

/** Adds up, block by block, what the changed words add to the holdings and to the supply of each token. */
export class ConservationWatch {
  private readonly pools = new Map<bigint, readonly [bigint, bigint]>();
  private readonly seen = new Set<bigint>();
  private breaches: ConservationBreach[] = [];
  private newest: bigint;

  /** `contents`: records of key and value at block `blockNumber`, as StateStore.contents gives them. They are added up once. */
  constructor(contents: Uint8Array, blockNumber: bigint) {
    const words = new Words(contents, RECORD);
    const values = new Words(contents.subarray(WORD), RECORD);
    this.newest = blockNumber;
    this.add(contents.length / RECORD, words, values, undefined, blockNumber);
  }

  /** Held minus supplied for each token seen so far: 0, or value was made or lost. */
  deltas(): ReadonlyMap<bigint, bigint> {
    const sums = new Map([...this.seen].map((token) => [token, 0n]));
    for (const { token, delta } of this.breaches) sums.set(token, (sums.get(token) ?? 0n) + delta);
    return sums;
  }

  /** Takes the changes of a block. Answers what they broke. A block that is already known changes nothing. */
  take(blockNumber: bigint, diff: StateDiff): readonly ConservationBreach[] {
    if (blockNumber <= this.newest) return [];
    this.newest = blockNumber;
    const keys = new Words(diff.keys, WORD);
    return this.add(diff.count, keys, new Words(diff.values, WORD), new Words(diff.previous, WORD), blockNumber);
  }

  /** Blocks above this one were undone. */
  undo(blockNumber: bigint): void {
    if (blockNumber < this.newest) this.newest = blockNumber;
    this.breaches = this.breaches.filter((breach) => breach.blockNumber <= blockNumber);
  }

  private add(
    count: number,
    keys: Words,
    values: Words,
    previous: Words | undefined,
    blockNumber: bigint,
  ): readonly ConservationBreach[] {
    for (let index = 0; index < count; index++)
      if (keys.kind(index) === POOL) this.pools.set(keys.u64(index, 4), [values.u64(index, 0), values.u64(index, 8)]);
    const sums = new Map<bigint, bigint>();
    for (let index = 0; index < count; index++) {
      this.tally(sums, keys, values, index, 1n);
      if (previous) this.tally(sums, keys, previous, index, -1n);
    }
    const broken = [...sums].flatMap(([token, delta]) => (delta === 0n ? [] : [{ blockNumber, token, delta }]));
    for (const token of sums.keys()) this.seen.add(token);
    this.breaches.push(...broken);
    return broken;
  }

  private tally(sums: Map<bigint, bigint>, keys: Words, values: Words, index: number, sign: bigint): void {
    const add = (token: bigint, amount: bigint) => sums.set(token, (sums.get(token) ?? 0n) + sign * amount);
    const subject = () => keys.u64(index, 4);
    switch (keys.kind(index)) {
      case BALANCE:
        return void add(subject(), values.u128(index, 0));
      case SUPPLY:
        return void add(subject(), -values.u128(index, 0));
      case BUCKETS:
        return void add(subject(), values.u128(index, 0) + values.u128(index, 16));
      case RESERVES: {
        const [first, second] = this.pools.get(subject()) ?? [0n, 0n];
        add(first, values.u128(index, 0) & LOW_112);
        add(second, values.u128(index, 16) & LOW_112);
      }
    }
  }
}

/** Words of 32 bytes at a distance of `stride`. */
class Words {
  private readonly view: DataView;

  constructor(
    bytes: Uint8Array,
    private readonly stride: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  kind(index: number): number {
    return this.view.getUint16(index * this.stride);
  }

  u64(index: number, at: number): bigint {
    return this.view.getBigUint64(index * this.stride + at, true);
  }

  u128(index: number, at: number): bigint {
    return this.u64(index, at) | (this.u64(index, at + 8) << 64n);
  }
}
