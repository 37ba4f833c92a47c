import type { Hash } from 'viem';

import { AssertionMismatchError, GenesisMismatchError } from '../errors.js';
import type { ProverMetrics } from '../metrics/metrics.js';
import { type Boundary, claimOf } from '../replay/boundary.js';
import type { Assertion, AssertionReader } from './assertions.js';
import { assertedTuple, compareAssertion } from './compare.js';
import type { JudgedAssertion } from './judged.js';
import type { ProverLog } from './prover-log.js';
import type { WrongAssertion } from './status.js';

/** What is needed to judge. */
export interface AssertionJudgeParts {
  readonly reader: Pick<AssertionReader, 'assertions'>;
  /** The derived state after so many items, which have been read from L1. */
  readonly boundaryAt: (item: bigint) => Promise<Boundary>;
  readonly programHash: Hash;
  /** Wrong assertions are counted and reported, and the rest is judged all the same. */
  readonly keepGoing: boolean;
  readonly metrics: Pick<ProverMetrics, 'compared' | 'mismatches'>;
  readonly log: ProverLog;
}

/** Compares every assertion on L1, in order, with what L1's data lead to. */
export class AssertionJudge {
  /** By number. */
  #judged: JudgedAssertion[] = [];
  #wrong: WrongAssertion[] = [];

  constructor(private readonly parts: AssertionJudgeParts) {}

  /** All assertions that were compared, by number. */
  get judged(): readonly JudgedAssertion[] {
    return this.#judged;
  }

  /** Those that are wrong and may still stand. */
  get wrong(): readonly WrongAssertion[] {
    return this.#wrong;
  }

  /** Judges what is new. Throws AssertionMismatchError unless told to keep going, GenesisMismatchError, and what deriving throws. */
  async judgeAll(): Promise<void> {
    const { reader, boundaryAt } = this.parts;
    while (this.#judged.length < reader.assertions.length) {
      const assertion = reader.assertions[this.#judged.length]!;
      const own = await boundaryAt(assertion.itemIndex);
      const parent = await boundaryAt(reader.assertions[Number(assertion.parent)]?.itemIndex ?? 0n);
      this.#judge(assertion, own, parent);
    }
  }

  /** A wrong assertion was rejected on L1: it stands in nobody's way any more. */
  dismiss(id: bigint): void {
    this.#wrong = this.#wrong.filter((wrong) => wrong.id !== id);
  }

  /** Forgets the verdicts about assertions that the reader does not have any more. */
  forgetUndone(): void {
    const count = this.parts.reader.assertions.length;
    this.#judged = this.#judged.slice(0, count);
    this.#wrong = this.#wrong.filter(({ id }) => id < BigInt(this.#judged.length));
  }

  #judge(assertion: Assertion, own: Boundary, parent: Boundary): void {
    const { metrics, log, programHash } = this.parts;
    const reasons = compareAssertion(assertion, own, programHash);
    const right = reasons.length === 0;
    this.#judged.push({ assertion, right, own, parent });
    metrics.compared.inc({ result: right ? 'right' : 'wrong' });
    if (!right) return this.#alarm(assertion, own, reasons);
    const { id, itemIndex } = assertion;
    const tuple = claimOf(own, programHash).tuple;
    log.info({ event: 'assertion_right', id, itemIndex, tuple }, 'assertion agrees with L1');
  }

  #alarm(assertion: Assertion, own: Boundary, reasons: readonly string[]): void {
    const { metrics, log, keepGoing, programHash } = this.parts;
    const { id, itemIndex, asserter } = assertion;
    if (id === 0n) throw new GenesisMismatchError(...genesisDifference(assertion, own, programHash));
    metrics.mismatches.inc();
    const derived = claimOf(own, programHash).tuple;
    const wrong = { id, itemIndex, asserted: assertedTuple(assertion), derived, reasons };
    this.#wrong.push(wrong);
    log.fatal({ event: 'assertion_wrong', ...wrong, asserter }, 'ALARM: a wrong assertion stands on L1');
    if (!keepGoing) throw new AssertionMismatchError(id, reasons);
  }
}

function genesisDifference(assertion: Assertion, own: Boundary, programHash: Hash): [string, string, string] {
  if (assertion.programHash !== programHash) return ['program hash', assertion.programHash, programHash];
  if (assertion.stateRoot !== own.stateRoot) return ['state root', assertion.stateRoot, own.stateRoot];
  return ['header hash', assertion.headerHash, own.headerHash];
}
