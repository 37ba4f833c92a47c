import { setTimeout as sleep } from 'node:timers/promises';

import type { L1Account, L1Receipt, L1Request } from '@metachain/bridge';

import { DisputeError } from '../errors.js';
import { Turns } from './turns.js';

/**
 * What one account has sent and L1 has not included yet. The next transaction gets the nonce after the last of them, so that none waits for
 * another's receipt; all of one account go on L1 in the order in which they were sent. Nothing has to survive a crash: L1 tells what was mined.
 */
export class SendLine {
  private readonly flying = new Map<string, number>();
  private readonly turns = new Turns();

  constructor(private readonly account: L1Account) {}

  /** Transactions on their way. */
  get size(): number {
    return this.flying.size;
  }

  /** Whether the one of this name is on its way. */
  has(key: string): boolean {
    return this.flying.has(key);
  }

  /**
   * Sends a transaction; resolves once it is sent, which `receipt` is not. Its own nonce counts where nothing is on its way: what was decided
   * on before another transaction of the account was mined is then void. With `alone` it is only sent there. Throws DisputeError where it may not
   * be sent now, and what `L1Account.dispatch` throws.
   */
  send(
    key: string,
    request: L1Request,
    signal: AbortSignal,
    alone = false,
  ): Promise<{ readonly receipt: Promise<L1Receipt> }> {
    return this.turns.run(async () => {
      if (this.flying.has(key) || (alone && this.flying.size > 0))
        throw new DisputeError(`${request.what} waits for what is on its way`);
      const after = this.size === 0 ? {} : { nonce: Math.max(...this.flying.values()) + 1 };
      const { nonce, receipt } = await this.account.dispatch({ ...request, ...after }, noRecord, signal);
      this.flying.set(key, nonce);
      const landed = receipt.finally(() => this.flying.delete(key));
      // Who sent it hears of a failure from `receipt`; nobody has to listen.
      landed.catch(() => undefined);
      return { receipt: landed };
    });
  }
}

const noRecord = async (): Promise<void> => undefined;

/** Waits for work, but no longer than some milliseconds. Throws what the work throws by then. */
export async function patiently(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const stop = new AbortController();
  const timeout = sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined);
  await Promise.race([work, timeout]).finally(() => stop.abort());
}
