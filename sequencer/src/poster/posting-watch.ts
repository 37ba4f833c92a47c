import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { MAX_BLOCK_AGE_SECONDS } from './batch-planner.js';
import { describeFunds, type Funds, SpendMeter } from './funds.js';
import type { PosterParts } from './poster.tokens.js';

/** From these shares of the window on somebody is told, and called. */
const WARN_RATIO = 0.5;
const ALARM_RATIO = 0.8;
/** Looks at the account for each look at L1. */
const POLLS_BETWEEN = 5;

/** How much of the time is used within which L1 takes a block as it is. */
export type WindowLevel = 'normal' | 'warning' | 'alarm';

/** What the watch needs to know. */
export interface WatchedPoster {
  /** Time of the oldest block that is not on L1, seconds. */
  oldest(): bigint | undefined;
  /** Seconds; the later of this node's clock and L1's. */
  now(): bigint;
}

/**
 * Looks at the poster's balance and at the age of what waits, whether or not a batch is due: an idle node runs dry as well, and one that
 * cannot post says so before L1 would date its blocks anew.
 */
export class PostingWatch {
  private readonly logger = new Logger('Poster');
  private readonly meter: SpendMeter;
  private known: Funds | undefined;
  private told: WindowLevel = 'normal';

  constructor(
    private readonly parts: Pick<PosterParts, 'account' | 'alarmWei' | 'onFunds' | 'pollMilliseconds'>,
    private readonly poster: WatchedPoster,
  ) {
    this.meter = new SpendMeter(parts.alarmWei);
  }

  /** As of the last look; undefined before the first. */
  get funds(): Funds | undefined {
    return this.known;
  }

  /** Share of the sequencing window that the oldest unposted block has used; 0 = none waits. */
  get windowUsed(): number {
    const oldest = this.poster.oldest();
    if (oldest === undefined) return 0;
    return Math.max(0, Number(this.poster.now() - oldest)) / Number(MAX_BLOCK_AGE_SECONDS);
  }

  /** Whether somebody must be told, or called. */
  get level(): WindowLevel {
    const used = this.windowUsed;
    return used > ALARM_RATIO ? 'alarm' : used > WARN_RATIO ? 'warning' : 'normal';
  }

  /** A batch was paid for at `time`, seconds of L1. */
  paid(wei: bigint, time: bigint): void {
    this.meter.paid(wei, Number(time));
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.checkWindow();
      await this.checkFunds().catch(() => undefined);
      await sleep(POLLS_BETWEEN * this.parts.pollMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Reads the balance and raises the alarm where it is low. Fails: L1UnavailableError. */
  async checkFunds(): Promise<Funds> {
    const { account, onFunds } = this.parts;
    const before = this.known?.low ?? false;
    const funds = this.meter.judge(await account.balance(), Number(this.poster.now()));
    this.known = funds;
    onFunds(funds);
    if (funds.low !== before) this.tell(funds);
    return funds;
  }

  /** Says when the level changes; what follows from it is in the readiness and the metrics. */
  private checkWindow(): void {
    const { level } = this;
    if (level === this.told) return;
    const line = { event: 'sequencing_window', level, usedPercent: Math.round(this.windowUsed * 100) };
    if (level === 'alarm') this.logger.error(line);
    else if (level === 'warning') this.logger.warn(line);
    else this.logger.log(line);
    this.told = level;
  }

  private tell(funds: Funds): void {
    const { address } = this.parts.account;
    const line = { address, balanceWei: funds.balance.toString(), thresholdWei: funds.threshold.toString() };
    if (funds.low) this.logger.error({ event: 'poster_funds_low', ...line, reason: describeFunds(funds) });
    else this.logger.log({ event: 'poster_funds_restored', ...line });
  }
}
