import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import { WorkerCallError, WorkerEndedError } from './worker.errors.js';

/** A call to a worker, its answer, or something the worker says by itself. */
type Call = { readonly id: number; readonly method: string; readonly argument: unknown };
type Answer = { readonly id: number; readonly result?: unknown; readonly failure?: RemoteFailure };
type Notice = { readonly event: unknown };
interface RemoteFailure {
  readonly name: string;
  readonly code: string | number | undefined;
  readonly message: string;
  readonly details: Record<string, unknown>;
}

interface Waiter {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Functions of a worker by name. `transfer` hands over buffers of the result instead of copying them. */
export type Handlers = Record<string, (argument: never, transfer: (buffer: Transferable) => void) => unknown>;

/** Answers calls on a port, in order of arrival; asynchronous handlers may finish in any order. */
export function serve(port: MessagePort, handlers: Handlers): void {
  port.on('message', (call: Call) => void answer(port, handlers, call));
}

/** Says something without being asked. */
export function notify(port: MessagePort, event: unknown, transfer: readonly Transferable[] = []): void {
  port.postMessage({ event } satisfies Notice, transfer);
}

async function answer(port: MessagePort, handlers: Handlers, { id, method, argument }: Call): Promise<void> {
  const transfer: Transferable[] = [];
  try {
    const result = await handlers[method]!(argument as never, (buffer) => transfer.push(buffer));
    port.postMessage({ id, result } satisfies Answer, transfer);
  } catch (error) {
    port.postMessage({ id, failure: describe(error) } satisfies Answer);
  }
}

function describe(error: unknown): RemoteFailure {
  if (!(error instanceof Error)) return { name: 'unknown', code: undefined, message: String(error), details: {} };
  const { code, ...rest } = error as Error & { code?: string | number };
  const plain = Object.entries(rest).filter(([, value]) =>
    ['string', 'number', 'bigint', 'boolean'].includes(typeof value),
  );
  return { name: error.name, code, message: error.message, details: Object.fromEntries(plain) };
}

/** Calls a worker thread. When it ends, outstanding and later calls fail with WorkerEndedError. */
export class WorkerClient {
  private readonly worker: Worker;
  private readonly waiters = new Map<number, Waiter>();
  private nextId = 0;
  private ended: WorkerEndedError | undefined;
  private expected = false;

  constructor(
    private readonly name: string,
    module: URL,
    data: unknown,
    private readonly onEvent: (event: never) => void = () => undefined,
    private readonly onEnd: (error: WorkerEndedError) => void = () => undefined,
  ) {
    this.worker = new Worker(builtModule(module), { workerData: data, name });
    this.worker.on('message', (message: Answer | Notice) => this.receive(message));
    this.worker.on('error', (error) => this.end(error.message));
    this.worker.on('exit', (code) => this.end(`exit code ${code}`));
  }

  /** Outstanding calls. */
  get load(): number {
    return this.waiters.size;
  }

  /** Calls `method`. Rejects with WorkerCallError or WorkerEndedError. */
  call<T>(method: string, argument?: unknown, transfer: readonly Transferable[] = []): Promise<T> {
    if (this.ended) return Promise.reject(this.ended);
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      this.waiters.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, argument } satisfies Call, transfer);
    });
  }

  /** Ends the thread at once. */
  async terminate(): Promise<void> {
    this.expected = true;
    await this.worker.terminate();
  }

  private receive(message: Answer | Notice): void {
    if ('event' in message) return this.onEvent(message.event as never);
    const waiter = this.waiters.get(message.id);
    this.waiters.delete(message.id);
    if (!message.failure) return waiter?.resolve(message.result as never);
    const { name, code, message: text, details } = message.failure;
    waiter?.reject(new WorkerCallError(this.name, name, code, text, details));
  }

  private end(reason: string): void {
    if (this.ended) return;
    this.ended = new WorkerEndedError(this.name, reason);
    for (const waiter of this.waiters.values()) waiter.reject(this.ended);
    this.waiters.clear();
    if (!this.expected) this.onEnd(this.ended);
  }
}

/** Threads need JavaScript: a module that runs from its source (in tests) takes its thread from the build beside it. */
function builtModule(module: URL): URL {
  const file = fileURLToPath(module);
  if (existsSync(file)) return module;
  return new URL(`file://${file.replace(/\/src\/(?!.*\/src\/)/, '/dist/')}`);
}
