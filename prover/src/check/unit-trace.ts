import type { Position, UnitResult } from '@metachain/program';
import type { Hex } from 'viem';

/** What V8 made of one unit, as far as L1 would see it. */
export interface UnitTrace {
  readonly position: Position;
  readonly trapped: boolean;
  /** Undefined where no block was sealed. */
  readonly sealed: { readonly stateRoot: Hex; readonly logHash: Hex } | undefined;
  readonly next: Position;
}

/** Keeps what is compared later; blocks themselves may be large. */
export const traceOf = (position: Position, { block, trapped, next }: UnitResult): UnitTrace => ({
  position,
  trapped,
  sealed: block && { stateRoot: block.stateRoot, logHash: block.logHash },
  next,
});
