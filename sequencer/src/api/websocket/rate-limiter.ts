/** Token bucket per client: `rate` calls a second, at most one second's worth at once. Idle clients are forgotten. */
export class RateLimiter {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private sweptAt = 0;

  /** `now` in milliseconds. */
  constructor(
    private readonly rate: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** True if the client may make one more call. */
  take(client: string): boolean {
    const now = this.now();
    this.sweep(now);
    const bucket = this.buckets.get(client) ?? { tokens: this.rate, at: now };
    bucket.tokens = Math.min(this.rate, bucket.tokens + ((now - bucket.at) / 1_000) * this.rate);
    bucket.at = now;
    this.buckets.set(client, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < 10_000) return;
    this.sweptAt = now;
    for (const [client, { at }] of this.buckets) if (now - at > 10_000) this.buckets.delete(client);
  }
}
