import { type Address, isAddressEqual } from 'viem';
import type { RollupReader, StoredAssertion } from './rollup-reader.js';

/** What of an assertion never changes. Time in seconds. */
export interface ClaimEntry extends Pick<StoredAssertion, 'outputRoot' | 'itemIndex' | 'blockNumber' | 'programIndex'> {
  readonly id: bigint;
  /** Number of the claim: another assertion's where this one is a copy. */
  readonly claim: bigint;
  readonly parent: bigint;
  readonly owner: Address;
  readonly createdAt: bigint;
}

/** Until then an assertion is read anew: a reorganisation of L1 may give its number to another, or undo what became of it. Seconds. */
export const SETTLED_SECONDS = 3_600n;

/** Which assertions stand behind which claim, read from L1: it survives restarts without a record. */
export class ClaimBook {
  private entries = new Map<bigint, ClaimEntry>();
  /** Number of the first assertion that was not read. */
  private next = 0n;
  /** Assertions that there must be, because this account made the last of them, and when it did. */
  private expected: { readonly count: bigint; readonly since: bigint } | undefined;

  constructor(
    private readonly rollup: Pick<RollupReader, 'assertion' | 'assertionCount'>,
    private readonly account: Address,
  ) {}

  /**
   * Reads what came since, newest first, back to what is confirmed and too old to matter: `lasting` seconds after an assertion nothing about it can
   * change any more. `now` in seconds. False, and nothing changes, while L1 does not show what this account asserted.
   */
  async refresh(confirmed: bigint, now: bigint, lasting: bigint): Promise<boolean> {
    const found = new Map<bigint, ClaimEntry>();
    const count = await this.rollup.assertionCount();
    if (this.isBehind(count, now)) return false;
    for (let id = count - 1n; id > 0n; id--) {
      const entry = await this.entry(id, now);
      if (id <= confirmed && entry.createdAt + lasting < now) break;
      found.set(id, entry);
    }
    this.entries = found;
    this.next = count;
    return true;
  }

  /**
   * An assertion of this account is on L1, at `now`, seconds. An endpoint that lags would show its claim without a bond of this account, which would
   * bond again.
   */
  expectOne(now: bigint): void {
    this.expected = { count: this.next + 1n, since: now };
  }

  /** Whether an assertion of this account came since `refresh`: what a former life of the process had sent. */
  async isOvertaken(): Promise<boolean> {
    const count = await this.rollup.assertionCount();
    for (let id = this.next; id < count; id++)
      if (isAddressEqual((await this.rollup.assertion(id)).bondOwner, this.account)) return true;
    return false;
  }

  /** The different claims on a parent, whether they stand or not, oldest first. */
  claimsOn(parent: bigint): readonly ClaimEntry[] {
    return this.all.filter((entry) => entry.parent === parent && entry.claim === entry.id);
  }

  /** Who stands or stood behind a claim, own assertions first, then oldest first. */
  behind(claim: bigint): readonly ClaimEntry[] {
    const found = this.all.filter((entry) => entry.claim === claim);
    return [...found.filter((entry) => this.isOwn(entry)), ...found.filter((entry) => !this.isOwn(entry))];
  }

  /** Whether this account has claimed it, first or as a copy. */
  isBacked(claim: bigint): boolean {
    return this.behind(claim).some((entry) => this.isOwn(entry));
  }

  /** Assertions of this account, oldest first. */
  get own(): readonly ClaimEntry[] {
    return this.all.filter((entry) => this.isOwn(entry));
  }

  /** Claims from behind `confirmed` to `tip`, oldest first. */
  chain(confirmed: bigint, tip: bigint): readonly ClaimEntry[] {
    const chain: ClaimEntry[] = [];
    for (let entry = this.entries.get(tip); entry && entry.id > confirmed; entry = this.entries.get(entry.parent))
      chain.unshift(entry);
    return chain;
  }

  private get all(): readonly ClaimEntry[] {
    return [...this.entries.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  private isOwn({ owner }: ClaimEntry): boolean {
    return isAddressEqual(owner, this.account);
  }

  /** What a reorganisation of L1 dropped is not waited for for ever. */
  private isBehind(count: bigint, now: bigint): boolean {
    const { expected } = this;
    return expected !== undefined && count < expected.count && now < expected.since + SETTLED_SECONDS;
  }

  private async entry(id: bigint, now: bigint): Promise<ClaimEntry> {
    const known = this.entries.get(id);
    if (known !== undefined && known.createdAt + SETTLED_SECONDS < now) return known;
    const { original, parent, bondOwner, createdAt, ...rest } = await this.rollup.assertion(id);
    const { outputRoot, itemIndex, blockNumber, programIndex } = rest;
    const claim = original === 0 ? id : BigInt(original);
    const own = { id, claim, parent: BigInt(parent), owner: bondOwner, createdAt: BigInt(createdAt) };
    return { ...own, outputRoot, itemIndex, blockNumber, programIndex };
  }
}
