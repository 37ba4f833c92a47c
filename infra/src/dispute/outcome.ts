/** Something that must be so at the end of a play. */
export interface Check {
  readonly what: string;
  readonly held: boolean;
}

/** What a play came to. */
export interface Outcome {
  readonly name: string;
  /** Transactions of the game, opening included. */
  readonly moves: number;
  /** Gas of the game's transactions, assertions not included. */
  readonly gasHonest: bigint;
  readonly gasLiar: bigint;
  /** Gas of the assertions: the wrong one and the right one beside it, or the honest one. */
  readonly gasAssertions: bigint;
  /** From the assertion (or challenge) of the liar to the first move against it, and to the verdict, milliseconds. */
  readonly firstMoveMs: number;
  readonly verdictMs: number;
  readonly decidedBy: 'the step on L1' | 'the clock';
  readonly checks: readonly Check[];
}
