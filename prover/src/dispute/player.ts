import { type L1Account, type L1Receipt, type L1Request, L1TransactionRefusedError } from '@metachain/bridge';
import { isAddressEqual, type Address } from 'viem';

import { RehearsalRefusedError, TraceMismatchError } from '../errors.js';
import type { CallRehearsal } from './call-rehearsal.js';
import { encodeMove, encodeOpen, explainRefusal, type ClaimedState } from './game-calls.js';
import type { GameReader } from './game-reader.js';
import type { GameFees } from './game-fees.js';
import { aim, describe, openingEvent } from './game-events.js';
import { formalMove, moverOf, nextMove, openingCut } from './next-move.js';
import { patiently, SendLine } from './send-line.js';
import { findRole, type GameFailure, type GameStanding, isOpen, roleIn } from './standing.js';
import { Thoughts } from './thoughts.js';
import type { GameEvent, GameView, Move, Role, Trace } from './types.js';

/** What a player needs. */
export interface PlayerOptions {
  readonly reader: GameReader;
  readonly account: L1Account;
  /** For whom it moves besides, where they named the account as their delegate. Whoever else did is not played for. */
  readonly owners?: readonly Address[];
  /** What the player believes about an assertion. */
  readonly trace: (assertion: bigint) => Promise<Trace>;
  readonly onEvent?: (event: GameEvent) => void;
  /** Decide and report, but send nothing. */
  readonly dryRun?: boolean;
  /** Runs every call before it is sent; nothing is sent that would revert. */
  readonly rehearsal?: CallRehearsal;
  /** What of the account is on its way, where others send for it too. */
  readonly line?: SendLine;
  /** Told at each turn, before anything is sent, of the games in which there is a move to make. */
  readonly fees?: Pick<GameFees, 'watch'>;
  /** Told of all running games, the most urgent one first. */
  readonly onGames?: (games: readonly GameStanding[]) => void;
  /** How long a turn waits for moves to be found, and for what it sent; what takes longer holds up nothing. */
  readonly patienceMilliseconds?: number;
}

const PATIENCE_MILLISECONDS = 15_000;

/**
 * Plays the games of one account and of the owners that it is to move for, on either side. Keeps nothing between turns that matters: who plays on after a crash reads the same
 * games from L1 and makes the same moves, and a move that was mined is not repeated because it is the other side's turn then.
 */
export class Player {
  private readonly running = new Set<bigint>();
  private readonly owners: readonly Address[];
  private readonly line: SendLine;
  /** What went wrong after a turn had lost its patience. */
  private readonly late: GameFailure[] = [];
  private standings: readonly GameStanding[] = [];
  private readonly thoughts = new Thoughts();

  constructor(private readonly options: PlayerOptions) {
    this.owners = options.owners ?? [];
    this.line = options.line ?? new SendLine(options.account);
  }

  get address(): Address {
    return this.options.account.address;
  }

  /**
   * Makes one move in each game that waits for this account, the most urgent one first: it gets the lowest nonce. No move waits until another
   * is on L1, and neither a failure in one game nor a move that is hard to find keeps others waiting.
   */
  async turn(signal: AbortSignal): Promise<readonly GameFailure[]> {
    const { reader, patienceMilliseconds = PATIENCE_MILLISECONDS } = this.options;
    await reader.refresh();
    const failures: GameFailure[] = [];
    const landing: Promise<void>[] = [];
    const games = await this.urgentFirst(failures);
    // Nothing is sent for what is found here: the move is chosen from L1 as it is once its nonce was read, and comes at once where nothing changed.
    failures.push(
      ...(await this.thoughts.find(games.filter(isOpen), (game) => this.decide(game), patienceMilliseconds)),
    );
    const movable = games.filter(({ view }) => this.thoughts.hasMove(view));
    this.options.fees?.watch(movable, reader.head.timestamp);
    for (const { view } of games) {
      const game = view.id;
      if (signal.aborted) break;
      if (failures.some((failure) => failure.game === game)) continue;
      const sent = await this.begin(game, signal).catch((error: unknown) => void failures.push({ game, error }));
      if (sent) landing.push(this.follow(game, sent.landed));
    }
    await patiently(Promise.all(landing), patienceMilliseconds);
    return [...failures, ...this.late.splice(0)];
  }

  /** Looks at one game anew and makes at most one move in it. Undefined: there was nothing to do. */
  async play(id: bigint, signal: AbortSignal): Promise<GameEvent | undefined> {
    return (await this.begin(id, signal))?.landed;
  }

  /** `play` up to the sending. */
  private async begin(id: bigint, signal: AbortSignal): Promise<Sent | undefined> {
    const { reader, account } = this.options;
    if (this.line.has(keyOf(id))) return undefined;
    const nonce = await account.nonce();
    await reader.refresh();
    const view = await reader.view(id);
    const role = await findRole(view, this.address, this.owners, reader);
    if (role === undefined) return undefined;
    const formal = formalMove(view, role);
    if (formal === undefined && this.thoughts.has(id)) return undefined;
    const { own, move } =
      formal === undefined ? await this.decide({ view, role }) : { own: undefined, move: formal.move };
    return move === undefined ? undefined : this.make({ view, role, own, move, nonce }, signal);
  }

  private async follow(game: bigint, landed: Promise<GameEvent>): Promise<void> {
    await landed.catch((error: unknown) => this.late.push({ game, error }));
  }

  /** Whether the move of a game is still being found: a later turn makes it. */
  get isThinking(): boolean {
    return this.thoughts.size > 0;
  }

  /** Running games of this account as the last turn saw them. */
  get games(): readonly GameStanding[] {
    return this.standings;
  }

  /** Those of them that wait for this account. Where an owner is wrong, nothing is done for him and no clock matters. */
  get waiting(): readonly GameStanding[] {
    return this.standings.filter(
      ({ view, role }) =>
        moverOf(view) === role && (roleIn(view, this.address, []) !== undefined || !this.thoughts.isWithoutMove(view)),
    );
  }

  /** Challenges an assertion with the first cut of the own trace, with `nonce` read before it was decided to. */
  async open(
    assertion: bigint,
    parent: ClaimedState,
    claimed: ClaimedState,
    nonce: number,
    signal: AbortSignal,
  ): Promise<GameEvent> {
    const { reader, dryRun } = this.options;
    const { game: to, gameBond: value, degree } = reader.rules;
    const request = { what: `open of a game against assertion ${assertion}`, to, value, nonce };
    const own = await this.options.trace(assertion);
    const cut = await openingCut(own, claimed.itemIndex - parent.itemIndex, degree);
    const data = encodeOpen(assertion, parent, claimed, cut);
    const event = openingEvent(assertion);
    const rehearsed = await this.rehearsed({ ...request, data }, event);
    if (rehearsed.event) return rehearsed.event;
    if (dryRun) return this.report({ ...event, type: 'would-move' });
    // A bond is put down only when nothing else is on its way: then the nonce alone keeps it from being put down twice.
    const { landed } = await this.send(
      `challenge ${assertion}`,
      { ...request, data, ...rehearsed.gas },
      event,
      signal,
      true,
    );
    const done = await landed;
    if (done.type === 'refused') return done;
    return this.report({ ...done, ...(await this.opened(assertion)), ...opening(done) });
  }

  private async decide({ view, role }: GameStanding): Promise<Pick<Play, 'own'> & { move: Move | undefined }> {
    const own = await this.options.trace(view.assertionId);
    return { own, move: await this.thoughts.of(view, own, async () => (await nextMove(view, own, role)).move) };
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

  private async urgentFirst(failures: GameFailure[]): Promise<readonly GameStanding[]> {
    const standings: GameStanding[] = [];
    for (const id of this.watched()) {
      await this.look(id).then(
        (standing) => standing && standings.push(standing),
        (error: unknown) => failures.push({ game: id, error }),
      );
    }
    standings.sort((a, b) => (a.view.deadline < b.view.deadline ? -1 : 1));
    this.standings = standings;
    this.options.onGames?.(standings);
    return standings.filter(({ view, role }) => formalMove(view, role)?.reason === undefined);
  }

  /** Games to look at: those that run, and those of the last turn, which may have ended since. */
  private watched(): readonly bigint[] {
    const { reader } = this.options;
    const running = reader.runningOf([this.address, ...this.owners]).map(({ id }) => id);
    return [...new Set([...running, ...[...this.running].filter((id) => reader.has(id))])];
  }

  private async look(id: bigint): Promise<GameStanding | undefined> {
    const { reader } = this.options;
    const view = await reader.view(id);
    const role = await findRole(view, this.address, this.owners, reader);
    if (moverOf(view) === undefined) this.end(view);
    if (role === undefined || moverOf(view) === undefined) return undefined;
    this.running.add(id);
    return { view, role };
  }

  private end(view: GameView): void {
    this.thoughts.forget(view.id);
    if (!this.running.delete(view.id)) return;
    const role = roleIn(view, this.address, this.owners) ?? 'challenger';
    this.report({ ...describe({ view, role }), type: 'ended', what: view.phase, movesLeft: 0 });
  }

  private async make(play: Play, signal: AbortSignal): Promise<Sent> {
    const { reader, dryRun } = this.options;
    const { view, move, nonce } = play;
    const event = { ...describe(play), ...aim(view, move), what: move.kind };
    await rehearse(play);
    const data = encodeMove(view, move);
    const request = { what: `${move.kind} in game ${view.id}`, to: reader.rules.game, value: 0n, data, nonce };
    const rehearsed = await this.rehearsed(request, event);
    if (rehearsed.event) return { landed: Promise.resolve(rehearsed.event) };
    if (dryRun) return { landed: Promise.resolve(this.report({ ...event, type: 'would-move' })) };
    const { landed } = await this.send(keyOf(view.id), { ...request, ...rehearsed.gas }, event, signal);
    return { landed: landed.then((done) => (done.type === 'moved' ? this.report(done) : done)) };
  }

  /** Runs a call on L1's state at the block that was read: the event of its refusal, or the gas that it needs. */
  private async rehearsed({ to, data, value }: L1Request, event: GameEvent): Promise<Rehearsed> {
    const { rehearsal, reader } = this.options;
    if (rehearsal === undefined) return { event: undefined, gas: {} };
    try {
      const leastGas = await rehearsal.run({ from: this.address, to, data, value }, reader.head);
      return { event: undefined, gas: { leastGas } };
    } catch (error) {
      if (!(error instanceof RehearsalRefusedError)) throw error;
      return { event: this.refuse(event, error.reason, 'rehearsal') };
    }
  }

  private refuse(event: GameEvent, reason: string, refusedBy: 'rehearsal' | 'l1'): GameEvent {
    return this.report({ ...event, type: 'refused', reason: explainRefusal(reason), refusedBy });
  }

  /** Sends after what is on its way. What L1 refuses, before or after it was sent, is an event and no failure. */
  private async send(
    key: string,
    request: L1Request & { readonly nonce: number },
    event: GameEvent,
    signal: AbortSignal,
    alone = false,
  ): Promise<Sent> {
    const refused = (error: unknown): GameEvent => {
      if (!(error instanceof L1TransactionRefusedError)) throw error;
      return this.refuse(event, error.reason, 'l1');
    };
    const moved = ({ gasUsed: gas, hash: transaction }: L1Receipt): GameEvent => ({ ...event, gas, transaction });
    try {
      const { receipt } = await this.line.send(key, request, signal, alone);
      return { landed: receipt.then(moved, refused) };
    } catch (error) {
      return { landed: Promise.resolve(refused(error)) };
    }
  }

  private report(event: GameEvent): GameEvent {
    this.options.onEvent?.(event);
    return event;
  }
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

/** A move that was sent, or that needs no sending. */
interface Sent {
  readonly landed: Promise<GameEvent>;
}

type Rehearsed =
  | { readonly event: GameEvent; readonly gas?: undefined }
  | { readonly event: undefined; readonly gas: { readonly leastGas?: bigint } };

const keyOf = (game: bigint): string => `game ${game}`;

const opening = ({ gas, transaction }: GameEvent) => ({ type: 'opened', what: 'open', gas, transaction }) as const;

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
