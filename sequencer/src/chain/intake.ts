import type { Outcome } from '../engine/engine-core.js';
import { REJECTION } from '../engine/rejections.js';
import { refuseEntry } from '../engine/wire.js';
import { RejectedTransaction } from './chain.types.js';

/** Bounds of what may be on its way to the engine. */
export interface IntakeLimits {
  readonly transactions: number;
  readonly bytes: number;
  /** Transactions that go to one signature worker at once. */
  readonly chunk: number;
}

/** The two stations behind the intake. */
export interface IntakeStations {
  prepare(wires: readonly Uint8Array[]): Promise<ArrayBuffer>;
  execute(prepared: ArrayBuffer): Promise<Outcome[]>;
}

/** What was submitted together; its outcomes are handed back together. */
interface Submission {
  readonly outcomes: Outcome[];
  missing: number;
  readonly resolve: (outcomes: readonly Outcome[]) => void;
}

interface Waiting {
  readonly wire: Uint8Array;
  readonly submission: Submission;
  readonly place: number;
}

/**
 * Gathers single submissions into batches, keeps their order through the parallel signature workers, and refuses with
 * `limit exceeded` before memory grows.
 */
export class Intake {
  private readonly waiting: Waiting[] = [];
  private scheduled = false;
  private order: Promise<void> = Promise.resolve();
  private transactions = 0;
  private bytes = 0;
  private closed: string | undefined;
  private held: string | undefined;

  constructor(
    private readonly stations: IntakeStations,
    private readonly limits: IntakeLimits,
    private readonly overloaded: () => boolean = () => false,
  ) {}

  /** Transactions on their way. */
  get load(): number {
    return this.transactions;
  }

  /** Submits one entry (docs/spec/transactions.md). Never rejects: refusals are outcomes. */
  async submit(wire: Uint8Array): Promise<Outcome> {
    const [outcome] = await this.submitAll([wire]);
    return outcome!;
  }

  /** Submits entries in their order; the outcomes stand in the same. One promise for all of them, since there are thousands a second. */
  submitAll(wires: readonly Uint8Array[]): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      const submission: Submission = { outcomes: new Array<Outcome>(wires.length), missing: wires.length, resolve };
      if (wires.length === 0) resolve([]);
      const overloaded = this.overloaded();
      for (let place = 0; place < wires.length; place++)
        this.take({ wire: wires[place]!, submission, place }, overloaded);
    });
  }

  /** Refuses everything until `release`. */
  hold(reason: string): void {
    this.held = reason;
  }

  release(): void {
    this.held = undefined;
  }

  /** Refuses everything from now on. */
  close(reason: string): void {
    this.closed = reason;
  }

  /** Resolves when everything admitted has its outcome. */
  async drained(): Promise<void> {
    while (this.transactions > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  private take(waiting: Waiting, overloaded: boolean): void {
    const refusal = this.refuse(waiting.wire, overloaded);
    if (refusal) return answer(waiting, refusal);
    this.transactions += 1;
    this.bytes += waiting.wire.length;
    this.waiting.push(waiting);
    this.schedule();
  }

  private refuse(wire: Uint8Array, overloaded: boolean): RejectedTransaction | undefined {
    const reason = this.closed ?? this.held;
    if (reason)
      return new RejectedTransaction(REJECTION.unavailable, `the node does not accept transactions: ${reason}`);
    const { transactions, bytes } = this.limits;
    if (this.transactions >= transactions || this.bytes + wire.length > bytes || overloaded) {
      return new RejectedTransaction(
        REJECTION.busy,
        `limit exceeded: ${transactions} transactions are on their way, try again later`,
      );
    }
    return refuseEntry(wire);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    while (this.waiting.length > 0) this.dispatch(this.waiting.splice(0, this.limits.chunk));
  }

  /** Preparation runs in parallel; the engine gets the batches in the order in which they came. */
  private dispatch(batch: Waiting[]): void {
    const prepared = this.stations.prepare(batch.map(({ wire }) => wire));
    prepared.catch(() => undefined);
    this.order = this.order
      .then(() => prepared)
      .then(
        (buffer) => this.settle(batch, this.stations.execute(buffer)),
        (error: unknown) => this.settle(batch, Promise.reject(error)),
      );
  }

  /** Not awaited by the next batch: the engine works on one while the disk syncs another. */
  private settle(batch: Waiting[], outcomes: Promise<Outcome[]>): void {
    outcomes
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        const refusal = new RejectedTransaction(
          REJECTION.unavailable,
          `the node does not accept transactions: ${reason}`,
        );
        return batch.map(() => refusal);
      })
      .then((list) => {
        for (const [place, waiting] of batch.entries()) {
          this.transactions -= 1;
          this.bytes -= waiting.wire.length;
          answer(waiting, list[place]!);
        }
      });
  }
}

function answer({ submission, place }: Waiting, outcome: Outcome): void {
  submission.outcomes[place] = outcome;
  submission.missing -= 1;
  if (submission.missing === 0) submission.resolve(submission.outcomes);
}
