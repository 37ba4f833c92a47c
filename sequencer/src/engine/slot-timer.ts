/** Calls at the end of every slot, aligned to the clock; a slow call delays the next one and never overlaps it. */
export class SlotTimer {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly slotMilliseconds: number,
    private readonly onSlot: () => Promise<void>,
  ) {
    this.schedule();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.fire(), this.slotMilliseconds - (Date.now() % this.slotMilliseconds));
  }

  /** A failed slot is reported by the host itself (it halts); the timer only keeps time. */
  private async fire(): Promise<void> {
    await this.onSlot().catch(() => undefined);
    this.schedule();
  }
}
