import { DisputeError, TraceMismatchError } from '../errors.js';
import { assertedTuple } from '../watch/compare.js';
import type { JudgedAssertion } from '../watch/judged.js';
import type { HonestTraces } from './honest-traces.js';
import { unitsOf } from './sections.js';
import { patiently } from './send-line.js';
import type { TraceRange } from './trace-maker.js';
import type { Trace } from './types.js';

/** The true traces of assertions by their numbers, as far as the prover has judged them. */
export class AssertionTraces {
  private games: readonly bigint[] = [];
  private bonds: readonly bigint[] = [];

  constructor(
    private readonly traces: Pick<HonestTraces, 'trace' | 'hold'>,
    private readonly judged: () => readonly JudgedAssertion[],
  ) {}

  /** What the prover found out about an assertion. Throws DisputeError. */
  known(id: bigint): JudgedAssertion {
    const judged = this.judged()[Number(id)];
    if (judged === undefined) throw new DisputeError(`assertion ${id} is not replayed yet`);
    return judged;
  }

  /** Names the assertions that running games are about, the most urgent one first: their traces are kept. */
  holdForGames(ids: readonly bigint[]): void {
    this.games = ids;
    this.hold();
  }

  /** The trace of an assertion, once it is made. Throws DisputeError, CannotDeriveError, TraceMismatchError. */
  async trace(id: bigint): Promise<Trace> {
    if (!this.known(this.known(id).assertion.parent).right)
      throw new DisputeError(`assertion ${id} builds on a wrong one`);
    return this.traces.trace(this.rangeOf(id));
  }

  /**
   * Those of the assertions that bonds are to be put down for or against whose traces are made. Others are begun, the first one first and after
   * those of games; they are kept until other assertions are asked for here.
   * @param until when to wait no longer, in milliseconds of this machine's clock
   * @param failed hears why one cannot be made
   */
  async made(
    ids: readonly bigint[],
    until: number,
    failed: (id: bigint, error: unknown) => void,
  ): Promise<ReadonlySet<bigint>> {
    this.bonds = ids;
    this.hold();
    const made = new Set<bigint>();
    const making = ids.map((id) =>
      this.trace(id).then(
        () => made.add(id),
        (error: unknown) => failed(id, error),
      ),
    );
    await patiently(Promise.all(making), Math.max(0, until - Date.now()));
    return new Set(made);
  }

  /** What the stepper says is what L1 will say: without it no bond is risked, neither against an assertion nor beside it. Throws TraceMismatchError. */
  async requireWrong(id: bigint): Promise<void> {
    const { assertion, parent } = this.known(id);
    const units = unitsOf(assertion.itemIndex - parent.item);
    if ((await (await this.trace(id)).tupleAt(units)) === assertedTuple(assertion))
      throw new TraceMismatchError(`replay calls assertion ${id} wrong, the stepper does not`);
  }

  /** An L1 reorg may have taken some of them. */
  private hold(): void {
    const known = [...this.games, ...this.bonds].filter((id) => this.judged()[Number(id)] !== undefined);
    this.traces.hold(known.map((id) => this.rangeOf(id)));
  }

  private rangeOf(id: bigint): TraceRange {
    const { assertion, parent } = this.known(id);
    return { parent, endItem: assertion.itemIndex };
  }
}
