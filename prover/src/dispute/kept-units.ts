import { Lane } from './lane.js';
import type { Trace, UnitTrace } from './types.js';

/** Units whose machines are kept, of all traces together: a game looks at one, and its state may be a tree that shares nothing with others. */
const KEPT_UNITS = 8;
/** Units that are come to at once: each has a state of its own on the way; one may wait for its blobs. */
const AT_ONCE = 2;

interface Kept {
  readonly trace: Trace;
  readonly unit: bigint;
  readonly made: Promise<UnitTrace>;
}

/** The units of traces that games asked for last. */
export class KeptUnits {
  private kept: readonly Kept[] = [];
  private readonly lane = new Lane(AT_ONCE);

  constructor(private readonly limit = KEPT_UNITS) {}

  /** A unit of a trace; `make` comes to it where it is not kept. One that could not be made is made when asked for again. */
  of(trace: Trace, unit: bigint, make: () => Promise<UnitTrace>): Promise<UnitTrace> {
    const known = this.kept.find((kept) => kept.trace === trace && kept.unit === unit);
    const last = known ?? { trace, unit, made: this.lane.run(make, () => 0) };
    this.kept = [...this.kept.filter((kept) => kept !== last), last].slice(-this.limit);
    if (known === undefined) last.made.catch(() => this.forget(last));
    return last.made;
  }

  private forget(failed: Kept): void {
    this.kept = this.kept.filter((kept) => kept !== failed);
  }
}
