import { Counter, Gauge, type Registry } from 'prom-client';

import type { AgentView, Plan, Task } from './agent-plan.js';
import { moverOf } from './next-move.js';
import type { GameStanding } from './standing.js';
import type { GameEvent, Move } from './types.js';

/** Kinds of transactions that an account pays for again and again. */
const PAID_KINDS: readonly (Move['kind'] | Exclude<Task['kind'], 'challenge'> | 'open')[] = [
  ...(['open', 'split', 'enterUnit', 'proveEnd', 'proveStep', 'claimTimeout', 'dismiss'] as const),
  ...(['assertSibling', 'rejectOrphan', 'returnBond', 'confirm', 'withdraw'] as const),
];

/** Running games of an account, and those of them that wait for it. */
interface ShownGames {
  readonly games: readonly GameStanding[];
  readonly waiting: readonly GameStanding[];
}

/** What the dispute agent exports for Prometheus. Names are stable: alerts refer to them. */
export class DisputeMetrics {
  private readonly games: Gauge<'role' | 'phase'>;
  private readonly clock: Gauge<'role'>;
  private readonly needed: Gauge;
  private readonly available: Gauge;
  private readonly balance: Gauge;
  private readonly moves: Counter<'kind'>;
  private readonly refused: Counter<'kind' | 'by'>;
  private readonly errors: Counter<'code'>;
  private readonly spent: Counter<'kind'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.games = new Gauge({
      name: 'dispute_games',
      help: 'Games of this account by side and whose move it is, or how they ended',
      labelNames: ['role', 'phase'],
      registers,
    });
    this.clock = new Gauge({
      name: 'dispute_clock_left_seconds',
      help: 'Least time left in a game that waits for this account; absent while none does',
      labelNames: ['role'],
      registers,
    });
    this.needed = new Gauge({
      name: 'dispute_bonds_needed_wei',
      help: 'Bonds for what should be disputed now',
      registers,
    });
    this.available = new Gauge({ name: 'dispute_bonds_available_wei', help: 'What may still be bonded', registers });
    this.balance = new Gauge({
      name: 'dispute_balance_wei',
      help: 'Balance of the account; absent where there is none, or none was read yet',
      registers,
    });
    // A gauge begins at 0, which would be an account without funds.
    this.balance.remove();
    this.moves = new Counter({ name: 'dispute_moves_total', help: 'Transactions', labelNames: ['kind'], registers });
    this.refused = new Counter({
      name: 'dispute_refused_total',
      help: 'Moves that the local EVM refused (rehearsal), so that they were not sent, or L1',
      labelNames: ['kind', 'by'],
      registers,
    });
    this.spent = new Counter({
      name: 'dispute_spent_wei_total',
      help: 'Wei paid for the gas of transactions, reverted ones included',
      labelNames: ['kind'],
      registers,
    });
    // Prometheus sees no increase in a series that begins above 0: the first payment of each kind would count for nothing.
    for (const kind of PAID_KINDS) this.spent.inc({ kind }, 0);
    this.errors = new Counter({ name: 'dispute_errors_total', help: 'Failures', labelNames: ['code'], registers });
  }

  /** Shows where things stand after a look at L1. */
  publish(view: Pick<AgentView, 'balance' | 'games'>, plan: Plan, { games, waiting }: ShownGames): void {
    this.needed.set(Number(plan.bondsNeeded));
    this.available.set(Number(plan.bondsAvailable));
    this.balance.set(Number(view.balance));
    this.games.reset();
    for (const { role, outcome } of view.games) if (outcome !== undefined) this.games.inc({ role, phase: outcome });
    this.clock.reset();
    for (const { view: game, role } of games)
      this.games.inc({ role, phase: moverOf(game) === role ? 'our-move' : 'their-move' });
    const least = new Map<GameStanding['role'], number>();
    for (const { view: game, role } of waiting) {
      const left = Number(game.deadline - game.now);
      least.set(role, Math.min(left, least.get(role) ?? left));
    }
    for (const [role, seconds] of least) this.clock.set({ role }, seconds);
  }

  /** Counts what a player did. */
  event({ type, what, refusedBy }: GameEvent): void {
    if (type === 'moved' || type === 'opened') this.moves.inc({ kind: what });
    if (type === 'refused') this.refused.inc({ kind: what, by: refusedBy ?? 'l1' });
  }

  /** Counts a transaction that is no move. */
  sent(what: string): void {
    this.moves.inc({ kind: kindOf(what) });
  }

  /** Adds the price of a transaction that L1 included, in wei. */
  paid(what: string, wei: bigint): void {
    this.spent.inc({ kind: kindOf(what) }, Number(wei));
  }

  failed(error: unknown): void {
    const { code } = (error ?? {}) as { code?: unknown };
    this.errors.inc({ code: typeof code === 'string' || typeof code === 'number' ? String(code) : 'unknown' });
  }
}

/** The first word says what a transaction is; the rest names game or assertion. */
const kindOf = (what: string): string => what.split(' ')[0] ?? what;
