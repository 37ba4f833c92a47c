import { formatEther } from 'viem';

/** Share of a day of spend is measured over this long at most, seconds. */
const MEASURED_SECONDS = 86_400;
/** What was spent in the first minutes says little about a day. */
const LEAST_MEASURED_SECONDS = 3_600;
/** Operators want to be woken this long before the account is empty. */
const RESERVE_DAYS = 3n;

/** What the poster has and what it should have, wei. */
export interface Funds {
  readonly balance: bigint;
  /** Below it the alarm is raised. */
  readonly threshold: bigint;
  readonly spentPerDay: bigint;
  readonly low: boolean;
}

interface Payment {
  readonly wei: bigint;
  /** Seconds of L1. */
  readonly time: number;
}

/** Judges a balance by what batches have cost lately. */
export class SpendMeter {
  private payments: Payment[] = [];
  private first: number | undefined;

  constructor(private readonly minimumWei: bigint) {}

  /** A batch was paid for at `time`, seconds of L1; in the order of L1. */
  paid(wei: bigint, time: number): void {
    this.first ??= time;
    this.payments = this.payments.filter((payment) => payment.time > time - MEASURED_SECONDS);
    this.payments.push({ wei, time });
  }

  /** Threshold: the configured minimum, or three days at the spend of the last day, whichever is more. `now` in seconds of L1. */
  judge(balance: bigint, now: number): Funds {
    const spentPerDay = this.perDay(now);
    const reserve = RESERVE_DAYS * spentPerDay;
    const threshold = reserve > this.minimumWei ? reserve : this.minimumWei;
    return { balance, threshold, spentPerDay, low: balance < threshold };
  }

  private perDay(now: number): bigint {
    const recent = this.payments.filter(({ time }) => time > now - MEASURED_SECONDS);
    const known = now - (this.first ?? now);
    const seconds = Math.min(Math.max(known, LEAST_MEASURED_SECONDS), MEASURED_SECONDS);
    const spent = recent.reduce((sum, { wei }) => sum + wei, 0n);
    return (spent * BigInt(MEASURED_SECONDS)) / BigInt(Math.floor(seconds));
  }
}

/** In words, for operators. */
export function describeFunds(funds: Funds | undefined): string {
  if (!funds) return 'balance unknown';
  const [balance, threshold] = [formatEther(funds.balance), formatEther(funds.threshold)];
  return funds.low
    ? `balance of ${balance} ether is LOW, it should be ${threshold}`
    : `balance ${balance} ether, ${threshold} needed`;
}
