interface Waiting {
  readonly urgency: () => number;
  readonly begin: () => void;
}

/** Does long work, a few pieces at once; of those that wait, the most urgent one is begun next. */
export class Lane {
  private readonly waiting: Waiting[] = [];
  private running = 0;

  /** @param width pieces at once */
  constructor(private readonly width: number) {}

  /** @param urgency the lowest comes first; asked anew each time a place is free */
  run<T>(work: () => Promise<T>, urgency: () => number): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin = () =>
        void work()
          .then(resolve, reject)
          .finally(() => this.leave());
      this.waiting.push({ urgency, begin });
      this.next();
    });
  }

  private leave(): void {
    this.running--;
    this.next();
  }

  private next(): void {
    if (this.running >= this.width || this.waiting.length === 0) return;
    const urgencies = this.waiting.map(({ urgency }) => urgency());
    const [first] = this.waiting.splice(urgencies.indexOf(Math.min(...urgencies)), 1);
    this.running++;
    first!.begin();
  }
}
