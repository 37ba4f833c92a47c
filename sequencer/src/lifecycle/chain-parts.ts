import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeSnapshot } from '@metachain/program';
import type { Logger } from '@nestjs/common';
import type { ChainParts } from '../chain/chain.service.js';
import { ConservationWatch } from '../chain/conservation.js';
import type { SequencerConfig } from '../config/config.schema.js';
import { EngineClient } from '../engine/engine-client.js';
import type { EngineEvent, EngineOptions, EngineReady } from '../engine/engine.types.js';
import type { Genesis } from '../engine/genesis.js';
import { openEnvelope } from '../engine/state-envelope.js';
import { readIndexedBlock } from '../index/index.service.js';
import { snapshotState } from '../journal/snapshot-store.js';
import type { MetricsService } from '../metrics/metrics.service.js';
import type { PostingRecord } from '../poster/posting-record.js';
import type { ProofArchive } from '../proofs/proof-archive.js';
import { QueryPool } from '../queries/query-pool.js';
import { SignaturePool } from '../signatures/signature-pool.js';
import { EventBuffer } from './event-buffer.js';

/** Opens the engine, which replays its journal, and the threads beside it. Fails: what the replay fails with. */
export async function openChain(
  config: SequencerConfig,
  options: EngineOptions,
  genesis: Genesis,
  kept: ProofArchive,
  metrics: MetricsService,
  logger: Logger,
): Promise<ChainParts> {
  const buffer = new EventBuffer<EngineEvent>();
  const ended = (worker: string) => (error: Error) => {
    metrics.workerRestarts.inc({ worker });
    logger.error({ event: 'worker_ended', worker, reason: error.message });
  };
  const engine = new EngineClient(options, observed(buffer.push, config, metrics), (error) => {
    metrics.sequencingErrors.inc();
    buffer.push({ type: 'halted', message: error.message });
  });
  const ready = await engine.ready();
  logger.log({
    event: 'journal_replayed',
    base: ready.base,
    head: ready.head,
    cutBytes: ready.cutBytes,
    refused: ready.refusedSnapshots,
  });
  const { threads, ...limits } = queryLimits(config);
  const queries = new QueryPool(
    { threads, ...limits, genesis: options.genesis, onCrash: ended('query') },
    ready.snapshot,
    ready.base,
  );
  const signatures = new SignaturePool(config.workers.signatures, { genesis: options.genesis }, ended('signatures'));
  return {
    chainId: genesis.chainId,
    ready,
    engine,
    queries,
    signatures,
    limits: config.intake,
    kept,
    conservation: openConservation(genesis, ready),
    subscribe: buffer.subscribe,
  };
}

/** Measures fresh blocks on their way. */
function observed(
  push: (event: EngineEvent) => void,
  { block: { slotMilliseconds } }: SequencerConfig,
  { buildingDiff, sealing }: MetricsService,
): (event: EngineEvent) => void {
  return (event) => {
    const timing = event.type === 'block' && event.block.fresh ? event.block.timing : undefined;
    if (timing) {
      buildingDiff.observe((timing.buildingMilliseconds - slotMilliseconds) / 1_000);
      sealing.observe(timing.sealingMilliseconds / 1_000);
    }
    push(event);
  };
}

/** Adds up the state from which blocks are replayed: its diffs are followed from there on. */
function openConservation({ chainId, state }: Genesis, { base, snapshot }: EngineReady): ConservationWatch {
  if (snapshot === undefined) return new ConservationWatch(state.contents, base);
  const words = openEnvelope(snapshotState(snapshot, readFileSync(snapshot))).state;
  return new ConservationWatch(decodeSnapshot(words, chainId).store.contents(), base);
}

const queryLimits = ({ workers }: SequencerConfig) => ({
  threads: workers.queries,
  window: workers.historyBlocks,
  milliseconds: workers.queryMilliseconds,
  waiting: workers.queriesWaiting,
});

/** Where the index is. */
export const indexUrl = ({ index, dataDirectory }: SequencerConfig): string =>
  index.url ?? `sqlite:${resolve(join(dataDirectory, 'index.db'))}`;

/** Everything that the engine thread is started with. Fails: index/url, or as the database of the index does. */
export async function engineOptions(
  config: SequencerConfig,
  text: string,
  genesis: Genesis,
  record: PostingRecord,
  archive: ProofArchive,
): Promise<EngineOptions> {
  const { journal, intake, block, dataDirectory } = config;
  return {
    chainId: genesis.chainId,
    directory: join(dataDirectory, 'journal'),
    genesis: text,
    producer: genesis.producer,
    replayAbove: record.safe,
    indexedBlock: await readIndexedBlock(indexUrl(config)),
    provenBlock: archive.progress.block,
    ...journal,
    ...block,
    queuePerAccount: intake.queuePerAccount,
    queueTotal: intake.queueTotal,
    queueSeconds: intake.queueSeconds,
    priceBumpPercent: intake.priceBumpPercent,
  };
}
