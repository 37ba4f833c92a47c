import { RejectedTransaction } from '../chain/chain.types.js';
import { EngineHaltedError } from './engine.errors.js';
import { REJECTION } from './rejections.js';

/** The first fault ends the work of the engine until a restart: what is in memory may no longer be what is on disk. */
export class HaltSwitch {
  private halted: string | undefined;

  /** `told` hears of the first fault. */
  constructor(private readonly told: (reason: string) => void) {}

  /** Why nothing is accepted or sealed any more, if so. */
  get reason(): string | undefined {
    return this.halted;
  }

  readonly halt = (error: unknown): void => {
    if (this.halted !== undefined) return;
    this.halted = error instanceof Error ? error.message : String(error);
    this.told(this.halted);
  };

  /** Does `work` unless there was a fault before; one of its own is the first, and is passed on. Fails: EngineHaltedError. */
  async guard(work: () => Promise<void>): Promise<void> {
    if (this.halted !== undefined) throw new EngineHaltedError(this.halted);
    try {
      await work();
    } catch (error) {
      this.halt(error);
      throw error;
    }
  }

  /** The answer to a transaction after a fault. */
  refusal(): RejectedTransaction {
    return new RejectedTransaction(REJECTION.unavailable, `the node does not accept transactions: ${this.halted}`);
  }
}
