import { Worker } from 'node:worker_threads';
import { StepperEndedError } from '../errors.js';
import type { Boundary } from '../replay/boundary.js';
import type { ItemReplay } from '../replay/replayer.js';
import type { CheckedRecord } from './checked-record.js';
import type { CheckMessage, CrossCheckStatus, FromWorker, NewWords, ToWorker } from './check-messages.js';
import type { UnitTrace } from './unit-trace.js';

/** An item as V8 replayed it. */
interface ReplayedItem {
  readonly index: bigint;
  readonly payload: Uint8Array;
  readonly units: readonly UnitTrace[];
  /** The boundary after it. */
  readonly boundary: Boundary;
}

/** A state whose records can be copied. */
export interface Contents {
  readonly state: { readonly store: { contents(): Uint8Array } };
}

/** Words of all items and messages that L1 has, live. */
export interface KnownInputs {
  readonly items: readonly { readonly words: Uint8Array }[];
  readonly messages: readonly { readonly words: Uint8Array }[];
}

/** Where items are run in the stepper: a thread, or a session in a test. */
export interface CheckThread {
  post(message: ToWorker): void;
  onAnswer(listener: (answer: FromWorker) => void): void;
  onEnd(listener: (error: Error) => void): void;
  close(): Promise<unknown>;
}

/** Who is told what came out. */
export interface CrossCheckEvents {
  checked(boundary: Boundary, steps: bigint, seconds: number): void;
  mismatch(mismatch: NonNullable<CrossCheckStatus['mismatch']>): void;
  /** The thread ended; items stay unchecked until a restart. */
  ended(error: Error): void;
}

/** Bytes of payload that may wait for the stepper; beyond them replay waits. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;

/** About a kilobyte for each key of the state (docs/proof.md): enough for several million. */
const MAX_HEAP_MEGABYTES = 8_192;

/** Opens a worker thread that steps the program of this build. */
export function openCheckThread(): CheckThread {
  const worker = new Worker(new URL('./check-worker.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MEGABYTES },
  });
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    onAnswer: (listener) => void worker.on('message', listener),
    onEnd: (listener) =>
      void worker
        .on('error', (error) => listener(error as Error))
        .on('exit', (code) => code !== 0 && listener(new StepperEndedError(code))),
    close: () => worker.terminate(),
  };
}

/**
 * Runs every unit that V8 replayed in the stepper as well, behind the replay and in order, on a state of its own. What it has passed may be
 * asserted: a dispute about it would find the same outcome on L1.
 */
export class CrossCheck {
  #generation = 0;
  #checked: Boundary | undefined;
  #queue: ReplayedItem[] = [];
  #running: ReplayedItem | undefined;
  #waitingBytes = 0;
  #mismatch: CrossCheckStatus['mismatch'];
  #stopped: string | undefined;
  #known = { items: 0, messages: 0 };
  #total = { steps: 0n, seconds: 0 };
  #room: (() => void)[] = [];

  constructor(
    private readonly thread: CheckThread,
    private readonly record: CheckedRecord,
    private readonly inputs: KnownInputs,
    private readonly events: CrossCheckEvents,
  ) {
    thread.onAnswer((answer) => this.#answer(answer));
    thread.onEnd((error) => {
      if (this.#stopped !== undefined) return;
      this.#stop(error.message);
      events.ended(error);
    });
  }

  get status(): CrossCheckStatus | undefined {
    if (this.#checked === undefined) return undefined;
    const { item, itemHash, stateRoot, headerHash } = this.#checked;
    const { steps, seconds } = this.#total;
    return {
      item,
      itemHash,
      stateRoot,
      headerHash,
      pending: this.#queue.length + (this.#running === undefined ? 0 : 1),
      stepsPerSecond: seconds === 0 ? 0 : Math.round(Number(steps) / seconds),
      mismatch: this.#mismatch,
      stopped: this.#stopped,
    };
  }

  /** Whether everything that was handed over has been passed. */
  get caughtUp(): boolean {
    return (
      this.#mismatch === undefined &&
      this.#stopped === undefined &&
      this.#queue.length === 0 &&
      this.#running === undefined
    );
  }

  /** Whether everything below a boundary passed, in this run or an earlier one. */
  covers(boundary: Boundary): boolean {
    return this.record.covers(boundary);
  }

  /** Begins at a state that needs no check: genesis, or one that passed before. */
  start(boundary: Boundary, { state }: Contents): void {
    this.#generation++;
    this.#queue = [];
    this.#running = undefined;
    this.#waitingBytes = 0;
    this.#mismatch = undefined;
    this.#checked = boundary;
    this.#known = { items: 0, messages: 0 };
    const records = state.store.contents();
    this.thread.post({ type: 'start', generation: this.#generation, records, stateRoot: boundary.stateRoot });
    this.#wake();
  }

  /** Hands over the next item. Resolves when there is room for another. */
  async add(index: bigint, payload: Uint8Array, { trace: units, boundary }: ItemReplay): Promise<void> {
    this.#queue.push({ index, payload, units, boundary });
    this.#waitingBytes += payload.length;
    this.#next();
    while (this.#waitingBytes > MAX_WAITING_BYTES && this.#mismatch === undefined && this.#stopped === undefined)
      await new Promise<void>((resolve) => this.#room.push(resolve));
  }

  /** L1 dropped the items from `boundary` on, and V8 went back to the state there. */
  revert(boundary: Boundary, contents: Contents): void {
    this.#known = { items: 0, messages: 0 };
    this.#drop(boundary.item);
    const unfinished = this.#mismatch?.item ?? this.#running?.index;
    const passed = this.#checked?.item ?? 0n;
    // Everything below an unfinished item passed: where L1 went back so far, the state there needs no check.
    if (unfinished === undefined ? passed > boundary.item : unfinished >= boundary.item) this.start(boundary, contents);
  }

  async close(): Promise<void> {
    this.#stop('closed');
    await Promise.all([this.thread.close(), this.record.settled()]);
  }

  #drop(from: bigint): void {
    for (const { index, payload } of this.#queue) if (index >= from) this.#waitingBytes -= payload.length;
    this.#queue = this.#queue.filter(({ index }) => index < from);
  }

  #stop(reason: string): void {
    this.#stopped ??= reason;
    this.#wake();
  }

  #next(): void {
    if (this.#running !== undefined || this.#mismatch !== undefined) return;
    this.#running = this.#queue.shift();
    if (this.#running === undefined) return;
    this.thread.post(this.#message(this.#running));
  }

  #message({ index, payload, units }: ReplayedItem): CheckMessage {
    const items = this.#fresh('items');
    const messages = this.#fresh('messages');
    return { type: 'check', generation: this.#generation, item: index, items, messages, payload, units };
  }

  /** Words the thread has not seen. Copied: a view would carry the whole buffer it lies in. */
  #fresh(kind: 'items' | 'messages'): NewWords {
    const from = this.#known[kind];
    const words = this.inputs[kind].slice(from).map(({ words: bytes }) => bytes.slice());
    this.#known[kind] = from + words.length;
    return { from, words };
  }

  #answer(answer: FromWorker): void {
    if (answer.generation !== this.#generation || this.#running === undefined) return;
    const { index, boundary, payload } = this.#running;
    this.#running = undefined;
    this.#waitingBytes -= payload.length;
    if (answer.type === 'mismatch') {
      this.#mismatch = { item: index, offset: answer.offset, difference: answer.difference };
      this.events.mismatch(this.#mismatch);
    } else {
      this.#checked = boundary;
      const { steps, seconds } = this.#total;
      this.#total = { steps: steps + answer.steps, seconds: seconds + answer.seconds };
      void this.record.write(boundary);
      this.events.checked(boundary, answer.steps, answer.seconds);
    }
    this.#wake();
    this.#next();
  }

  #wake(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}
