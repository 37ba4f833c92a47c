/** Runs asynchronous work one piece after another, in the order in which it was handed in. A piece that fails does not hold up the next. */
export class Turns {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Whether a piece runs or waits. */
  get busy(): boolean {
    return this.waiting > 0;
  }

  /** Runs `work` when everything before it is done, and passes on what it gives or fails with. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    const turn = this.tail.then(work).finally(() => (this.waiting -= 1));
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when nothing runs or waits, also of what was handed in meanwhile. */
  async idle(): Promise<void> {
    while (this.busy) await this.tail;
  }
}
