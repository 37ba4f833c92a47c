import type { L1Heads } from '@metachain/bridge';
import type { Hash } from 'viem';

import type { CrossCheckStatus } from '../check/check-messages.js';
import type { Boundary } from '../replay/boundary.js';

/** A wrong assertion, with both tuples. */
export interface WrongAssertion {
  readonly id: bigint;
  readonly itemIndex: bigint;
  readonly asserted: Hash;
  readonly derived: Hash;
  readonly reasons: readonly string[];
}

/** What `/status` shows. */
export interface ProverStatus {
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly reason: string;
  readonly l1: L1Heads & { readonly read: bigint };
  readonly items: number;
  readonly messages: number;
  readonly boundary: Boundary;
  readonly assertions: { readonly seen: number; readonly compared: number; readonly wrong: readonly WrongAssertion[] };
  /** How far the stepper agrees with the replay; undefined where it does not run beside it. */
  readonly crossCheck: CrossCheckStatus | undefined;
  /** Of all items since the start. */
  readonly transactionsPerSecond: number;
  readonly lastError: string | undefined;
}
