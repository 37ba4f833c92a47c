import { setTimeout as sleep } from 'node:timers/promises';

/** What a loop does. Pauses in milliseconds. */
export interface PollingParts {
  /** Waited for before the first step; asked for when the loop starts. */
  readonly ready: () => Promise<unknown>;
  /** One look at what there is to do. Returns the pause after it. */
  readonly step: () => Promise<number>;
  /** Told of a step that failed. Returns the pause after it. */
  readonly failed: (error: unknown) => number;
}

/** What a loop with the same pause after every step does. */
export interface SteadyParts {
  readonly ready: () => Promise<unknown>;
  readonly step: () => Promise<void>;
  readonly failed: (error: unknown) => void;
  /** Asked for after each step, milliseconds. */
  readonly pause: () => number;
}

/** Does a step again and again, one after another, with a pause between two, until it is stopped. A step that fails does not end it. */
export class PollingLoop {
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly parts: PollingParts) {}

  /** A loop whose pauses do not depend on what a step did or whether it failed. */
  static steady({ ready, step, failed, pause }: SteadyParts): PollingLoop {
    return new PollingLoop({
      ready,
      step: () => step().then(pause),
      failed: (error) => {
        failed(error);
        return pause();
      },
    });
  }

  /** Given when the loop is stopped; a step that waits for something should stop waiting then. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves once the step that is under way has ended. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this;
    const { ready, step, failed } = this.parts;
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([ready(), stopped]);
    while (!signal.aborted) {
      const pause = await step().catch(failed);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
