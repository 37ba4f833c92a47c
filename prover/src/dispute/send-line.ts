import { setTimeout as sleep } from 'node:timers/promises';

import {
  type L1Account,
  type L1Receipt,
  type L1Request,
  L1RequestWithdrawnError,
  L1TransactionRefusedError,
} from '@metachain/bridge';

import { DisputeError } from '../errors.js';
import { Turns } from './turns.js';

/** A transaction on its way. */
interface Flight {
  readonly nonce: number;
  readonly landed: Promise<L1Receipt>;
  /** Only of what was sent alone: gives it up, so that what is sent at its nonce next outbids it. */
  readonly giveUp?: () => void;
  /** Milliseconds of this machine's clock when it was sent. */
  readonly since: number;
}

/** Unless told otherwise: a few blocks of L1. */
const STUCK_MILLISECONDS = 45_000;

/**
 * What one account has sent and L1 has not included yet. The next transaction gets the nonce after the last of them, so that none waits for
 * another's receipt; all of one account go on L1 in the order in which they were sent. What was sent alone is no move of a game: what comes after it
 * waits until it is mined, but takes its place when it is stuck, because nothing behind it would ever be mined, and clocks run. Nothing has to survive a crash: L1 tells what was mined.
 */
export class SendLine {
  private readonly flying = new Map<string, Flight>();
  private readonly turns = new Turns();

  /** @param stuckMilliseconds how long what was sent alone may keep others waiting */
  constructor(
    private readonly account: L1Account,
    private readonly stuckMilliseconds = STUCK_MILLISECONDS,
  ) {}

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
   * on before another transaction of the account was mined is then void. With `alone` it is only sent there, and given up where it keeps others
   * waiting too long. Throws DisputeError where it may not
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
      const place = await this.place();
      const { withdrawn, giveUp } = alone ? revocable() : {};
      const placed = { ...request, ...place, ...(withdrawn && { withdrawn }) };
      const { nonce, receipt } = await this.account.dispatch(placed, noRecord, signal);
      const landed = receipt.finally(() => this.flying.delete(key));
      this.flying.set(key, { nonce, landed, since: Date.now(), ...(giveUp && { giveUp }) });
      // Who sent it hears of a failure from `receipt`; nobody has to listen.
      landed.catch(() => undefined);
      return { receipt: landed };
    });
  }

  /** Gives up what was sent alone, where it is stuck: what is sent next takes its place. Returns its name. */
  giveUpStuck(): Promise<string | undefined> {
    return this.turns.run(async () => {
      const [name, flight] = [...this.flying].find(([, { giveUp }]) => giveUp !== undefined) ?? [];
      if (flight === undefined || this.patienceWith(flight) > 0) return undefined;
      const { nonce } = await outcomeOf(flight);
      return nonce === flight.nonce ? name : undefined;
    });
  }

  private async place(): Promise<Pick<L1Request, 'nonce'>> {
    const flights = [...this.flying.values()];
    const [first] = flights;
    if (first === undefined) return {};
    if (first.giveUp === undefined) return { nonce: Math.max(...flights.map(({ nonce }) => nonce)) + 1 };
    await patiently(first.landed, this.patienceWith(first)).catch(() => undefined);
    return outcomeOf(first);
  }

  private patienceWith({ since }: Flight): number {
    return Math.max(0, since + this.stuckMilliseconds - Date.now());
  }
}

/** Gives up a transaction if it can be: the place of what is sent next. */
async function outcomeOf({ nonce, landed, giveUp }: Flight): Promise<Pick<L1Request, 'nonce'>> {
  giveUp?.();
  return landed.then(
    () => ({ nonce: nonce + 1 }),
    (error: unknown) => placeAfter(nonce, error),
  );
}

/** The place after a transaction that failed: its own where it was given up; unknown where nobody knows what became of it. */
function placeAfter(nonce: number, error: unknown): Pick<L1Request, 'nonce'> {
  if (error instanceof L1RequestWithdrawnError) return { nonce };
  return error instanceof L1TransactionRefusedError ? { nonce: nonce + 1 } : {};
}

/** A request that can be given up after it was sent. */
function revocable() {
  let reason: string | undefined;
  const giveUp = () => void (reason = 'it is stuck, and another transaction takes its place');
  return { withdrawn: async () => reason, giveUp };
}

const noRecord = async (): Promise<void> => undefined;

/** Waits for work, but no longer than some milliseconds. Throws what the work throws by then. */
export async function patiently(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const stop = new AbortController();
  const timeout = sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined);
  await Promise.race([work, timeout]).finally(() => stop.abort());
}
