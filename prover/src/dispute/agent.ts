import { setTimeout as sleep } from 'node:timers/promises';

import { type L1Account, L1TransactionRefusedError } from '@metachain/bridge';
import { rollupAbi } from '@metachain/contracts';
import { encodeFunctionData, type Address, type Hash, type Hex } from 'viem';

import { TraceMismatchError } from '../errors.js';
import { tupleOf } from '../replay/boundary.js';
import type { JudgedAssertion } from '../watch/judged.js';
import type { ProverLog } from '../watch/prover-log.js';
import { type AgentView, planTasks, type Task } from './agent-plan.js';
import { AgentReader } from './agent-reader.js';
import { bondDeadlines } from './bond-deadline.js';
import { AssertionTraces } from './assertion-traces.js';
import type { CallRehearsal } from './call-rehearsal.js';
import { ClaimGuard, requireStepped } from './claim-guard.js';
import type { GameFees } from './game-fees.js';
import type { GameReader } from './game-reader.js';
import type { HonestTraces } from './honest-traces.js';
import { Player } from './player.js';
import { ProgramOnL1 } from './program-on-l1.js';
import type { DisputeMetrics } from './metrics.js';
import { patiently, SendLine } from './send-line.js';
import { SharedAccount } from './shared-account.js';
import { type AgentTask, type BondedTask, isBonded, nameOf, PROGRAM } from './task-names.js';
import type { GameEvent } from './types.js';
import { UnlistedOwners } from './unlisted-owners.js';

/** What an agent is made of. */
export interface AgentParts {
  readonly reader: GameReader;
  readonly account: L1Account;
  /** For whom it moves besides, where they named the account as their delegate. */
  readonly owners: readonly Address[];
  readonly traces: HonestTraces;
  /** What the prover found out so far, by assertion number. */
  readonly judged: () => readonly JudgedAssertion[];
  /** Told once when a wrong assertion is rejected on L1. */
  readonly onRejected: (id: bigint) => void;
  readonly programHash: Hash;
  readonly metrics: DisputeMetrics;
  readonly log: ProverLog;
  readonly maximumBond: bigint;
  readonly dryRun: boolean;
  readonly pollMilliseconds: number;
  readonly onEvent?: (event: GameEvent) => void;
  /** What of the account is on its way, where others send for it too. */
  readonly line?: SendLine;
  readonly fees?: Pick<GameFees, 'watch' | 'watchBonds'>;
  /** Runs every call of a game before it is sent. */
  readonly rehearsal?: CallRehearsal;
  /** How long a turn waits for what it sent. */
  readonly patienceMilliseconds?: number;
}

const PATIENCE_MILLISECONDS = 15_000;

interface Call {
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

/** Tasks of one turn at most; the rest follows in the next, after the games had theirs. */
const TASKS_A_TURN = 8;

/**
 * Fights wrong assertions: challenges them, plays the games of its account and of its owners, asserts what is right beside them, and collects
 * what is due. Every decision is made from L1 as it is then, so a restart at any point changes nothing.
 */
export class DisputeAgent {
  readonly player: Player;
  /** For who sends something else for the account. */
  readonly shared: SharedAccount;
  private readonly reader: AgentReader;
  private readonly unlisted: UnlistedOwners;
  private readonly traces: AssertionTraces;
  private readonly program: ProgramOnL1;
  private readonly line: SendLine;
  /** Milliseconds that a turn waits for what takes long. */
  private readonly patience: number;
  private readonly complaints = new Map<string, string>();
  private readonly awaited = new Set<bigint>();
  /** Whether L1 had the whole program when it was last compared. */
  private judgeable = false;
  /** What the last turn that left nothing undone was about. */
  private seen: string | undefined;

  constructor(private readonly parts: AgentParts) {
    const { reader, account, owners, traces, dryRun, patienceMilliseconds, rehearsal, fees } = parts;
    this.line = parts.line ?? new SendLine(account);
    this.patience = patienceMilliseconds ?? PATIENCE_MILLISECONDS;
    this.traces = new AssertionTraces(traces, parts.judged);
    this.player = new Player({
      reader,
      account,
      owners,
      dryRun,
      line: this.line,
      ...(rehearsal === undefined ? {} : { rehearsal }),
      ...(fees === undefined ? {} : { fees }),
      ...(patienceMilliseconds === undefined ? {} : { patienceMilliseconds }),
      trace: (id) => this.traces.trace(id),
      onGames: (games) => this.traces.holdForGames(games.map(({ view }) => view.assertionId)),
      onEvent: (event) => this.note(event),
    });
    this.reader = new AgentReader(reader, account);
    this.unlisted = new UnlistedOwners(reader, account.address, owners, parts.log);
    this.program = new ProgramOnL1(reader, traces.program);
    this.shared = new SharedAccount(account, this.line, new ClaimGuard(reader, traces));
  }

  /** Account that pays and is paid. */
  get address(): Address {
    return this.parts.account.address;
  }

  /**
   * Names a right assertion that the account waits for: as far as its bonds allow, it then has one behind that claim and behind every claim
   * below it, whoever made them.
   */
  standBehind(id: bigint): void {
    this.awaited.add(id);
  }

  /** Takes turns until the signal aborts. Whatever fails is tried again: L1 tells what is left to do. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, pollMilliseconds, maximumBond, dryRun } = this.parts;
    log.info({ event: 'dispute_agent', account: this.address, maximumBond, dryRun }, 'wrong assertions are disputed');
    while (!signal.aborted) {
      await this.turnIfNews(signal).catch((error: unknown) => signal.aborted || this.complain('turn', error));
      await sleep(pollMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Where neither L1 nor the prover got further, and nothing failed, there is nothing to do. */
  private async turnIfNews(signal: AbortSignal): Promise<void> {
    const { hash } = await this.parts.reader.refresh();
    const seen = `${hash} ${this.parts.judged().length} ${this.awaited.size}`;
    if (seen === this.seen) return;
    this.seen = undefined;
    if ((await this.turn(signal)) === 'complete') this.seen = seen;
  }

  /** One look at everything: moves in games first, since clocks run, then assertions. */
  async turn(signal: AbortSignal): Promise<'complete' | 'partial'> {
    const failures = await this.player.turn(signal);
    for (const { game, error } of failures) this.complain(`game ${game}`, error);
    // Another task comes first in the place of one that is stuck, or it would never be done. All that needs a bond waits for the program.
    const stuck = await this.line.giveUpStuck();
    const until = Date.now() + this.patience;
    const done = new Set(stuck === undefined ? [] : [stuck]);
    // A task is decided on and sent at one nonce, so it waits for what is on its way; moves do not.
    for (let count = 0; count < TASKS_A_TURN && !signal.aborted && this.line.size === 0; count++) {
      const nonce = await this.parts.account.nonce();
      await this.parts.reader.refresh();
      const view = await this.view();
      const plan = planTasks(view);
      this.parts.metrics.publish(view, plan, this.player);
      this.parts.fees?.watchBonds(bondDeadlines(view, plan.tasks));
      const untraced = await this.untraced(plan.tasks.filter(isBonded), until);
      const task = this.withProgram(plan.tasks).find(
        (one) => !done.has(nameOf(one)) && !untraced.has(one) && !(done.has(PROGRAM) && isBonded(one)),
      );
      if (task === undefined) {
        this.complaints.delete('turn');
        const isLeft = done.size + untraced.size + failures.length > 0 || this.player.isThinking;
        return isLeft ? 'partial' : 'complete';
      }
      done.add(nameOf(task));
      await this.perform(task, nonce, signal);
    }
    return 'partial';
  }

  /** Also a game of somebody for whom it moves, without a bond of its own, comes to a step that L1 has to judge. */
  private withProgram(tasks: readonly Task[]): readonly AgentTask[] {
    return this.player.games.length > 0 && !this.judgeable ? [{ kind: PROGRAM }, ...tasks] : tasks;
  }

  private async view(): Promise<AgentView> {
    const { judged, maximumBond, onRejected } = this.parts;
    const view = { ...(await this.reader.read(judged())), maximumBond, awaited: [...this.awaited] };
    for (const { id, right, status } of view.assertions) if (!right && status === 'rejected') onRejected(id);
    await this.unlisted.look(view.assertions);
    return view;
  }

  /**
   * Those whose traces are not made yet: no bond is put down without one. They are begun, and done in a later turn, as L1 is then.
   * @param until when to wait no longer, in milliseconds of this machine's clock
   */
  private async untraced(tasks: readonly BondedTask[], until: number): Promise<ReadonlySet<AgentTask>> {
    // The program on L1 comes first. What is wrong with it is said where it is sent.
    if (tasks.length > 0 && (await this.program.missing().catch(() => true))) return new Set();
    const ids = tasks.map(({ id }) => id);
    const made = await this.traces.made(ids, until, (id, error) => this.complain(`trace ${id}`, error));
    return new Set(tasks.filter(({ id }) => !made.has(id)));
  }

  /** A task that takes too long goes on by itself: clocks run in games meanwhile. */
  private async perform(task: AgentTask, nonce: number, signal: AbortSignal): Promise<void> {
    let waiting = true;
    const work = this.attempt(task, nonce, signal).catch((error: unknown) => {
      if (waiting) throw error;
      this.complain(nameOf(task), error);
    });
    await patiently(work, this.patience).finally(() => (waiting = false));
  }

  private async attempt(task: AgentTask, nonce: number, signal: AbortSignal): Promise<void> {
    const name = nameOf(task);
    try {
      const needsProgram = isBonded(task) || task.kind === PROGRAM;
      const missing = needsProgram ? await this.program.missing() : undefined;
      if (needsProgram) this.judgeable = missing === undefined;
      // The task itself comes in a later turn: without its program L1 can judge no step, so no bond is risked.
      if (missing) await this.send(missing.what, { ...missing, value: 0n }, nonce, signal, PROGRAM);
      else if (task.kind === 'challenge') await this.challenge(task.id, nonce, signal);
      else if (task.kind !== PROGRAM) await this.send(name, await this.callOf(task), nonce, signal);
      this.complaints.delete(name);
    } catch (error) {
      if (!(error instanceof L1TransactionRefusedError || error instanceof TraceMismatchError)) throw error;
      this.complain(name, error);
    }
  }

  private async challenge(id: bigint, nonce: number, signal: AbortSignal): Promise<void> {
    const { assertion, parent } = this.traces.known(id);
    await this.traces.requireWrong(id);
    await this.player.open(id, tupleOf(parent, this.parts.programHash), assertion, nonce, signal);
  }

  private async callOf(task: Exclude<Task, { kind: 'challenge' }>): Promise<Call> {
    const { reader } = this.parts;
    const to = task.kind === 'withdraw' && task.from === 'game' ? reader.rules.game : reader.rollup;
    const call = (data: Hex, value = 0n) => ({ to, data, value });
    const abi = rollupAbi;
    switch (task.kind) {
      case 'assertSibling':
        return call(await this.siblingOf(task.id), reader.rules.assertionBond);
      case 'rejectOrphan':
        return call(encodeFunctionData({ abi, functionName: 'rejectOrphan', args: [task.id] }));
      case 'returnBond':
        return call(encodeFunctionData({ abi, functionName: 'returnBond', args: [task.id] }));
      case 'confirm':
        return call(encodeFunctionData({ abi, functionName: 'confirm', args: [task.id] }));
      case 'withdraw':
        return call(encodeFunctionData({ abi, functionName: 'withdrawBond', args: [this.address] }));
    }
  }

  /** The right claim at the item at which an assertion ends. */
  private async siblingOf(id: bigint): Promise<Hex> {
    const { assertion, own, parent, right } = this.traces.known(id);
    const { stateRoot, headerHash, blockNumber, item, itemHash } = own;
    const { programHash } = this.parts;
    if (!right) await this.traces.requireWrong(id);
    await requireStepped(await this.traces.trace(id), parent, own);
    const state = { stateRoot, headerHash, programHash, blockNumber, itemIndex: item };
    const root = this.traces.known(assertion.parent).assertion.outputRoot;
    const args = [assertion.parent, root, state, itemHash] as const;
    return encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
  }

  private async send(what: string, call: Call, nonce: number, signal: AbortSignal, name = what): Promise<void> {
    const { log, metrics, dryRun } = this.parts;
    if (dryRun) return log.info({ event: 'dispute_would_send', what }, 'nothing is sent in a dry run');
    const sent = await this.line.send(name, { what, ...call, nonce }, signal, true);
    const receipt = await sent.receipt;
    metrics.sent(what);
    log.info({ event: 'dispute_sent', what, gas: receipt.gasUsed, transaction: receipt.hash }, what);
  }

  private note(event: GameEvent): void {
    const { log, metrics, onEvent } = this.parts;
    metrics.event(event);
    const name = `dispute_${event.type.replace('-', '_')}`;
    const { from, length, unit } = event.range;
    const fields = { ...event, event: name, range: `${from}+${length}`, unit, clocks: undefined };
    const repeated = event.type === 'refused' && !this.isNews(`game ${event.game}`, event.reason ?? '');
    if (repeated) return onEvent?.(event);
    if (event.refusedBy === 'rehearsal') log.error(fields, 'ALARM: the move would revert; it was not sent');
    else if (event.type === 'refused') log.warn(fields, 'L1 refuses the move');
    else log.info(fields, `dispute game: ${event.what}`);
    onEvent?.(event);
  }

  /** Says a failure once, not at every turn. */
  private complain(what: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.parts.metrics.failed(error);
    if (this.isNews(what, reason))
      this.parts.log.error({ event: 'dispute_failed', what, reason }, 'dispute: trying again');
  }

  private isNews(what: string, reason: string): boolean {
    if (this.complaints.get(what) === reason) return false;
    this.complaints.set(what, reason);
    return true;
  }
}
