import { isAddressEqual, type Address } from 'viem';

import { type AgentView, type AssertionStanding, planTasks, type Task } from '../dispute/agent-plan.js';
import { ETHER, other, us } from './agent-views.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
interface Claim extends Mutable<AssertionStanding> {
  /** What it says; 0 is right, where its parent is. */
  readonly value: number;
}
interface Game {
  readonly assertionId: bigint;
  readonly role: 'challenger';
  outcome: 'won' | 'void' | undefined;
  readonly ends: bigint;
}

export const CHALLENGE_WINDOW = 100n;

const isUndecided = ({ status }: Claim): boolean => status === 'pending' || status === 'outlived';

/**
 * Claims, bonds and games as `Rollup` and `DisputeGame` keep them, and an account that does what its plan says. Coarse: time goes in ticks, every game
 * takes the same number of them and is won by the account, and anybody confirms what can be, before the account's turn.
 */
export class ClaimWorld {
  readonly claims: Claim[] = [];
  private readonly games: Game[] = [];
  private latestConfirmed = 0n;
  private now = 0n;

  constructor(
    private readonly purse: bigint,
    private readonly gameTicks: bigint,
  ) {
    this.claims.push({ ...this.made(0n, 0n, other, 0), status: 'confirmed', right: true });
  }

  /** Lets a tick go by, without the account's turn. */
  tick(): void {
    this.now += 1n;
    for (const game of this.games) if (game.outcome === undefined && game.ends <= this.now) this.end(game);
    while (this.claims.some((claim) => this.tryConfirm(claim)));
  }

  /** Puts a bond behind a claim on `parent`, if it is not too late; answers its number. */
  assert(parent: bigint, value: number, owner = other): bigint | undefined {
    const usable = isUndecided(this.at(parent)) || parent === this.latestConfirmed;
    const standing = this.children(parent);
    if (!usable || standing.some(({ createdAt }) => this.now >= createdAt + CHALLENGE_WINDOW)) return undefined;
    const id = BigInt(this.claims.length);
    const original = standing.find((claim) => claim.value === value)?.id ?? id;
    this.claims.push(this.made(id, parent, owner, value, original));
    return id;
  }

  /** Whoever made an assertion loses a game against himself about it. */
  giveUp(id: bigint): void {
    if (this.at(id).status === 'pending' && isUndecided(this.original(id))) this.lose(this.at(id));
  }

  /** The account does all that it plans, one task after another. */
  act(): void {
    for (let [task] = this.plan(); task !== undefined; [task] = this.plan()) this.perform(task);
  }

  /** Whether nothing stands that could be confirmed, and the account has all its bonds back. */
  get isSettled(): boolean {
    const isHeld = ({ bondOwner, status }: Claim) =>
      isAddressEqual(bondOwner, us) && (status === 'pending' || status === 'bonded');
    return this.claims.every((claim) => !isHeld(claim) && !(isUndecided(claim) && !this.isRejected(claim.id)));
  }

  /** The newest confirmed claim. */
  get confirmed(): AssertionStanding {
    return this.at(this.latestConfirmed);
  }

  private plan(): readonly Task[] {
    const { now, latestConfirmed, claims: assertions, games, purse: maximumBond } = this;
    const bonds = { assertionBond: ETHER, gameBond: ETHER / 2n, maximumBond, balance: 10_000n * ETHER };
    const credit = { rollup: 0n, game: 0n };
    const fixed = { account: us, challengeWindow: CHALLENGE_WINDOW, credit, awaited: [], ...bonds };
    return planTasks({ now, latestConfirmed, assertions, games, ...fixed } satisfies AgentView).tasks;
  }

  private perform(task: Task): void {
    if (task.kind === 'withdraw') throw new TypeError('there is no credit');
    const target = this.at(task.id);
    if (task.kind === 'challenge') this.open(target);
    else if (task.kind === 'assertSibling') this.assert(target.parent, 0, us);
    else if (task.kind === 'rejectOrphan') target.status = 'rejected';
    else if (task.kind === 'returnBond')
      target.status = this.original(task.id).status === 'rejected' ? 'rejected' : 'confirmed';
    else this.tryConfirm(target);
  }

  private open(target: Claim): void {
    const { id: assertionId, createdAt, parent } = target;
    if (this.now >= createdAt + CHALLENGE_WINDOW && this.children(parent).length < 2) throw new TypeError('too late');
    target.openGames += 1;
    this.games.push({ assertionId, role: 'challenger', outcome: undefined, ends: this.now + this.gameTicks });
  }

  private end(game: Game): void {
    const target = this.at(game.assertionId);
    target.openGames -= 1;
    game.outcome = target.status === 'pending' ? 'won' : 'void';
    if (game.outcome === 'won') this.lose(target);
  }

  private lose(target: Claim): void {
    target.status = target.id === target.claim ? 'outlived' : 'rejected';
    const bonds = this.claims.filter(({ claim, status }) => claim === target.claim && status === 'pending');
    if (bonds.length === 0) this.original(target.id).status = 'rejected';
  }

  private tryConfirm(backing: Claim): boolean {
    const isOver = this.now >= backing.createdAt + CHALLENGE_WINDOW && backing.openGames === 0;
    const isNext = backing.status === 'pending' && backing.parent === this.latestConfirmed;
    if (!isOver || !isNext || this.children(backing.parent).length !== 1) return false;
    if (!backing.right) throw new TypeError(`a lie is confirmed: ${backing.id}`);
    const original = this.original(backing.id);
    if (original !== backing) original.status = original.status === 'pending' ? 'bonded' : 'confirmed';
    backing.status = 'confirmed';
    this.latestConfirmed = original.id;
    return true;
  }

  private made(id: bigint, parent: bigint, bondOwner: Address, value: number, claim = id): Claim {
    const right = value === 0 && (this.claims[Number(parent)]?.right ?? true);
    return { id, parent, claim, value, right, bondOwner, status: 'pending', createdAt: this.now, openGames: 0 };
  }

  private children(parent: bigint): Claim[] {
    return this.claims.filter(
      (claim) => claim.id !== 0n && claim.id === claim.claim && claim.parent === parent && isUndecided(claim),
    );
  }

  private isRejected(id: bigint): boolean {
    const claim = this.original(id);
    return isUndecided(claim) ? this.isRejected(claim.parent) : claim.status === 'rejected';
  }

  private original(id: bigint): Claim {
    return this.at(this.at(id).claim);
  }

  private at(id: bigint): Claim {
    return this.claims[Number(id)]!;
  }
}
