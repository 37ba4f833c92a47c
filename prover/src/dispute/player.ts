import { type L1Account, L1TransactionRefusedError } from '@metachain/bridge';
import { isAddressEqual, type Address } from 'viem';

import { TraceMismatchError } from '../errors.js';
import { encodeMove, encodeOpen, explainRefusal, type Roots } from './game-calls.js';
import type { GameReader } from './game-reader.js';
import { formalMove, movesLeft, moverOf, nextMove } from './next-move.js';
import { pointOf, segmentLength } from './sections.js';
import type { GameEvent, GameView, Move, Role, Trace } from './types.js';

/** What a player needs. */
export interface PlayerOptions {
  readonly reader: GameReader;
  readonly account: L1Account;
  /** What the player believes about an assertion. */
  readonly trace: (assertion: bigint) => Promise<Trace>;
  readonly onEvent?: (event: GameEvent) => void;
  /** Decide and report, but send nothing. */
  readonly dryRun?: boolean;
}

/** A game in which a move failed for another reason than that L1 refuses it. */
export interface GameFailure {
  readonly game: bigint;
  readonly error: unknown;
}

/**
 * Plays the games of one account and of those who named it as their delegate, on either side. Keeps nothing between turns that matters: who plays on after a crash reads the same
 * games from L1 and makes the same moves, and a move that was mined is not repeated because it is the other side's turn then.
 */
export class Player {
  private readonly running = new Set<bigint>();
  private standings: readonly GameStanding[] = [];

  constructor(private readonly options: PlayerOptions) {}

  get address(): Address {
    return this.options.account.address;
  }

  /** Makes one move in each game that waits for this account, the most urgent one first. A failure in one game does not keep others waiting. */
  async turn(signal: AbortSignal): Promise<readonly GameFailure[]> {
    const { reader } = this.options;
    await reader.refresh();
    const failures: GameFailure[] = [];
    for (const game of await this.urgentFirst(failures)) {
      if (signal.aborted) break;
      await this.play(game, signal).catch((error: unknown) => failures.push({ game, error }));
    }
    return failures;
  }

  /** Looks at one game anew and makes at most one move in it. Undefined: there was nothing to do. */
  async play(id: bigint, signal: AbortSignal): Promise<GameEvent | undefined> {
    const { reader, account } = this.options;
    const nonce = await account.nonce();
    await reader.refresh();
    const view = await reader.view(id);
    const role = this.roleIn(view);
    if (role === undefined) return undefined;
    const formal = formalMove(view, role);
    const { own, move } = formal === undefined ? await this.decide(view, role) : { own: undefined, move: formal.move };
    return move === undefined ? undefined : this.make({ view, role, own, move, nonce }, signal);
  }

  /** Running games of this account as the last turn saw them. */
  get games(): readonly GameStanding[] {
    return this.standings;
  }

  /** Challenges an assertion, with `nonce` read before it was decided to. */
  async open(assertion: bigint, parent: Roots, claimed: Roots, nonce: number, signal: AbortSignal): Promise<GameEvent> {
    const { reader, account, dryRun } = this.options;
    const { game: to, gameBond: value } = reader.rules;
    const request = { what: `opening a game against assertion ${assertion}`, to, value, nonce };
    const data = encodeOpen(assertion, parent, claimed);
    const event = openingEvent(assertion);
    if (dryRun) return this.report({ ...event, type: 'would-move' });
    try {
      const { gasUsed: gas, hash: transaction } = await account.transact({ ...request, data }, noRecord, signal);
      return this.report({
        ...event,
        ...(await this.opened(assertion)),
        type: 'opened',
        what: 'open',
        gas,
        transaction,
      });
    } catch (error) {
      if (!(error instanceof L1TransactionRefusedError)) throw error;
      return this.report({ ...event, type: 'refused', reason: explainRefusal(error.reason) });
    }
  }

  private async decide(view: GameView, role: Role): Promise<Pick<Play, 'own'> & { move: Move | undefined }> {
    const own = await this.options.trace(view.assertionId);
    const { move } = await nextMove(view, own, role);
    return { own, move };
  }

  /** The newest own game against an assertion. */
  private async opened(assertion: bigint): Promise<GameEvent | undefined> {
    const { reader } = this.options;
    await reader.refresh();
    const game = reader.gamesAgainst(assertion).findLast(({ challenger }) => isAddressEqual(challenger, this.address));
    if (game === undefined) return undefined;
    const view = await reader.view(game.id);
    return describe({ view, role: 'challenger' });
  }

  private async urgentFirst(failures: GameFailure[]): Promise<readonly bigint[]> {
    const standings: GameStanding[] = [];
    for (const id of await this.watched()) {
      await this.look(id).then(
        (standing) => standing && standings.push(standing),
        (error: unknown) => failures.push({ game: id, error }),
      );
    }
    standings.sort((a, b) => (a.view.deadline < b.view.deadline ? -1 : 1));
    this.standings = standings;
    const waiting = standings.filter(({ view, role }) => formalMove(view, role)?.reason === undefined);
    return waiting.map(({ view }) => view.id);
  }

  /** Games to look at: those that run, and those of the last turn, which may have ended since. */
  private async watched(): Promise<readonly bigint[]> {
    const { reader } = this.options;
    const playable = (await reader.playableBy(this.address)).map(({ id }) => id);
    return [...new Set([...playable, ...[...this.running].filter((id) => reader.has(id))])];
  }

  private async look(id: bigint): Promise<GameStanding | undefined> {
    const view = await this.options.reader.view(id);
    const role = this.roleIn(view);
    if (moverOf(view) === undefined) this.end(view);
    if (role === undefined || moverOf(view) === undefined) return undefined;
    this.running.add(id);
    return { view, role };
  }

  private end(view: GameView): void {
    if (!this.running.delete(view.id)) return;
    const role = this.roleIn(view) ?? 'challenger';
    this.report({ ...describe({ view, role }), type: 'ended', what: view.phase, movesLeft: 0 });
  }

  /** A party of a game plays for itself, whoever else named it as a delegate. */
  private roleIn(view: GameView): Role | undefined {
    const { challenger, asserter, challengerDelegate, asserterDelegate } = view;
    return this.sideOf(view, challenger, asserter) ?? this.sideOf(view, challengerDelegate, asserterDelegate);
  }

  private sideOf({ phase }: GameView, challenger: Address, asserter: Address): Role | undefined {
    const [isChallenger, isAsserter] = [challenger, asserter].map((side) => isAddressEqual(side, this.address));
    if (isChallenger && isAsserter) return phase === 'asserterMoves' ? 'asserter' : 'challenger';
    return isChallenger ? 'challenger' : isAsserter ? 'asserter' : undefined;
  }

  private async make(play: Play, signal: AbortSignal): Promise<GameEvent> {
    const { reader, account, dryRun } = this.options;
    const { view, move, nonce } = play;
    const event = { ...describe(play), ...aim(view, move), what: move.kind };
    await rehearse(play);
    if (dryRun) return this.report({ ...event, type: 'would-move' });
    const data = encodeMove(view, move);
    const request = { what: `${move.kind} in game ${view.id}`, to: reader.rules.game, value: 0n, data, nonce };
    try {
      const receipt = await account.transact(request, noRecord, signal);
      return this.report({ ...event, type: 'moved', gas: receipt.gasUsed, transaction: receipt.hash });
    } catch (error) {
      if (!(error instanceof L1TransactionRefusedError)) throw error;
      return this.report({ ...event, type: 'refused', reason: explainRefusal(error.reason) });
    }
  }

  private report(event: GameEvent): GameEvent {
    this.options.onEvent?.(event);
    return event;
  }
}

/** A running game and the account's side in it. */
export interface GameStanding {
  readonly view: GameView;
  readonly role: Role;
}

interface Play {
  readonly view: GameView;
  readonly role: Role;
  /** Not needed for formal moves. */
  readonly own: Trace | undefined;
  readonly move: Move;
  /** Nonce of the account before L1 was read: what was decided on holds for that nonce only. */
  readonly nonce: number;
}

/** Nothing has to survive a crash: L1 tells what was mined. */
const noRecord = async (): Promise<void> => undefined;

/** Runs the step through the judge's bytecode before anything is paid. Throws TraceMismatchError when it does not win. */
async function rehearse({ view: { section }, own, move }: Play): Promise<void> {
  if (move.kind !== 'proveStep' || section.unit === undefined || own === undefined) return;
  const unit = await own.unit(section.unit);
  const after = await unit.rehearse?.(move.step);
  if (after === undefined) return;
  if (after === section.hashes[move.index + 1] || after !== (await unit.hashAt(move.step + 1n))) {
    throw new TraceMismatchError(
      `the judge says of step ${move.step} what the other side claims, or something else again`,
    );
  }
}

function describe({ view, role }: Pick<Play, 'view' | 'role'>): GameEvent {
  const { section } = view;
  return {
    type: 'moved',
    game: view.id,
    assertion: view.assertionId,
    role,
    what: view.phase,
    level: section.level,
    range: { from: section.offset, length: section.length, unit: section.unit },
    movesLeft: movesLeft(section, view.degree),
    gas: 0n,
    transaction: undefined,
    clocks: { challenger: BigInt(view.challengerLeft), asserter: BigInt(view.asserterLeft) },
  };
}

/** What is disputed after a move. */
function aim({ section, degree }: GameView, move: Move): Partial<GameEvent> {
  if (move.kind === 'claimTimeout' || move.kind === 'dismiss') return { movesLeft: 0 };
  const from = section.offset + pointOf(section, move.index);
  const length = segmentLength(section, move.index);
  if (move.kind === 'split') {
    const next = { level: section.level, length, hashes: move.hashes };
    return { range: { from, length, unit: section.unit }, movesLeft: movesLeft(next, degree) };
  }
  if (move.kind !== 'enterUnit') return { range: { from, length, unit: section.unit }, movesLeft: 0 };
  const next = { level: 'steps' as const, length: move.steps, hashes: move.hashes };
  return { level: 'steps', range: { from: 0n, length: move.steps, unit: from }, movesLeft: movesLeft(next, degree) };
}

const openingEvent = (assertion: bigint): GameEvent => ({
  type: 'opened',
  game: -1n,
  assertion,
  role: 'challenger',
  what: 'open',
  level: 'units',
  range: { from: 0n, length: 0n, unit: undefined },
  movesLeft: 0,
  gas: 0n,
  transaction: undefined,
  clocks: { challenger: 0n, asserter: 0n },
});
