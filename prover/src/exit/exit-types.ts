import type { Address, Hash, Hex } from 'viem';

/** A transaction that an exit needs now. */
export interface ExitCall {
  readonly what: string;
  readonly to: Address;
  readonly data: Hex;
  /** Wei. */
  readonly value: bigint;
  /** Gas that it is known to need: an estimate below it is not believed. */
  readonly leastGas?: bigint;
  /** Gas that it may take at most; as much as fits in a transaction when absent. */
  readonly mostGas?: bigint;
  /** The one withdrawal that it is for; absent where more depends on it. */
  readonly withdrawal?: Hash;
}

/** What an exit leaves undone, and why. The rest goes on without it. */
export interface ExitUndone {
  readonly what: string;
  readonly reason: string;
  readonly withdrawal: Hash | undefined;
}

/** What an exit waits for, and the L1 time in seconds before which nothing can happen; no time where it depends on others. */
export interface ExitWait {
  readonly what: string;
  readonly notBefore: bigint | undefined;
}

/** The next thing to do for one message or withdrawal. */
export type ExitAction =
  | { readonly kind: 'send'; readonly call: ExitCall }
  | { readonly kind: 'wait'; readonly wait: ExitWait }
  | { readonly kind: 'leave'; readonly undone: ExitUndone };

/** What a look at L1 shows: the call to send now, or else what is left. */
export interface ExitLook {
  readonly call?: ExitCall;
  readonly waits: readonly ExitWait[];
  readonly undone: readonly ExitUndone[];
}

/** How far a withdrawal is. `failed`: finalised, but its call on L1 failed, and portal or messenger keeps the money. */
export type WithdrawalStanding = 'sent' | 'proven' | 'failed' | 'finalised';

/** Where an account's forced messages and withdrawals stand after what could be done now. */
export interface ExitReport {
  readonly account: Address;
  readonly sent: readonly { readonly what: string; readonly hash: Hash }[];
  readonly messages: readonly { readonly index: bigint; readonly state: 'queued' | 'executed' }[];
  readonly withdrawals: readonly {
    readonly hash: Hash;
    readonly blockNumber: bigint;
    /** Wei; 0 for tokens. */
    readonly value: bigint;
    readonly state: WithdrawalStanding;
  }[];
  /** Number of withdrawals of others to the account that were left alone. */
  readonly notTaken: number;
  /** Wrong assertions that still stand: `follow`, and `exit --wait --maximum-bond`, dispute them. */
  readonly wrongAssertions: readonly bigint[];
  readonly waits: readonly ExitWait[];
  readonly undone: readonly ExitUndone[];
  /** Nothing is left to wait for, and nothing undone. */
  readonly done: boolean;
}
