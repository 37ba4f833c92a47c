/** Changes of one block, each key once. Typed arrays, so that a diff can be sent to another thread as it is. */
export interface StateDiff {
  readonly count: number;
  /** 32 bytes each. */
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  /** Values before; zero for created keys. */
  readonly previous: Uint8Array;
  /** 1 where the key did not exist before. Created keys stand in the order of their creation. */
  readonly inserted: Uint8Array;
  /** Record numbers in the table that made the diff; another table has its own. */
  readonly records: Int32Array;
}

const WORDS = 8;
const RECORD = 16;

/** Collects the first journal entry of each record into a diff; it holds the previous value. */
export class DiffBuilder {
  private count = 0;
  private readonly recordNumbers: Int32Array;
  private readonly inserted: Uint8Array;
  private readonly previous: Int32Array;

  constructor(maximum: number) {
    this.recordNumbers = new Int32Array(maximum);
    this.inserted = new Uint8Array(maximum);
    this.previous = new Int32Array(maximum * WORDS);
  }

  /** `tagged` is the record, or `~record` if the write created it. */
  add(tagged: number, journal: Int32Array, at: number): void {
    const index = this.count++;
    this.recordNumbers[index] = tagged < 0 ? ~tagged : tagged;
    this.inserted[index] = tagged < 0 ? 1 : 0;
    for (let word = 0; word < WORDS; word++) this.previous[index * WORDS + word] = tagged < 0 ? 0 : journal[at + word]!;
  }

  finish(records: Int32Array): StateDiff {
    const { count } = this;
    const keys = new Int32Array(count * WORDS);
    const values = new Int32Array(count * WORDS);
    for (let index = 0; index < count; index++) {
      const at = this.recordNumbers[index]! * RECORD;
      for (let word = 0; word < WORDS; word++) {
        keys[index * WORDS + word] = records[at + word]!;
        values[index * WORDS + word] = records[at + WORDS + word]!;
      }
    }
    return {
      count,
      keys: new Uint8Array(keys.buffer),
      values: new Uint8Array(values.buffer),
      previous: new Uint8Array(this.previous.slice(0, count * WORDS).buffer),
      inserted: this.inserted.slice(0, count),
      records: this.recordNumbers.slice(0, count),
    };
  }
}
