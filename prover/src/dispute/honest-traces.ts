import type { ProgramDescription } from '../machine/lowering/program.js';
import { KeptUnits } from './kept-units.js';
import { Lane } from './lane.js';
import { Rehearsal } from './rehearsal.js';
import type { ReplayTrace } from './replay-trace.js';
import { StateTrees } from './state-trees.js';
import { type HonestTraceParts, type SharedByTraces, TraceMaker, type TraceRange } from './trace-maker.js';

/** Traces that are kept though nobody needs them now. */
const SPARE = 4;
/** Traces that are made at once: all are made on one thread, so more would only make the most urgent one late; one may wait for its blobs. */
const AT_ONCE = 2;

interface Entry {
  readonly maker: TraceMaker;
  /** Undefined where making it failed last. */
  trace?: Promise<ReplayTrace> | undefined;
  making: boolean;
}

/** The true traces of assertions, made from L1 data, each once as long as it is needed. */
export class HonestTraces {
  /** By name, in the order in which they were last asked for. */
  private readonly entries = new Map<string, Entry>();
  private readonly lane = new Lane(AT_ONCE);
  private readonly shared: SharedByTraces;
  /** Names of those that are needed, the most urgent one first. */
  private held: readonly string[] = [];

  constructor(private readonly parts: HonestTraceParts) {
    this.shared = { rehearsal: new Rehearsal(parts.program), trees: new StateTrees(), units: new KeptUnits() };
  }

  /** The program as L1 holds it. */
  get program(): ProgramDescription {
    return this.shared.rehearsal.description;
  }

  /** Keeps the traces that are needed from now on, the most urgent one first, and a few others; and what they would be made from after a restart. */
  hold(ranges: readonly TraceRange[]): void {
    this.held = ranges.map((range) => this.nameOf(range));
    this.parts.checkpoints?.need(
      'games',
      ranges.map(({ parent }) => parent),
    );
    this.forget();
  }

  /** The trace from a boundary on, once it is made. Throws CannotDeriveError, TraceMismatchError; asked again it goes on where that was. */
  trace(range: TraceRange): Promise<ReplayTrace> {
    if (range.open !== undefined) return this.makerOf(range).begun();
    const name = this.nameOf(range);
    const entry = this.entries.get(name) ?? { maker: this.makerOf(range), making: false };
    this.entries.delete(name);
    this.entries.set(name, entry);
    entry.trace ??= this.make(name, entry);
    this.forget();
    return entry.trace;
  }

  private async make(name: string, entry: Entry): Promise<ReplayTrace> {
    entry.making = true;
    try {
      return await this.lane.run(
        () => entry.maker.whole(),
        () => this.urgencyOf(name),
      );
    } catch (error) {
      entry.trace = undefined;
      throw error;
    } finally {
      entry.making = false;
    }
  }

  private makerOf(range: TraceRange): TraceMaker {
    return new TraceMaker(this.parts, range, this.shared);
  }

  private urgencyOf(name: string): number {
    const place = this.held.indexOf(name);
    return place < 0 ? this.held.length : place;
  }

  private forget(): void {
    const spare = [...this.entries].filter(([name, { making }]) => !making && !this.held.includes(name));
    for (const [name] of spare.slice(0, -SPARE)) this.entries.delete(name);
  }

  /** An L1 reorg changes the name of what it changes. */
  private nameOf({ parent, endItem }: TraceRange): string {
    const last = this.parts.watcher.items[Number(endItem) - 1]?.accumulator ?? '';
    return `${parent.item} ${parent.itemHash} ${parent.headerHash} ${endItem} ${last}`;
  }
}
