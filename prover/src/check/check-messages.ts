import type { Hash, Hex } from 'viem';
import type { UnitTrace } from './unit-trace.js';

/** Words of items or messages that the worker has not seen yet, from a number on. */
export interface NewWords {
  readonly from: number;
  readonly words: readonly Uint8Array[];
}

/** Begin at a state: `key || value` records of 64 bytes, and the root they must have. */
export interface StartMessage {
  readonly type: 'start';
  readonly generation: number;
  readonly records: Uint8Array;
  readonly stateRoot: Hex;
}

/** Run the units of one item. */
export interface CheckMessage {
  readonly type: 'check';
  readonly generation: number;
  readonly item: bigint;
  readonly items: NewWords;
  readonly messages: NewWords;
  readonly payload: Uint8Array;
  readonly units: readonly UnitTrace[];
}

export type ToWorker = StartMessage | CheckMessage;

/** The stepper agrees with V8 about every unit of the item. */
export interface CheckedMessage {
  readonly type: 'checked';
  readonly generation: number;
  readonly steps: bigint;
  readonly seconds: number;
}

/** It does not: nothing may be asserted from here on. */
export interface MismatchMessage {
  readonly type: 'mismatch';
  readonly generation: number;
  readonly offset: number;
  readonly difference: string;
}

export type FromWorker = CheckedMessage | MismatchMessage;

/** What the operator and the proposer see. */
export interface CrossCheckStatus {
  /** Items below it were run in the stepper, with the outcome that V8 had. */
  readonly item: bigint;
  /** State at that boundary, zero and undefined before the start. */
  readonly itemHash: Hash;
  readonly stateRoot: Hex;
  readonly headerHash: Hash;
  /** Items replayed in V8 that wait for the stepper. */
  readonly pending: number;
  readonly stepsPerSecond: number;
  readonly mismatch: { readonly item: bigint; readonly offset: number; readonly difference: string } | undefined;
  /** Why the stepper runs no more, where it does not. */
  readonly stopped: string | undefined;
}
