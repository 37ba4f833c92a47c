import type { BlobBundle, SidecarFormat } from '@metachain/bridge';
import { WorkerClient } from '../workers/worker-rpc.js';

/** Commits to blobs in a thread that is started when first needed and replaced when it ends. */
export class BlobBundler {
  private worker: WorkerClient | undefined;

  constructor(
    private readonly format: SidecarFormat,
    private readonly maxBlobs: number,
  ) {}

  /** Loads KZG's set-up, which takes seconds, before a batch needs it and users are served. */
  warm(): void {
    this.bundle(new Uint8Array(1)).catch(() => undefined);
  }

  bundle(payload: Uint8Array): Promise<BlobBundle> {
    this.worker ??= new WorkerClient('kzg', new URL('./kzg.worker.js', import.meta.url), {}, undefined, () => {
      this.worker = undefined;
    });
    return this.worker.call('bundle', { payload, format: this.format, maxBlobs: this.maxBlobs });
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }
}
