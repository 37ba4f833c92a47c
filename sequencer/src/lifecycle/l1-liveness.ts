import { setTimeout as sleep } from 'node:timers/promises';
import type { L1FeedService } from '../l1/l1-feed.service.js';

/** Longest time that a question about readiness waits for L1: the answer itself must come in time. */
const PATIENCE_MILLISECONDS = 1_000;
const PROBES_PER_LIMIT = 4;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/** Whether L1 answers. Asked, it asks L1 again now and then; it never waits for L1 longer than a second. */
export class L1Liveness {
  private lastAnswer = Date.now();
  private lastProbe = 0;
  private probing: Promise<void> | undefined;

  constructor(
    private readonly l1: Pick<L1FeedService, 'probe'>,
    private readonly limitMilliseconds: number,
  ) {}

  /** Milliseconds since L1 last answered. */
  get silence(): number {
    return Date.now() - this.lastAnswer;
  }

  /** Whether it has answered lately. */
  get alive(): boolean {
    return this.silence < this.limitMilliseconds;
  }

  /** Asks L1 if it is time to. */
  async probe(): Promise<void> {
    const pause = Math.min(this.limitMilliseconds / PROBES_PER_LIMIT, LONGEST_PAUSE_MILLISECONDS);
    if (this.probing === undefined && Date.now() - this.lastProbe < pause) return;
    this.probing ??= this.ask();
    await Promise.race([this.probing, sleep(PATIENCE_MILLISECONDS, undefined, { ref: false })]);
  }

  private async ask(): Promise<void> {
    try {
      await this.l1.probe();
      this.lastAnswer = Date.now();
    } catch {
      // Silence is what is measured here; the endpoints' failures are counted where they happen.
    } finally {
      this.lastProbe = Date.now();
      this.probing = undefined;
    }
  }
}
