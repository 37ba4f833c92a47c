import { packWires } from '../engine/packed-batch.js';
import { WorkerClient } from '../workers/worker-rpc.js';

/** Threads that recover senders. A batch goes to the least loaded one; a thread that ends is replaced. */
export class SignaturePool {
  private readonly workers: WorkerClient[];
  private closing = false;

  constructor(
    threads: number,
    private readonly data: unknown,
    private readonly onCrash: (error: Error) => void,
  ) {
    this.workers = Array.from({ length: threads }, (_, place) => this.start(place));
  }

  /** Wires with their stamped memos, packed. `time`: seconds, for deadlines that are relative to the block. */
  prepare(wires: readonly Uint8Array[], time: bigint): Promise<ArrayBuffer> {
    const packed = packWires(wires);
    const worker = this.workers.reduce((least, next) => (next.load < least.load ? next : least));
    return worker.call('prepare', { wires: packed, time }, [packed]);
  }

  /** Batches that wait or run. */
  get waiting(): number {
    return this.workers.reduce((sum, { load }) => sum + load, 0);
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private start(place: number): WorkerClient {
    const url = new URL('./signature.worker.js', import.meta.url);
    return new WorkerClient(`signatures-${place}`, url, this.data, undefined, (error) => this.replace(place, error));
  }

  private replace(place: number, error: Error): void {
    this.onCrash(error);
    if (!this.closing) this.workers[place] = this.start(place);
  }
}
