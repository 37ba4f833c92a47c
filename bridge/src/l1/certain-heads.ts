/** Tags that never go backwards here. */
export type CertainTag = 'safe' | 'finalized';
/** What is wrong with such a tag: L1 reports less than it did, or does not report it. The last good value stays. */
export type HeadDoubt = 'backwards' | 'missing';

/** The last good `safe` and `finalized`. */
export class CertainHeads {
  /** What is wrong with them as of the last look; empty when nothing is. */
  readonly doubts = new Map<CertainTag, HeadDoubt>();
  readonly #held: Record<CertainTag, bigint> = { safe: 0n, finalized: 0n };
  readonly #reported = new Map<CertainTag, bigint>();

  /** @param onRegression called when L1 reports less than is held, once for each such value */
  constructor(private readonly onRegression?: (tag: CertainTag, from: bigint, to: bigint) => void) {}

  /** Takes what L1 reports, undefined for nothing, and returns what is held. */
  advance(tag: CertainTag, value: bigint | undefined): bigint {
    const held = this.#held[tag];
    if (value !== undefined && value >= held) {
      this.doubts.delete(tag);
      this.#reported.delete(tag);
      return (this.#held[tag] = value);
    }
    this.doubts.set(tag, value === undefined ? 'missing' : 'backwards');
    if (value !== undefined && this.#reported.get(tag) !== value) {
      this.#reported.set(tag, value);
      this.onRegression?.(tag, held, value);
    }
    return held;
  }
}
