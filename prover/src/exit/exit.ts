import { setTimeout as sleep } from 'node:timers/promises';

import { L1TransactionRefusedError, readHead } from '@metachain/bridge';
import { ASSERTION_STATUS, FORCED_INCLUSION_SECONDS, type L1Addresses, mayConfirm } from '@metachain/contracts';
import { isAddressEqual, type Hash } from 'viem';

import type { ClaimGuard } from '../dispute/claim-guard.js';
import { explainRefusal } from '../dispute/game-calls.js';
import { CannotDeriveError, ExitError } from '../errors.js';
import type { Assertion } from '../watch/assertions.js';
import type { AssembledProver } from '../watch/assemble.js';
import { deriveOnce } from '../watch/follow.js';
import { claimEnd, furthestFirst, rightAssertions } from './claim-plan.js';
import { ExitContracts } from './contracts.js';
import { DerivedStates } from './derived-states.js';
import { ExitCalls } from './exit-calls.js';
import { ExitStandings } from './exit-standings.js';
import type { ExitAction, ExitCall, ExitLook, ExitReport, ExitUndone, ExitWait } from './exit-types.js';
import { FailedWithdrawals } from './failed-withdrawals.js';
import { inclusionOf, type NewestItem } from './inclusion.js';
import { type WithdrawalChoice, WithdrawalList } from './withdrawal-list.js';
import { withdrawalsIn, type SentWithdrawal } from './withdrawals.js';

/** Transactions of one run at most: who has more to send is told so in between. */
const MOST_TRANSACTIONS = 256;

/** Milliseconds to wait for the confirmations of a block at most. */
const MOST_CATCHING_UP = 1_800_000;

/** What an exit works with. */
export interface ExitOptions extends WithdrawalChoice {
  /** A prover that starts at genesis and goes on after a wrong assertion. */
  readonly prover: AssembledProver;
  readonly addresses: L1Addresses;
  /** Most gas on L1 that a withdrawal may ask for: others are left undone, and none is finalised with much more. */
  readonly maximumGas: bigint;
  readonly pollMilliseconds: number;
  /** Reads L1 up to its present head; by default each error of that is thrown. */
  readonly derive?: () => Promise<void>;
  /** Told of each right assertion that a withdrawal waits for. */
  readonly onAwaited?: (id: bigint) => void;
  /** Asked before a bond is staked on a claim. */
  readonly guard: Pick<ClaimGuard, 'missing'>;
  /** Nonce of the account. It is read before L1 is, so that nothing is decided on twice. */
  readonly nonce: () => Promise<number>;
  /** Sends a transaction of the account and waits until it is on L1; what was decided on holds for the nonce only. */
  readonly send: (call: ExitCall, nonce: number) => Promise<Hash>;
}

/**
 * Takes an account's forced messages and withdrawals to the money with nothing but L1: everything that an operator normally does, done by the
 * user. Holds no state worth keeping: what to do next is derived from L1 each time, so it may be stopped and repeated.
 */
export class Exit {
  readonly #contracts: ExitContracts;
  readonly #calls: ExitCalls;
  readonly #states: DerivedStates;
  readonly #standings: ExitStandings;
  readonly #withdrawals: WithdrawalList;
  readonly #failed: FailedWithdrawals;

  constructor(private readonly options: ExitOptions) {
    const { prover, addresses, maximumGas } = options;
    this.#contracts = new ExitContracts(prover.source, addresses);
    this.#calls = new ExitCalls(addresses, maximumGas);
    this.#states = new DerivedStates(prover);
    this.#standings = new ExitStandings(this.#contracts, prover);
    this.#withdrawals = new WithdrawalList(options, addresses);
    this.#failed = new FailedWithdrawals(prover.source, this.#contracts, this.#calls);
    const { replayer } = prover;
    replayer.onBlock(({ number }) => this.#withdrawals.add(number, withdrawalsIn(replayer.engine.records, number)));
  }

  /**
   * Does what can be done now, one transaction after another. What L1 refuses is not tried again in this run, and keeps nothing else waiting; where
   * it is still wanted at the end it is undone. Throws ExitError, and what deriving and sending throw.
   */
  async run(): Promise<ExitReport> {
    const sent: { what: string; hash: Hash }[] = [];
    const refused = new Map<string, string>();
    while (sent.length + refused.size < MOST_TRANSACTIONS) {
      const nonce = await this.options.nonce();
      await this.#catchUp();
      const { call, ...rest } = await this.#look(refused);
      if (call === undefined) return this.#report(sent, rest);
      const hash = await this.#send(call, nonce, refused);
      if (hash !== undefined) sent.push({ what: call.what, hash });
    }
    const more = { what: `more than ${MOST_TRANSACTIONS} transactions: repeat the exit`, notBefore: undefined };
    return this.#report(sent, { waits: [more], undone: [] });
  }

  /** The hash, or undefined where L1 refuses the call; the reason is noted then. */
  async #send(call: ExitCall, nonce: number, refused: Map<string, string>): Promise<Hash | undefined> {
    try {
      const hash = await this.options.send(call, nonce);
      this.#failed.sent(call);
      return hash;
    } catch (error) {
      if (!(error instanceof L1TransactionRefusedError)) throw error;
      if (error.included) this.#failed.sent(call);
      refused.set(callKey(call), explainRefusal(error.reason));
      return undefined;
    }
  }

  /** Derives up to L1's newest block, so that nothing is sent twice because it was not seen yet. */
  async #catchUp(): Promise<void> {
    const { prover, pollMilliseconds, derive = () => deriveOnce(prover) } = this.options;
    const { number } = await readHead(prover.source);
    for (let waited = 0; waited <= MOST_CATCHING_UP; waited += pollMilliseconds) {
      await derive();
      if (prover.prover.status().l1.read >= number) return;
      await sleep(pollMilliseconds);
    }
    throw new CannotDeriveError(`L1 block ${number} has too few blocks above it after ${MOST_CATCHING_UP / 1_000} s`);
  }

  /** The first call that was not refused; where there is none, all that is waited for and undone. */
  async #look(refused: ReadonlyMap<string, string>): Promise<ExitLook> {
    const waits: ExitWait[] = [];
    const undone = new Map<string, ExitUndone>();
    for await (const action of this.#actions()) {
      if (action.kind === 'wait') waits.push(action.wait);
      if (action.kind === 'leave') undone.set(`${action.undone.withdrawal}`, action.undone);
      if (action.kind !== 'send') continue;
      const { call } = action;
      const reason = refused.get(callKey(call));
      if (reason === undefined) return { call, waits, undone: [] };
      undone.set(callKey(call), { what: call.what, reason, withdrawal: call.withdrawal });
    }
    return { waits, undone: [...undone.values()] };
  }

  /** The next thing to do for each message, withdrawal and bond, the first first. */
  async *#actions(): AsyncGenerator<ExitAction> {
    const now = (await readHead(this.options.prover.source)).timestamp;
    const inclusion = this.#include(now);
    if (inclusion !== undefined) yield inclusion;
    for (const withdrawal of this.#withdrawals.taken) {
      const action = await this.#advance(withdrawal, now);
      if (action !== undefined) yield action;
    }
    const collection = await this.#collect();
    if (collection !== undefined) yield collection;
  }

  /** The account's oldest message that no block took up: after an hour any item does it, as soon as it comes to it. */
  #include(now: bigint): ExitAction | undefined {
    const { delayedConsumed } = this.options.prover.replayer.boundary;
    const waiting = this.#messages().find(({ index }) => index >= delayedConsumed);
    if (waiting === undefined) return undefined;
    const { index, timestamp } = waiting;
    const notBefore = timestamp + FORCED_INCLUSION_SECONDS + 1n;
    const inclusion = inclusionOf({ index, notBefore }, this.#newestItem(), now);
    if (inclusion === 'broken')
      throw new ExitError(`message ${index} was not taken up by an item after it was overdue`);
    return inclusion === 'append'
      ? { kind: 'send', call: this.#calls.appendEmpty() }
      : wait(`message ${index} becomes overdue`, notBefore);
  }

  #newestItem(): NewestItem | undefined {
    const { watcher, replayer } = this.options.prover;
    const { item, delayedConsumed: after } = replayer.boundary;
    const before = this.#states.boundaryAt(item - 1n)?.delayedConsumed;
    return before === undefined ? undefined : { ...watcher.items[Number(item) - 1]!, before, after };
  }

  async #advance(withdrawal: SentWithdrawal, now: bigint): Promise<ExitAction | undefined> {
    if (await this.#contracts.isFinalised(withdrawal.hash)) return this.#failed.advance(withdrawal);
    const undone = this.#calls.tooDear(withdrawal, 'finalise');
    if (undone !== undefined) return { kind: 'leave', undone };
    const right = this.#right();
    const covering = await this.#firstStanding(
      right.filter(({ blockNumber }) => blockNumber >= withdrawal.blockNumber),
    );
    if (covering === undefined) return this.#claim(right);
    const provenOn = await this.#contracts.provenOn(withdrawal.hash);
    const target = (await this.#firstStanding(right.filter(({ id }) => id === provenOn))) ?? covering;
    this.options.onAwaited?.(target.id);
    if (provenOn === undefined) return this.#prove(withdrawal, target);
    const confirming = await this.#confirm(target, now);
    if (confirming !== undefined) return confirming;
    // Somebody may have proven it on a wrong assertion; a proof on a confirmed one replaces that.
    return provenOn === target.id
      ? { kind: 'send', call: this.#calls.finalise(withdrawal) }
      : this.#prove(withdrawal, target);
  }

  /** Claims the state as far as L1 goes, on the right assertion that goes furthest: a newer one may be a copy of what others build on. L1 has to be able to judge it. */
  async #claim(right: readonly Assertion[]): Promise<ExitAction> {
    const { watcher } = this.options.prover;
    const parent = await this.#firstStanding(furthestFirst(right));
    if (parent === undefined) throw new ExitError('no right assertion stands, not even the genesis');
    const [stored, bond, maximumItems] = await Promise.all([
      this.#contracts.claim(parent.id),
      this.#contracts.rollup('BOND', []),
      this.#contracts.rollup('MAXIMUM_ITEMS', []),
    ]);
    const end = claimEnd(stored, BigInt(watcher.items.length), maximumItems, (item) => this.#states.boundaryAt(item));
    if (end === undefined)
      throw new ExitError(`no claim on assertion ${parent.id} is possible: L1 has ${watcher.items.length} items`);
    const missing = await this.options.guard.missing(this.#states.boundaryAt(parent.itemIndex)!, end);
    const call = missing === undefined ? this.#calls.assertState(parent, end, bond) : { ...missing, value: 0n };
    return { kind: 'send', call };
  }

  async #prove(withdrawal: SentWithdrawal, target: Assertion): Promise<ExitAction> {
    return { kind: 'send', call: this.#calls.prove(withdrawal, target, await this.#states.stateAt(target.itemIndex)) };
  }

  /** The oldest claim below the target that is not confirmed: confirms it once the window of a bond behind it is over that nobody disputes. */
  async #confirm(target: Assertion, now: bigint): Promise<ExitAction | undefined> {
    if (await this.#contracts.rollup('isConfirmed', [target.id])) return undefined;
    const { assertions } = this.options.prover.parts.assertions;
    let { id, parent } = target;
    for (; !(await this.#contracts.rollup('isConfirmed', [parent])); parent = assertions[Number(parent)]!.parent)
      id = parent;
    const [bonds, window, { children }] = await Promise.all([
      this.#pendingOn(parent),
      this.#contracts.rollup('CHALLENGE_WINDOW', []),
      this.#contracts.rollup('assertion', [parent]),
    ]);
    const first = bonds.find(mayConfirm);
    const games = bonds.reduce((sum, { openGames }) => sum + openGames, 0);
    if (first === undefined || children > 1)
      return wait(`a dispute about assertion ${id} is decided (${children - 1} siblings, ${games} games)`);
    const notBefore = BigInt(first.createdAt) + window;
    if (now < notBefore) return wait(`the window of assertion ${first.id} ends`, notBefore);
    return { kind: 'send', call: this.#calls.confirm(first.id) };
  }

  /** The bonds behind the right claim on a parent, oldest first: all right assertions on one parent claim the same. */
  async #pendingOn(parent: bigint) {
    const right = this.#right().filter((assertion) => assertion.id !== 0n && assertion.parent === parent);
    const stored = await Promise.all(
      right.map(async ({ id }) => ({ id, ...(await this.#contracts.rollup('assertion', [id])) })),
    );
    return stored.filter(({ status }) => status === ASSERTION_STATUS.pending);
  }

  /** Bonds of the account that no confirmation paid, since another bond confirmed the claim or the claim fell. */
  async #collect(): Promise<ExitAction | undefined> {
    const own = this.options.prover.parts.assertions.assertions.filter(({ asserter }) =>
      isAddressEqual(asserter, this.options.account),
    );
    for (const { id } of own) {
      const stored = await this.#contracts.rollup('assertion', [id]);
      if (await this.#contracts.isCollectable(stored)) return { kind: 'send', call: this.#calls.returnBond(id) };
    }
    return undefined;
  }

  #messages() {
    const own = this.options.account.toLowerCase();
    return this.options.prover.watcher.messages.filter(({ from }) => from.toLowerCase() === own);
  }

  /** Also wrong is what lost its own bond while copies of it stand. */
  #right(): readonly Assertion[] {
    const { parts, prover } = this.options.prover;
    const wrong = prover.judged.filter(({ right }) => !right);
    return rightAssertions(
      parts.assertions.assertions,
      wrong.map(({ assertion }) => assertion.id),
    );
  }

  /** Also a right assertion falls when nobody plays its games. */
  async #firstStanding(assertions: readonly Assertion[]): Promise<Assertion | undefined> {
    for (const assertion of assertions)
      if (!(await this.#contracts.rollup('isRejected', [assertion.id]))) return assertion;
    return undefined;
  }

  async #report(sent: ExitReport['sent'], { waits, undone }: Omit<ExitLook, 'call'>): Promise<ExitReport> {
    const consumed = this.options.prover.replayer.boundary.delayedConsumed;
    const messages = this.#messages().map(({ index }) => ({
      index,
      state: index < consumed ? ('executed' as const) : ('queued' as const),
    }));
    return {
      account: this.options.account,
      sent,
      messages,
      withdrawals: await this.#standings.withdrawals(this.#withdrawals.taken),
      notTaken: this.#withdrawals.left,
      wrongAssertions: await this.#standings.wrongAssertions(),
      waits,
      undone,
      done: waits.length + undone.length === 0,
    };
  }
}

const wait = (what: string, notBefore?: bigint): ExitAction => ({ kind: 'wait', wait: { what, notBefore } });

/** Where one is refused, the same one would be again. */
const callKey = ({ to, data }: ExitCall): string => `${to}${data}`;
