import { ASSERTION_STATUS } from '@metachain/contracts';
import { isUndecided } from './assertion-plan.js';
import { type ClaimBook, type ClaimEntry, SETTLED_SECONDS } from './claim-book.js';
import type { RollupReader, StoredAssertion } from './rollup-reader.js';

/** A call that brings a bond back, or a step nearer. */
export interface Collection {
  readonly functionName: 'returnBond' | 'rejectOrphan';
  readonly id: bigint;
}

/** Finds own bonds that the confirmation of their claim did not pay: behind claims that were confirmed through another bond, or that fell. */
export class BondCollector {
  /** Own assertions whose bond is paid or lost, and since when that was seen: seconds of L1 time. */
  private readonly finished = new Map<bigint, bigint>();

  constructor(
    private readonly rollup: Pick<RollupReader, 'assertion'>,
    private readonly book: ClaimBook,
  ) {}

  /** What can be collected at `now`, seconds of L1 time, oldest first. */
  async due(confirmed: bigint, now: bigint): Promise<readonly Collection[]> {
    const found: Collection[] = [];
    for (const entry of this.book.own) {
      if (entry.claim > confirmed || this.isSettled(entry.id, now)) continue;
      const collection = await this.look(entry, now);
      if (collection !== undefined) found.push(collection);
    }
    return found;
  }

  /** What a reorganisation of L1 may still undo is looked at again. */
  private isSettled(id: bigint, now: bigint): boolean {
    const since = this.finished.get(id);
    return since !== undefined && since + SETTLED_SECONDS < now;
  }

  private async look({ id, claim, parent }: ClaimEntry, now: bigint): Promise<Collection | undefined> {
    const stored = await this.rollup.assertion(id);
    this.note(id, stored, now);
    if (stored.status === ASSERTION_STATUS.bonded) return returnOf(id, stored);
    if (stored.status !== ASSERTION_STATUS.pending) return undefined;
    const original = claim === id ? stored : await this.rollup.assertion(claim);
    // Nothing is at stake in games about what fell with its ancestor.
    if (original.status === ASSERTION_STATUS.rejected) return { functionName: 'returnBond', id };
    if (original.status === ASSERTION_STATUS.confirmed || original.status === ASSERTION_STATUS.bonded)
      return returnOf(id, stored);
    const root = await this.orphanRoot(claim, parent);
    return root === undefined ? undefined : { functionName: 'rejectOrphan', id: root };
  }

  private note(id: bigint, { status }: StoredAssertion, now: bigint): void {
    const over = status === ASSERTION_STATUS.confirmed || status === ASSERTION_STATUS.rejected;
    if (!over) this.finished.delete(id);
    else if (!this.finished.has(id)) this.finished.set(id, now);
  }

  /** Where a fallen branch begins to be undecided: it goes from its root outwards. Undefined where nothing fell. */
  private async orphanRoot(claim: bigint, parent: bigint): Promise<bigint | undefined> {
    const above = await this.rollup.assertion(parent);
    if (isUndecided(above)) return this.orphanRoot(parent, BigInt(above.parent));
    return above.status === ASSERTION_STATUS.rejected ? claim : undefined;
  }
}

/** Games go on after a confirmation, so that a false challenger pays. */
const returnOf = (id: bigint, { openGames }: StoredAssertion): Collection | undefined =>
  openGames === 0 ? { functionName: 'returnBond', id } : undefined;
