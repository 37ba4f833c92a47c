import { isAddressEqual, type Address } from 'viem';

/**
 * Where an assertion stands. `outlived`: it lost a game, but copies keep its claim pending. `bonded`: its claim was confirmed through a copy, its
 * own bond is still held.
 */
export type StandingStatus = 'pending' | 'confirmed' | 'rejected' | 'outlived' | 'bonded';

/** An assertion on L1. Times in seconds. */
export interface AssertionStanding {
  readonly id: bigint;
  readonly parent: bigint;
  /** Number of the claim: another assertion's where this one is a copy. */
  readonly claim: bigint;
  /** Whether L1 data gives what it claims. */
  readonly right: boolean;
  readonly status: StandingStatus;
  readonly bondOwner: Address;
  readonly createdAt: bigint;
  readonly openGames: number;
}

/** A game of the agent's account. */
export interface OwnGame {
  readonly assertionId: bigint;
  readonly role: 'challenger' | 'asserter';
  /** How it ended for us; undefined while it runs. */
  readonly outcome: 'won' | 'lost' | 'void' | undefined;
}

/** All that a plan depends on. Amounts in wei, times in seconds. */
export interface AgentView {
  readonly account: Address;
  readonly now: bigint;
  readonly challengeWindow: bigint;
  readonly assertionBond: bigint;
  readonly gameBond: bigint;
  readonly latestConfirmed: bigint;
  /** By number: assertion `n` stands at place `n`. */
  readonly assertions: readonly AssertionStanding[];
  readonly games: readonly OwnGame[];
  readonly balance: bigint;
  /** Most to have in bonds at once; lost bonds count for ever, so that a fault of our own has a bounded price. */
  readonly maximumBond: bigint;
  readonly credit: { readonly rollup: bigint; readonly game: bigint };
  /** Assertions that the account waits for: nobody else shall be able to give up their claims, or what these build on. */
  readonly awaited: readonly bigint[];
}

/** Something to do about assertions, besides moves in games. */
export type Task =
  | { readonly kind: 'program' }
  | { readonly kind: 'challenge'; readonly id: bigint }
  | { readonly kind: 'assertSibling'; readonly id: bigint }
  | { readonly kind: 'rejectOrphan'; readonly id: bigint }
  | { readonly kind: 'returnBond'; readonly id: bigint }
  | { readonly kind: 'confirm'; readonly id: bigint }
  | { readonly kind: 'withdraw'; readonly from: 'rollup' | 'game' };

/** What to do, most important first, and the bonds that all of it needs. Tasks whose bond cannot be had are left out. */
export interface Plan {
  readonly tasks: readonly Task[];
  readonly bondsNeeded: bigint;
  /** What may still be put into bonds. */
  readonly bondsAvailable: bigint;
}

/** Wei kept for gas: a game of a million gas at 50 gwei. */
const GAS_RESERVE = 50_000_000_000_000_000n;
/** Part of the window for which others may confirm their own assertions first. */
const COURTESY = 8n;

/** Decides from what L1 shows alone; done again after any crash it comes to the same. */
export function planTasks(view: AgentView): Plan {
  const bonded = [...siblings(view), ...challenges(view)];
  const bondsAvailable = available(view);
  let rest = bondsAvailable;
  let bondsNeeded = 0n;
  const affordable: Task[] = [];
  for (const task of bonded) {
    const bond = task.kind === 'challenge' ? view.gameBond : view.assertionBond;
    bondsNeeded += bond;
    if (bond > rest) continue;
    rest -= bond;
    affordable.push(task);
  }
  return { tasks: [...affordable, ...housekeeping(view)], bondsNeeded, bondsAvailable };
}

/** Wrong assertions on a right parent, copies too: each has a bond of its own to take. What builds on a wrong one falls with it. */
const disputable = ({ assertions }: AgentView): AssertionStanding[] =>
  assertions.filter(
    ({ status, right, parent, claim }) =>
      status === 'pending' &&
      !right &&
      isUndecided(assertions[Number(claim)]!) &&
      assertions[Number(parent)]!.right &&
      !isRejected(assertions, parent),
  );

function challenges(view: AgentView): Task[] {
  return disputable(view)
    .filter((target) => isChallengeable(view, target))
    .filter(({ id }) => !view.games.some(({ assertionId, outcome }) => assertionId === id && outcome === undefined))
    .map(({ id }) => ({ kind: 'challenge', id }));
}

/**
 * The right claim beside wrong ones, with an own bond behind it, comes before every challenge: while it stands none of them can be confirmed, however
 * many copies they have and whatever that costs to dispute. Somebody else may give up his bond behind it when it is too late for another. The chain
 * goes on from it meanwhile. The same holds for what is waited for, where nobody lies.
 */
function siblings(view: AgentView): Task[] {
  const parents = new Map([...disputable(view), ...awaited(view)].map((beside) => [beside.parent, beside]));
  return [...parents.values()]
    .filter(
      ({ parent }) => !own(view).some((bond) => bond.parent === parent && bond.right && bond.status === 'pending'),
    )
    .filter(({ parent }) =>
      children(view, parent).every(({ createdAt }) => view.now < createdAt + view.challengeWindow),
    )
    .map(({ id }) => ({ kind: 'assertSibling', id }));
}

/** The right claims that are waited for and not decided, and all below them, oldest first. */
function awaited(view: AgentView): AssertionStanding[] {
  return view.awaited.flatMap((id) => {
    const path: AssertionStanding[] = [];
    let claim = view.assertions[Number(view.assertions[Number(id)]?.claim ?? 0n)]!;
    for (; isUndecided(claim); claim = view.assertions[Number(claim.parent)]!) path.unshift(claim);
    return claim.status !== 'rejected' && path.every(({ right }) => right) ? path : [];
  });
}

function housekeeping(view: AgentView): Task[] {
  const credits = (['rollup', 'game'] as const).filter((from) => view.credit[from] > 0n);
  const collected = [...confirmations(view), ...orphans(view), ...returns(view)];
  return [...collected, ...credits.map((from): Task => ({ kind: 'withdraw', from }))];
}

/** Through any bond behind the claim that nobody disputes: games about the others do not hinder it. */
function confirmations(view: AgentView): Task[] {
  const [only, ...rivals] = children(view, view.latestConfirmed);
  if (only === undefined || rivals.length > 0 || !only.right) return [];
  const due = view.assertions.filter((backing) => backing.claim === only.id && isDue(view, backing));
  const first = due.find(({ bondOwner }) => isAddressEqual(bondOwner, view.account)) ?? due[0];
  return first === undefined ? [] : [{ kind: 'confirm', id: first.id }];
}

function isDue(view: AgentView, backing: AssertionStanding): boolean {
  const courtesy = isAddressEqual(backing.bondOwner, view.account) ? 0n : view.challengeWindow / COURTESY;
  const isOver = view.now >= backing.createdAt + view.challengeWindow + courtesy;
  return backing.status === 'pending' && backing.openGames === 0 && isOver;
}

/** Own assertions on a rejected branch: their bonds come back, from the branch's root outwards. */
function orphans(view: AgentView): Task[] {
  const { assertions } = view;
  const roots = own(view)
    .filter(
      ({ id, status, claim }) =>
        status === 'pending' && isUndecided(assertions[Number(claim)]!) && isRejected(assertions, id),
    )
    .map(({ claim }) => {
      let root = assertions[Number(claim)]!;
      while (isUndecided(assertions[Number(root.parent)]!)) root = assertions[Number(root.parent)]!;
      return root.id;
    });
  return [...new Set(roots)].map((id) => ({ kind: 'rejectOrphan', id }));
}

/** Own bonds behind claims that were decided without them. Where the claim holds, their games are played to the end first. */
function returns(view: AgentView): Task[] {
  return own(view)
    .filter(({ status, claim, openGames }) => {
      const { status: decided } = view.assertions[Number(claim)]!;
      if (decided === 'rejected') return status === 'pending';
      const holds = decided === 'confirmed' || decided === 'bonded';
      return holds && (status === 'pending' || status === 'bonded') && openGames === 0;
    })
    .map(({ id }) => ({ kind: 'returnBond', id }));
}

const own = ({ assertions, account }: AgentView): AssertionStanding[] =>
  assertions.filter(({ bondOwner }) => isAddressEqual(bondOwner, account));

/** Of an original: whether its claim can still be confirmed or fall. */
const isUndecided = ({ status }: AssertionStanding): boolean => status === 'pending' || status === 'outlived';

/** The different claims on a parent that stand, however many bonds each has. */
const children = ({ assertions }: AgentView, parent: bigint): AssertionStanding[] =>
  assertions.filter(
    (candidate) =>
      candidate.id !== 0n && candidate.id === candidate.claim && candidate.parent === parent && isUndecided(candidate),
  );

const isChallengeable = (view: AgentView, { createdAt, parent }: AssertionStanding): boolean =>
  view.now < createdAt + view.challengeWindow || children(view, parent).length > 1;

/** Whether what it claims, or an assertion it builds on, was rejected. */
function isRejected(assertions: readonly AssertionStanding[], id: bigint): boolean {
  let current = assertions[Number(assertions[Number(id)]!.claim)]!;
  while (isUndecided(current)) current = assertions[Number(current.parent)]!;
  return current.status === 'rejected';
}

function available(view: AgentView): bigint {
  const { games } = view;
  const lost = new Set(
    games
      .filter(({ role, outcome }) => role === 'asserter' && outcome === 'lost')
      .map(({ assertionId }) => assertionId),
  );
  const isHeld = ({ status }: AssertionStanding) => status === 'pending' || status === 'bonded';
  const asserted = own(view).filter((standing) => isHeld(standing) || lost.has(standing.id)).length;
  const played = games.filter(
    ({ role, outcome }) => role === 'challenger' && (outcome === undefined || outcome === 'lost'),
  );
  const locked = view.assertionBond * BigInt(asserted) + view.gameBond * BigInt(played.length);
  const allowed = view.maximumBond > locked ? view.maximumBond - locked : 0n;
  const owned = view.balance > GAS_RESERVE ? view.balance - GAS_RESERVE : 0n;
  return allowed < owned ? allowed : owned;
}
