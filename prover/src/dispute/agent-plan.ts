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

/** What needs a bond on one parent: about wrong claims there, or behind a right one that is waited for. */
interface Front {
  /** An own bond behind the right claim; undefined where one stands, or may not be put there any more. */
  readonly sibling: Task | undefined;
  readonly challenges: readonly Task[];
  /** Whether the right claim stands at all. */
  readonly isClaimed: boolean;
  /** Whether an own game about a wrong claim runs. */
  readonly isAttacked: boolean;
}

/** Decides from what L1 shows alone; done again after any crash it comes to the same. */
export function planTasks(view: AgentView): Plan {
  const fronts = frontsOf(view);
  const bondsAvailable = available(view);
  const bondsNeeded = fronts
    .flatMap(({ sibling, challenges }) => (sibling === undefined ? challenges : [sibling, ...challenges]))
    .reduce((sum, task) => sum + bondOf(view, task), 0n);
  return { tasks: [...affordable(view, fronts, bondsAvailable), ...housekeeping(view)], bondsNeeded, bondsAvailable };
}

/**
 * What the money goes to. Where no right claim stands a lie could be confirmed, so an own one comes first there, whatever is left for games; where it
 * cannot be had, the lies there do, since they are open to challenge for their window only. Then parent by parent, the oldest first: while a lie
 * stands there nothing above is confirmed, and only then do bonds behind right claims come back. So a bond behind what somebody else has standing is
 * put down only if a game beside it can be paid too, or runs: the bonds of won games pay for the next ones. Else the lies there are challenged.
 */
function affordable(view: AgentView, fronts: readonly Front[], purse: bigint): readonly Task[] {
  const tasks = new Set<Task>();
  let rest = purse;
  const spend = (task: Task | undefined, kept = 0n): void => {
    if (task === undefined || tasks.has(task) || bondOf(view, task) + kept > rest) return;
    rest -= bondOf(view, task);
    tasks.add(task);
  };
  const spendAll = (some: readonly Task[]) => some.forEach((task) => spend(task));
  const open = fronts.filter(({ isClaimed }) => !isClaimed);
  for (const { sibling } of open) spend(sibling);
  for (const { sibling, challenges } of open) if (sibling === undefined || !tasks.has(sibling)) spendAll(challenges);
  for (const { sibling, challenges, isAttacked } of fronts) {
    spend(sibling, challenges.length === 0 || isAttacked ? 0n : view.gameBond);
    spendAll(challenges);
  }
  return [...tasks];
}

const bondOf = ({ gameBond, assertionBond }: AgentView, { kind }: Task): bigint =>
  kind === 'challenge' ? gameBond : assertionBond;

/** The oldest parent first, those where nobody lies last. */
function frontsOf(view: AgentView): Front[] {
  const wrong = disputable(view);
  const parents = (some: readonly AssertionStanding[]) =>
    some.map(({ parent }) => parent).sort((one, other) => Number(one - other));
  const waited = awaited(view);
  return [...new Set([...parents(wrong), ...parents(waited)])].map((parent) => {
    const lies = wrong.filter((lie) => lie.parent === parent);
    const beside = waited.find((claim) => claim.parent === parent) ?? lies.at(-1)!;
    return {
      sibling: mayStandBeside(view, beside) ? { kind: 'assertSibling', id: beside.id } : undefined,
      challenges: challenges(view, lies),
      isClaimed: standingClaims(view, parent).some(({ right }) => right),
      isAttacked: lies.some(({ id }) => isPlaying(view, id)),
    };
  });
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

const challenges = (view: AgentView, lies: readonly AssertionStanding[]): Task[] =>
  lies
    .filter((lie) => isChallengeable(view, lie) && !isPlaying(view, lie.id))
    .map(({ id }) => ({ kind: 'challenge', id }));

const isPlaying = ({ games }: AgentView, id: bigint): boolean =>
  games.some(({ assertionId, outcome }) => assertionId === id && outcome === undefined);

/**
 * Whether an own bond is wanted behind the right claim on the parent of `beside`, and may be put there. While it stands no wrong claim there can be
 * confirmed, however many copies it has and whatever that costs to dispute; somebody else may give up his bond behind it when it is too late for
 * another. The chain goes on from it meanwhile. The same holds for what is waited for, where nobody lies.
 */
const mayStandBeside = (view: AgentView, { parent }: AssertionStanding): boolean =>
  !own(view).some((bond) => bond.parent === parent && bond.right && bond.status === 'pending') &&
  standingClaims(view, parent).every(({ createdAt }) => view.now < createdAt + view.challengeWindow);

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
  const [only, ...rivals] = standingClaims(view, view.latestConfirmed);
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
export const standingClaims = ({ assertions }: AgentView, parent: bigint): AssertionStanding[] =>
  assertions.filter(
    (candidate) =>
      candidate.id !== 0n && candidate.id === candidate.claim && candidate.parent === parent && isUndecided(candidate),
  );

const isChallengeable = (view: AgentView, { createdAt, parent }: AssertionStanding): boolean =>
  view.now < createdAt + view.challengeWindow || standingClaims(view, parent).length > 1;

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
