import type { Address, Hash, Hex } from 'viem';

import type { UnitState } from '../machine/judge/local-judge.js';

/** How games end, in the order of the contract, in which zero stands for none of these. */
export const OUTCOMES = ['challengerWon', 'asserterWon', 'void'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whose move it is in a game, or how it ended. */
export type Phase = 'challengerMoves' | 'asserterMoves' | Outcome;

/** Levels in the order of the contract: units of proof of an assertion, steps of one unit. */
export const LEVELS = ['units', 'steps'] as const;
export type Level = (typeof LEVELS)[number];

/** Sides of a game. */
export type Role = 'challenger' | 'asserter';

/**
 * What one party believes about an assertion: states after each unit since its parent, and the machine inside each unit. The honest
 * trace comes from L1 data alone (`HonestTrace`); a liar wraps another trace and answers some questions otherwise (`deviate`).
 * Everything is deterministic: a trace asked again after a restart answers the same.
 */
export interface Trace {
  /** Hash of the state tuple after `unit` units; beyond the end of the assertion it stays as it is. */
  tupleAt(unit: bigint): Promise<Hash>;
  /** Preimage of that tuple (its program is the parent's). */
  stateAt(unit: bigint): Promise<UnitState>;
  /** The machine in the unit that starts after `unit` units. Only for units that start before the assertion's end. */
  unit(unit: bigint): Promise<UnitTrace>;
}

/** What a party believes about one unit. */
export interface UnitTrace {
  readonly start: UnitState;
  /** Steps after which the machine has stopped, 1 to 2^32. */
  readonly steps: bigint;
  /** Machine hash after `step` steps; a machine that has stopped stays as it is. */
  hashAt(step: bigint): Promise<Hash>;
  /** Header words and frame of the machine after `steps` steps, as `finish` reads them. */
  finalProof(): Promise<Hex>;
  /** Proof of the step that follows `step` steps (docs/spec/machine.md, "Step proof"). */
  stepProof(step: bigint): Promise<Hex>;
  /** Machine hash after that step by the judge's own bytecode in a local EVM. Absent where nobody rehearses. */
  rehearse?(step: bigint): Promise<Hash>;
}

/** A game as L1 has it, all read at one block. Times in seconds. */
export interface GameView {
  readonly id: bigint;
  readonly assertionId: bigint;
  readonly challenger: Address;
  readonly asserter: Address;
  readonly phase: Phase;
  /** Whose turn it is, as the contract commits to it. */
  readonly turn: bigint;
  /** Until when who is to move may move. */
  readonly deadline: bigint;
  /** Time of the L1 block that was read. */
  readonly now: bigint;
  /** Seconds on the clocks at that time; 0 once the game is over. */
  readonly challengerLeft: number;
  readonly asserterLeft: number;
  /** Whether the assertion's bond can still be lost: else the game is void. */
  readonly atStake: boolean;
  /** Program that the disputed units ran under. */
  readonly program: Hash;
  /** Item at which the assertion ends. */
  readonly endItem: bigint;
  /** Segments of a move. */
  readonly degree: bigint;
  /** What the last mover claims; at first what the assertion does. */
  readonly section: StandingSection;
}

/** A stretch of a trace and the hashes at the ends of its segments, the start of the first one included. */
export interface ShownSection {
  readonly level: Level;
  /** Units or steps. */
  readonly length: bigint;
  readonly hashes: readonly Hash[];
}

/** The section that stands. */
export interface StandingSection extends ShownSection {
  /** Units since the parent, or steps since the start of `unit`, before the section. */
  readonly offset: bigint;
  /** The disputed unit; undefined at level units. */
  readonly unit: bigint | undefined;
}

/** A call of the game contract. The first of `hashes` is the one at the start of the disputed segment. */
export type Move =
  | { readonly kind: 'split'; readonly index: number; readonly hashes: readonly Hash[] }
  | {
      readonly kind: 'enterUnit';
      readonly index: number;
      readonly start: UnitState;
      readonly steps: bigint;
      readonly finalProof: Hex;
      readonly hashes: readonly Hash[];
    }
  | { readonly kind: 'proveEnd'; readonly index: number; readonly start: UnitState }
  | {
      readonly kind: 'proveStep';
      readonly index: number;
      readonly proof: Hex;
      /** Steps before the one that is proven. */
      readonly step: bigint;
    }
  | { readonly kind: 'claimTimeout' }
  | { readonly kind: 'dismiss' };

/** What to do in a game now. */
export type Decision =
  { readonly move: Move; readonly reason?: undefined } | { readonly move: undefined; readonly reason: IdleReason };

/** Why there is nothing to do: the game is over, it is the other's move, the own clock ran out, or the trace agrees with all that stands. */
export type IdleReason = 'over' | 'not-our-move' | 'out-of-time' | 'nothing-disputed';

/** What a player did or saw, in order; for logs and demonstrations. */
export interface GameEvent {
  readonly type: 'moved' | 'would-move' | 'refused' | 'ended' | 'opened';
  readonly game: bigint;
  readonly assertion: bigint;
  readonly role: Role;
  /** Kind of the move, or `open`; for `ended` how the game ended. */
  readonly what: Move['kind'] | 'open' | Phase;
  readonly level: Level;
  /** The stretch of the trace that is disputed now: units since the parent, or steps of the disputed unit. */
  readonly range: { readonly from: bigint; readonly length: bigint; readonly unit: bigint | undefined };
  /** Moves of both sides that are left at most, this one not counted. */
  readonly movesLeft: number;
  /** Gas of the transaction; 0 where none was sent. */
  readonly gas: bigint;
  readonly transaction: Hash | undefined;
  /** Seconds left on the clocks at the time of the block that was read. */
  readonly clocks: { readonly challenger: bigint; readonly asserter: bigint };
  /** Why a move was refused, and by whom: the local EVM, so that it was not sent, or L1, before or after it was. */
  readonly reason?: string;
  readonly refusedBy?: 'rehearsal' | 'l1';
}
