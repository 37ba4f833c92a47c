import type { BlobFetcher, L1Source, L1Watcher } from '@metachain/bridge';
import type { EngineClient } from '../engine/engine-client.js';

/** Injection token of L1Parts. */
export const L1_PARTS = 'L1_PARTS';

/** What following L1 is put together from. */
export interface L1Parts {
  readonly source: L1Source;
  readonly watcher: L1Watcher;
  readonly blobs: Pick<BlobFetcher, 'fetch'>;
  readonly engine: Pick<EngineClient, 'addL1' | 'derive' | 'dropL1' | 'undo'>;
  /** L1 blocks above one before its content is used. */
  readonly confirmations: number;
  /** Pause before a payload is asked for again. */
  readonly pollMilliseconds: number;
  /** How long L1 may be silent before this node is not ready. */
  readonly silenceMilliseconds: number;
  /** For the metrics: depth in blocks. */
  readonly onReorg: (depth: number) => void;
}
