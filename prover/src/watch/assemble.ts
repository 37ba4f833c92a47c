import { join } from 'node:path';

import {
  anvilBlobSource,
  archiveBlobSource,
  BeaconBlobSource,
  BlobFetcher,
  BlobHasher,
  DirectoryBlobArchive,
  failureKind,
  L1Source,
  L1Watcher,
  MetachainInbox,
} from '@metachain/bridge';
import { BLOB_BYTES, createGenesis, Engine, type EngineOptions, type ProgramModule } from '@metachain/program';
import type { Hash } from 'viem';

import { CheckedRecord } from '../check/checked-record.js';
import { type CheckThread, CrossCheck, openCheckThread } from '../check/cross-check.js';
import type { ProverConfig } from '../config.js';
import { LookAhead } from '../derive/look-ahead.js';
import { PayloadLoader } from '../derive/payload-loader.js';
import { SignaturePool } from '../derive/signature-pool.js';
import type { ProverMetrics } from '../metrics/metrics.js';
import { BoundaryLog } from '../replay/boundary-log.js';
import { genesisBoundary } from '../replay/boundary.js';
import { CheckpointStore } from '../replay/checkpoint-store.js';
import { Disk } from '../replay/disk.js';
import { Replayer, type BlockListener } from '../replay/replayer.js';
import { type DisputeOptions, openAgent } from '../dispute/open-agent.js';
import type { DisputeAgent } from '../dispute/agent.js';
import { agreedAnswer } from '../l1/read-contract.js';
import { AssertionReader } from './assertions.js';
import { Prover, type ProverParts } from './prover.js';
import type { ProverLog } from './prover-log.js';

/** Blocks that an L1 reorg may undo without a checkpoint. */
const UNDO_WINDOW = 1_024;

/** What a prover is built from. */
export interface AssembleOptions {
  readonly config: ProverConfig;
  /** Genesis file of the chain, parsed. */
  readonly genesis: unknown;
  readonly program: { readonly module: ProgramModule; readonly hash: Hash };
  readonly metrics: ProverMetrics;
  readonly log: ProverLog;
  readonly onBlock?: BlockListener;
  /** Data directory of another prover, which may run: the blobs that it keeps are read, nothing is written. */
  readonly blobsOf?: string;
  /** With it wrong assertions are disputed; the configuration says how. */
  readonly dispute?: DisputeOptions;
  /** Where the stepper runs; a worker thread by default. */
  readonly openThread?: () => CheckThread;
}

/** A prover with everything it runs on. */
export interface AssembledProver {
  readonly prover: Prover;
  /** What the prover runs on, for who works beside it: dispute agent, exit. */
  readonly parts: ProverParts;
  readonly source: L1Source;
  readonly watcher: L1Watcher;
  readonly replayer: Replayer;
  readonly archive: DirectoryBlobArchive | undefined;
  /** Only where disputes are configured. */
  readonly agent: DisputeAgent | undefined;
  close(): Promise<void>;
}

/** Wires a prover from its configuration. Does not touch L1 yet. */
export async function assembleProver(options: AssembleOptions): Promise<AssembledProver> {
  const { config, program, metrics, log } = options;
  const genesis = createGenesis(options.genesis);
  const source = openSource(config, metrics, log);
  const watcher = openWatcher(config, source, metrics, log);
  const disk = openDisk(metrics, log);
  const archive =
    config.dataDirectory !== undefined && config.blobs.keep ? openArchive(config.dataDirectory, disk) : undefined;
  const engineOptions: EngineOptions = { module: program.module, chainId: genesis.config.chainId, window: UNDO_WINDOW };
  const openEngine = () => Engine.fromGenesis(engineOptions, genesis);
  const boundary = genesisBoundary(genesis.stateRoot, genesis.hash);
  const pool =
    config.signatureThreads > 0
      ? new SignaturePool(program.module, genesis.config.chainId, config.signatureThreads)
      : undefined;
  const hasher = config.signatureThreads > 0 ? new BlobHasher() : undefined;
  // Loading KZG's set-up takes seconds: it begins now and not with the first blob.
  const ready = Promise.resolve(hasher?.hash(new Uint8Array(BLOB_BYTES))).then(
    () => undefined,
    () => undefined,
  );
  const replayer = new Replayer(openEngine(), boundary, watcher, pool);
  if (options.onBlock) replayer.onBlock(options.onBlock);
  const crossCheck = config.crossCheck ? await openCrossCheck(options, watcher, disk) : undefined;
  const start = { boundary, engine: openEngine };
  const blobs = openBlobs(options, source, archive, hasher);
  const checkpoints =
    config.dataDirectory === undefined
      ? undefined
      : new CheckpointStore(join(config.dataDirectory, 'checkpoints'), engineOptions, config.checkpoints);
  const payloads = new PayloadLoader(blobs);
  const parts: ProverParts = {
    crossCheck,
    ready,
    watcher,
    replayer,
    metrics,
    log,
    assertions: new AssertionReader(source, config.l1.addresses.rollup),
    payloads,
    lookAhead: new LookAhead({ watcher, payloads, prepare: (item, words) => replayer.prepareAhead(item, words) }),
    boundaries: await BoundaryLog.open(
      config.dataDirectory === undefined ? undefined : join(config.dataDirectory, 'boundaries.jsonl'),
      (cut) =>
        log.warn({ event: 'boundaries_cut', ...cut }, 'the log of boundaries was damaged; the rest is derived anew'),
      disk,
    ),
    checkpoints,
    disk,
    portalBalance: async (blockHash) =>
      BigInt(await agreedAnswer(source, 'eth_getBalance', [config.l1.addresses.portal, { blockHash }])),
    genesis: start,
    programHash: program.hash,
    fromBlock: config.l1.fromBlock,
    confirmations: config.l1.confirmations,
    checkpointSeconds: config.checkpointSeconds,
    keepGoing: config.keepGoing || config.dispute !== undefined,
  };
  const prover = new Prover(parts);
  const close = async () => {
    await Promise.all([pool?.close(), hasher?.close(), crossCheck?.close()]);
  };
  const agent = openAgent(options, { source, watcher, blobs, checkpoints, genesis: start, prover, preparer: pool });
  return { prover, agent, parts, source, watcher, replayer, archive, close };
}

/** The stepper in a thread of its own. */
async function openCrossCheck(options: AssembleOptions, watcher: L1Watcher, disk: Disk): Promise<CrossCheck> {
  const { config, metrics, log, openThread = openCheckThread } = options;
  const path = config.dataDirectory === undefined ? undefined : join(config.dataDirectory, 'checked.json');
  metrics.stepperUp.set(1);
  return new CrossCheck(openThread(), await CheckedRecord.open(path, disk), watcher, {
    checked: ({ item, blockNumber }, steps, seconds) => {
      metrics.checkedItem.set(Number(item));
      metrics.checkedSteps.inc(Number(steps));
      metrics.checkedSeconds.inc(seconds);
      log.info({ event: 'item_checked', item, blockNumber, steps, seconds }, 'the stepper agrees');
    },
    mismatch: (mismatch) => {
      metrics.stepperMismatches.inc();
      log.fatal({ event: 'stepper_mismatch', ...mismatch }, 'ALARM: V8 and the stepper disagree; assert nothing');
    },
    ended: (error) => {
      metrics.stepperUp.set(0);
      log.fatal({ event: 'stepper_ended', reason: error.message }, 'ALARM: the stepper ended; nothing more is checked');
    },
  });
}

function openSource({ l1 }: ProverConfig, metrics: ProverMetrics, log: ProverLog): L1Source {
  return new L1Source({
    urls: l1.urls,
    timeoutMs: l1.timeoutMilliseconds,
    ...(l1.quorum === undefined ? {} : { quorum: l1.quorum }),
    onDisagreement: (blockNumber, hashes) => {
      metrics.disagreements.inc();
      log.error({ event: 'l1_disagreement', blockNumber, hashes }, 'L1 endpoints name different blocks');
    },
    onEndpointAnswer: (endpoint, method) => metrics.responses.inc({ endpoint, method, error: 'none' }),
    onEndpointFailure: (endpoint, method, error) => {
      metrics.responses.inc({ endpoint, method, error: failureKind(error) });
      log.warn(
        { event: 'l1_request_failed', endpoint, method, reason: String(error).slice(0, 300) },
        'an L1 request failed',
      );
    },
    onHeadRegression: (tag, from, to) =>
      log.error({ event: 'l1_head_regression', tag, from, to }, 'an L1 head went backwards; the old one is kept'),
  });
}

function openWatcher({ l1 }: ProverConfig, source: L1Source, metrics: ProverMetrics, log: ProverLog): L1Watcher {
  return new L1Watcher({
    source,
    contract: new MetachainInbox(source, l1.addresses),
    fromBlock: l1.fromBlock,
    confirmations: l1.confirmations,
    maxReorgDepth: l1.maxReorgDepth,
    maxRange: l1.maxRange,
    pollIntervalMs: l1.pollMilliseconds,
    onError: (error) => {
      metrics.derivationErrors.inc({ code: String((error as { code?: unknown }).code ?? 'unknown') });
      log.error({ event: 'l1_read_failed', reason: String(error).slice(0, 500) }, 'L1 cannot be read; trying again');
    },
  });
}

function openDisk(metrics: ProverMetrics, log: ProverLog): Disk {
  return new Disk({
    refused: (what, { message }) => {
      metrics.diskRefused.set({ what }, 1);
      log.error({ event: 'disk_refused', what, reason: message }, 'the disk refuses; going on in memory, trying again');
    },
    taken: (what) => {
      metrics.diskRefused.set({ what }, 0);
      log.info({ event: 'disk_taken', what }, 'the disk takes what is to be kept again');
    },
  });
}

const blobsPath = (dataDirectory: string): string => join(dataDirectory, 'blobs');
const openArchive = (dataDirectory: string, disk: Disk) =>
  new DirectoryBlobArchive(blobsPath(dataDirectory), (write) => disk.keep('blobs', write));

/** Own archive first, then beacon nodes and other nodes' archives, then the L1 node itself where it is anvil. */
function openBlobs(
  { config: { blobs }, blobsOf }: AssembleOptions,
  source: L1Source,
  archive: DirectoryBlobArchive | undefined,
  hasher: BlobHasher | undefined,
): BlobFetcher {
  const sources = [
    ...(blobsOf === undefined ? [] : [new DirectoryBlobArchive(blobsPath(blobsOf))]),
    ...blobs.beacon.map(({ url, identifier }) => new BeaconBlobSource(url, { identifier })),
    ...blobs.archives.map((url) => archiveBlobSource(url)),
    anvilBlobSource(source),
  ];
  return new BlobFetcher({
    sources,
    retries: blobs.retries,
    ...(archive === undefined ? {} : { archive }),
    ...(hasher === undefined ? {} : { hash: hasher.hash }),
  });
}
