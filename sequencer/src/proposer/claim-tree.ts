import type { ItemBoundary, ItemLedger } from '../poster/item-ledger.js';
import {
  agrees,
  type ClaimContent,
  dueAt,
  type DueAssertion,
  isUndecided,
  type NumberedAssertion,
} from './assertion-plan.js';
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
   * Newest claim that this node agrees with, and with all below it, games or not: what it computed itself it builds on. A wrong one is reported;
   * the next own claim stands beside it, whatever was built on it. Undefined while the node has not read so far.
   */
  async newestOwn(): Promise<NumberedAssertion | undefined> {
    const { rollup, book } = this.parts;
    const [confirmed, tip] = await Promise.all([rollup.latestConfirmed(), rollup.newestUndisputed()]);
    const root = await this.read(confirmed);
    if (!this.isAgreed(root)) return undefined;
    const undisputed = book.chain(confirmed, tip);
    const end = undisputed.findIndex((entry) => !this.isAgreed(entry));
    const known = undisputed.slice(0, end < 0 ? undefined : end).at(-1);
    let newest = known === undefined ? root : await this.read(known.id);
    for (let next: typeof root | undefined = newest; next; next = await this.agreedChild(next.id)) newest = next;
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
      .find(
        ({ id, parent }) => !book.isBacked(id) && book.claimsOn(parent).every((one) => now < one.createdAt + window),
      );
    if (found === undefined) return undefined;
    const [parent, claim] = await Promise.all([this.read(found.parent), this.read(found.id)]);
    const end = ledger.at(BigInt(claim.itemIndex));
    return end && agrees(claim, ledger) ? { parent, end } : undefined;
  }

  private isAgreed(claim: ClaimContent & { readonly id: bigint }): boolean {
    const agreed = agrees(claim, this.parts.ledger);
    if (agreed === false) this.parts.onWrong(claim.id, claim.blockNumber);
    return agreed === true;
  }

  private async agreedChild(parent: bigint): Promise<NumberedAssertion | undefined> {
    for (const claim of this.parts.book.claimsOn(parent)) {
      if (!agrees(claim, this.parts.ledger)) continue;
      const child = await this.read(claim.id);
      if (isUndecided(child)) return child;
    }
    return undefined;
  }

  private async read(id: bigint): Promise<NumberedAssertion> {
    return { ...(await this.parts.rollup.assertion(id)), id };
  }
}
