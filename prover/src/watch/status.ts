import type { L1Heads } from '@metachain/bridge';
import type { Hash } from 'viem';

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
  /** Of all items since the start. */
  readonly transactionsPerSecond: number;
  readonly lastError: string | undefined;
}
