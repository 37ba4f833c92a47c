import { parentPort } from 'node:worker_threads';
import { bundlePayload, type SidecarFormat } from '@metachain/bridge';
import { serve } from '../workers/worker-rpc.js';

/** Thread for KZG commitments: up to half a second a blob, too long for the event loop that answers users. */
serve(parentPort!, {
  bundle: ({ payload, format, maxBlobs }: { payload: Uint8Array; format: SidecarFormat; maxBlobs: number }) =>
    bundlePayload(payload, format, maxBlobs),
});
