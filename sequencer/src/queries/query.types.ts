import type { StateDiff } from '@metachain/program';
import type { Hex } from 'viem';

/** What a query thread is started with. */
export interface QueryWorkerOptions {
  readonly genesis: string;
  readonly window: number;
  /** Snapshot file to start from; undefined = genesis. */
  readonly snapshot: string | undefined;
}

/** A block as query threads learn it. */
export interface QueryBlock {
  readonly number: bigint;
  readonly hash: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
  readonly diff: StateDiff;
}
