import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { L1Account, L1Source, L1Watcher, loadAccount, MetachainInbox } from '@metachain/bridge';
import { decodeSnapshot } from '@metachain/program';
import type { Logger } from '@nestjs/common';
import { parseEther, type PrivateKeyAccount } from 'viem';
import type { ChainParts } from '../chain/chain.service.js';
import { ConservationWatch } from '../chain/conservation.js';
import { ConfigurationError } from '../config/config.errors.js';
import { configHash } from '../config/config.loader.js';
import type { SequencerConfig } from '../config/config.schema.js';
import { EngineClient } from '../engine/engine-client.js';
import type { EngineEvent, EngineOptions, EngineReady } from '../engine/engine.types.js';
import { type Genesis, loadGenesis } from '../engine/genesis.js';
import { openEnvelope } from '../engine/state-envelope.js';
import { snapshotState } from '../journal/snapshot-store.js';
import type { L1Parts } from '../l1/l1.tokens.js';
import type { MetricsService } from '../metrics/metrics.service.js';
import { BlobBundler } from '../poster/blob-bundler.js';
import { createBlockSigner } from '../poster/block-signer.js';
import { ItemLedger } from '../poster/item-ledger.js';
import { PostingRecord } from '../poster/posting-record.js';
import type { PosterParts } from '../poster/poster.tokens.js';
import { AssertionChecker } from '../proposer/assertion-checker.js';
import type { ProposerParts } from '../proposer/proposer.tokens.js';
import { QueryPool } from '../queries/query-pool.js';
import { SignaturePool } from '../signatures/signature-pool.js';
import { EventBuffer } from './event-buffer.js';
import { VERSION } from './version.js';

/** Everything of a node that is opened before the services are put together. */
export interface NodeParts {
  readonly genesis: Genesis;
  readonly chain: ChainParts;
  readonly l1: L1Parts;
  readonly poster: PosterParts;
  readonly proposer: ProposerParts;
}

interface Accounts {
  readonly producer: PrivateKeyAccount;
  readonly poster: PrivateKeyAccount;
  readonly proposer: PrivateKeyAccount;
}

const GWEI = 1_000_000_000n;

/** Opens keys, journal, threads and L1. Fails: KeyError, ConfigurationError, and what the replay fails with. */
export async function openNode(config: SequencerConfig, metrics: MetricsService, logger: Logger): Promise<NodeParts> {
  const text = readGenesis(config.genesis);
  const genesis = loadGenesis(text);
  announce(config, genesis, metrics, logger);
  const accounts = await openAccounts(config, genesis);
  const record = await PostingRecord.open(join(config.dataDirectory, 'poster'));
  const source = openSource(config, metrics, logger);
  const chain = await openChain(config, text, genesis, record, metrics, logger);
  const ledger = new ItemLedger(genesisBoundary(genesis));
  return {
    genesis,
    chain,
    l1: openL1(config, source, chain.engine, metrics, logger),
    poster: openPoster(config, source, accounts, genesis, record, ledger, metrics, logger),
    proposer: openProposer(config, source, accounts, ledger, metrics, logger),
  };
}

/** First line of the log: what runs, so that a report can be compared with another node. */
function announce(config: SequencerConfig, genesis: Genesis, metrics: MetricsService, logger: Logger): void {
  const { chainId, programHash, state } = genesis;
  metrics.info.set({ version: VERSION, chain_id: String(chainId), program: programHash }, 1);
  const hashes = { programHash, genesisHash: state.head.hash, configHash: configHash(config) };
  logger.log({ event: 'starting', version: VERSION, chainId, ...hashes });
}

function readGenesis(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`genesis file ${path} cannot be read`, { cause: error });
  }
}

async function openAccounts({ keys, devnet }: SequencerConfig, { producer: expected }: Genesis): Promise<Accounts> {
  const producer = await loadAccount('producer', keys.producer, devnet);
  if (producer.address.toLowerCase() !== expected.toLowerCase()) {
    throw new ConfigurationError(`the producer's key is of ${producer.address}, genesis names ${expected}`);
  }
  const poster = await loadAccount('poster', keys.poster, devnet);
  return { producer, poster, proposer: await loadAccount('proposer', keys.proposer, devnet) };
}

async function openChain(
  config: SequencerConfig,
  text: string,
  genesis: Genesis,
  record: PostingRecord,
  metrics: MetricsService,
  logger: Logger,
): Promise<ChainParts> {
  const buffer = new EventBuffer<EngineEvent>();
  const ended = (worker: string) => (error: Error) => {
    metrics.workerRestarts.inc({ worker });
    logger.error({ event: 'worker_ended', worker, reason: error.message });
  };
  const engine = new EngineClient(engineOptions(config, text, genesis, record), buffer.push, (error) => {
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
    { threads, ...limits, genesis: text, onCrash: ended('query') },
    ready.snapshot,
    ready.base,
  );
  const signatures = new SignaturePool(config.workers.signatures, { genesis: text }, ended('signatures'));
  return {
    chainId: genesis.chainId,
    ready,
    engine,
    queries,
    signatures,
    limits: config.intake,
    conservation: openConservation(genesis, ready),
    subscribe: buffer.subscribe,
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

function engineOptions(config: SequencerConfig, text: string, genesis: Genesis, record: PostingRecord): EngineOptions {
  const { journal, intake, block, dataDirectory } = config;
  return {
    chainId: genesis.chainId,
    directory: join(dataDirectory, 'journal'),
    genesis: text,
    producer: genesis.producer,
    replayAbove: record.safe,
    ...journal,
    ...block,
    queuePerAccount: intake.queuePerAccount,
    queueTotal: intake.queueTotal,
    priceBumpPercent: intake.priceBumpPercent,
  };
}

function openSource({ l1 }: SequencerConfig, metrics: MetricsService, logger: Logger): L1Source {
  return new L1Source({
    urls: l1.urls,
    timeoutMs: l1.timeoutMilliseconds,
    maxResponseBytes: l1.maxResponseBytes,
    onDisagreement: (blockNumber, hashes) => {
      metrics.l1Disagreements.inc();
      logger.warn({ event: 'l1_disagreement', block: blockNumber.toString(), hashes });
    },
    onEndpointFailure: (endpoint, method) => metrics.l1Failures.inc({ method, error: endpoint }),
    onHeadRegression: (tag, from, to) =>
      logger.warn({ event: 'l1_head_regression', tag, from: from.toString(), to: to.toString() }),
  });
}

function openL1(
  { l1 }: SequencerConfig,
  source: L1Source,
  engine: EngineClient,
  metrics: MetricsService,
  logger: Logger,
): L1Parts {
  const watcher = new L1Watcher({
    source,
    contract: new MetachainInbox(source, l1.addresses),
    fromBlock: l1.fromBlock,
    confirmations: l1.confirmations,
    maxReorgDepth: l1.maxReorgDepth,
    pollIntervalMs: l1.pollMilliseconds,
    onError: (error) =>
      logger.warn({ event: 'l1_look_failed', reason: error instanceof Error ? error.message : String(error) }),
  });
  return {
    source,
    watcher,
    engine,
    confirmations: l1.confirmations,
    onReorg: (depth) => metrics.l1ReorgDepth.observe(depth),
  };
}

function openAccount(config: SequencerConfig, source: L1Source, account: PrivateKeyAccount, logger: Logger): L1Account {
  const { l1, poster } = config;
  return new L1Account({
    source,
    account,
    chainId: l1.chainId,
    limits: { maxFee: poster.maxFeeGwei * GWEI, maxBlobFee: poster.maxBlobFeeGwei * GWEI },
    pollMilliseconds: l1.pollMilliseconds,
    resubmitMilliseconds: poster.resubmitSeconds * 1_000,
    onEvent: (event) => logger.log(event),
  });
}

function openPoster(
  config: SequencerConfig,
  source: L1Source,
  accounts: Accounts,
  genesis: Genesis,
  record: PostingRecord,
  ledger: ItemLedger,
  metrics: MetricsService,
  logger: Logger,
): PosterParts {
  const { poster, l1 } = config;
  const alarmWei = parseEther(String(poster.alarmEther));
  return {
    config: poster,
    source,
    inbox: l1.addresses.inbox,
    account: openAccount(config, source, accounts.poster, logger),
    record,
    ledger,
    bundler: new BlobBundler(l1.sidecar, poster.maxBlobs),
    sign: createBlockSigner(accounts.producer, genesis.chainId),
    alarmWei,
    keepL1Blocks: BigInt(l1.maxReorgDepth),
    pollMilliseconds: l1.pollMilliseconds,
    onPosted: (bytes, wei) => {
      metrics.batches.inc();
      metrics.batchBytes.inc(bytes);
      metrics.batchCost.inc(Number(wei) / 1e18);
    },
    onBalance: (wei) => {
      metrics.posterBalance.set(Number(wei) / 1e18);
      metrics.posterAlarm.set(wei < alarmWei ? 1 : 0);
    },
    onError: () => metrics.publishingErrors.inc({ kind: 'batch' }),
  };
}

function openProposer(
  config: SequencerConfig,
  source: L1Source,
  accounts: Accounts,
  ledger: ItemLedger,
  metrics: MetricsService,
  logger: Logger,
): ProposerParts {
  return {
    config: config.proposer,
    source,
    rollup: config.l1.addresses.rollup,
    account: openAccount(config, source, accounts.proposer, logger),
    ledger,
    checker: new AssertionChecker(config.proposer.checker),
    pollMilliseconds: config.l1.pollMilliseconds,
    onVerdict: ({ disagreement }, heldSince) => {
      metrics.checkerDisagreement.set(disagreement ? 1 : 0);
      metrics.assertionHeld.set(heldSince === undefined ? 0 : (Date.now() - heldSince) / 1_000);
    },
    onAssertion: (block) => metrics.latestAssertion.set(Number(block)),
    onMismatch: () => metrics.rootMismatches.inc(),
    onError: () => metrics.publishingErrors.inc({ kind: 'assertion' }),
  };
}

const ZERO_HASH = `0x${'00'.repeat(32)}` as const;

function genesisBoundary({ state, stateRoot }: Genesis) {
  return {
    itemIndex: 0n,
    blockNumber: 0n,
    headerHash: state.head.hash,
    stateRoot,
    delayedConsumed: 0n,
    itemHash: ZERO_HASH,
  };
}
