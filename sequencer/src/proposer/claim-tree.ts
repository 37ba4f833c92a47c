import type { ItemBoundary, ItemLedger } from '../poster/item-ledger.js';
import { agrees, dueAt, type DueAssertion, isUndecided, type NumberedAssertion } from './assertion-plan.js';
import type { ClaimBook } from './claim-book.js';
import type { RollupReader } from './rollup-reader.js';

/** What a claim on top of `parent` says: the boundary at its end. */
export interface PlannedClaim {
  readonly parent: NumberedAssertion;
  readonly end: ItemBoundary;
}

/** Where the tree and the bonds behind it are read from. */
export interface ClaimTreeParts {
  readonly rollup: Pick<RollupReader, 'assertion' | 'newestUndisputed' | 'latestConfirmed' | 'getLimits'>;
  readonly book: ClaimBook;
  readonly ledger: ItemLedger;
  /** Told of a claim that this node did not compute. */
  readonly onWrong: (id: bigint, blockNumber: number) => void;
}

/** The claims on L1 as this node sees them: which are right, which may be confirmed, and behind which its own bond is missing. */
export class ClaimTree {
  constructor(private readonly parts: ClaimTreeParts) {}

  /**
   * Newest claim that this node agrees with, games or not: what it computed itself it builds on. A wrong one is reported; the next own claim
   * stands beside it. Undefined while the node has not read so far.
   */
  async newestOwn(): Promise<NumberedAssertion | undefined> {
    let newest = await this.agreed(await this.parts.rollup.newestUndisputed());
    for (let next = newest; next !== undefined; next = await this.agreedChild(next.id)) newest = next;
    return newest;
  }

  /** How the only claim on the newest confirmed assertion may be confirmed at `now`, L1 seconds: through an own bond where that is due. */
  async due(now: bigint): Promise<DueAssertion | undefined> {
    const { rollup, book, ledger } = this.parts;
    const confirmed = await rollup.latestConfirmed();
    const [parent, claim, limits] = await Promise.all([
      rollup.assertion(confirmed),
      this.agreedChild(confirmed),
      rollup.getLimits(),
    ]);
    if (parent.children !== 1 || claim === undefined) return undefined;
    for (const { id } of book.behind(claim.id)) {
      const due = dueAt(await this.read(id), now, ledger, limits);
      if (due !== undefined) return due;
    }
    return undefined;
  }

  /** The oldest claim below `tip` that others made and this account not, while it may be made again. `now` in L1 seconds. */
  async unbacked(tip: bigint, now: bigint): Promise<PlannedClaim | undefined> {
    const { rollup, book, ledger } = this.parts;
    const [confirmed, { window }] = await Promise.all([rollup.latestConfirmed(), rollup.getLimits()]);
    const found = book
      .chain(confirmed, tip)
      .find(({ id, createdAt }) => !book.isBacked(id) && now < createdAt + window);
    if (found === undefined) return undefined;
    const [parent, claim] = await Promise.all([this.read(found.parent), this.read(found.id)]);
    const end = ledger.at(BigInt(claim.itemIndex));
    return end && agrees(claim, ledger) ? { parent, end } : undefined;
  }

  private async agreed(id: bigint): Promise<NumberedAssertion | undefined> {
    const assertion = await this.read(id);
    const agreed = agrees(assertion, this.parts.ledger);
    if (agreed === undefined) return undefined;
    if (agreed) return assertion;
    this.parts.onWrong(id, assertion.blockNumber);
    return id === BigInt(assertion.parent) ? undefined : this.agreed(BigInt(assertion.parent));
  }

  private async agreedChild(parent: bigint): Promise<NumberedAssertion | undefined> {
    for (const id of this.parts.book.claimsOn(parent)) {
      const child = await this.read(id);
      if (isUndecided(child) && agrees(child, this.parts.ledger)) return child;
    }
    return undefined;
  }

  private async read(id: bigint): Promise<NumberedAssertion> {
    return { ...(await this.parts.rollup.assertion(id)), id };
  }
}
