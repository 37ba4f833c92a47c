import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  anvilBlobSource,
  archiveBlobSource,
  BeaconBlobSource,
  BlobFetcher,
  BlobHasher,
  failureKind,
  L1Account,
  L1Source,
  L1Watcher,
  loadAccount,
  MetachainInbox,
} from '@metachain/bridge';
import type { Logger } from '@nestjs/common';
import { parseEther, type PrivateKeyAccount } from 'viem';
import type { ChainParts } from '../chain/chain.service.js';
import { ConfigurationError } from '../config/config.errors.js';
import { configHash } from '../config/config.loader.js';
import type { SequencerConfig } from '../config/config.schema.js';
import type { EngineClient } from '../engine/engine-client.js';
import { type Genesis, loadGenesis } from '../engine/genesis.js';
import type { L1Parts } from '../l1/l1.tokens.js';
import type { MetricsService } from '../metrics/metrics.service.js';
import { BlobBundler } from '../poster/blob-bundler.js';
import { createBlockSigner } from '../poster/block-signer.js';
import { ItemLedger } from '../poster/item-ledger.js';
import { PostingRecord } from '../poster/posting-record.js';
import { createProducerCheck } from '../poster/producer-check.js';
import type { PosterParts } from '../poster/poster.tokens.js';
import { ProofArchive } from '../proofs/proof-archive.js';
import type { ProofParts } from '../proofs/proof.tokens.js';
import type { ReplayPlace } from '../proofs/replay-proofs.js';
import { AssertionChecker } from '../proposer/assertion-checker.js';
import type { ProposerParts } from '../proposer/proposer.tokens.js';
import { engineOptions, openChain } from './chain-parts.js';
import { VERSION } from './version.js';

/** Everything of a node that is opened before the services are put together. */
export interface NodeParts {
  readonly genesis: Genesis;
  readonly chain: ChainParts;
  readonly l1: L1Parts;
  readonly poster: PosterParts;
  readonly proposer: ProposerParts;
  readonly proofs: ProofParts;
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
  const archive = await ProofArchive.open(join(config.dataDirectory, 'proofs'));
  const options = await engineOptions(config, text, genesis, record, archive);
  const chain = await openChain(config, options, genesis, archive, metrics, logger);
  const ledger = new ItemLedger(genesisBoundary(genesis));
  return {
    genesis,
    chain,
    l1: openL1(config, source, chain.engine, metrics, logger),
    poster: openPoster(config, source, accounts, genesis, record, ledger, metrics, logger),
    proposer: openProposer(config, source, accounts, ledger, metrics, logger),
    proofs: openProofs(config, source, options, chain.engine, ledger, archive, metrics),
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

function openSource({ l1 }: SequencerConfig, metrics: MetricsService, logger: Logger): L1Source {
  return new L1Source({
    urls: l1.urls,
    timeoutMs: l1.timeoutMilliseconds,
    maxResponseBytes: l1.maxResponseBytes,
    onDisagreement: (blockNumber, hashes) => {
      metrics.l1Disagreements.inc();
      logger.warn({ event: 'l1_disagreement', block: blockNumber.toString(), hashes });
    },
    onEndpointAnswer: (endpoint, method) => metrics.l1Responses.inc({ endpoint, method, error: 'none' }),
    onEndpointFailure: (endpoint, method, cause) =>
      metrics.l1Responses.inc({ endpoint, method, error: failureKind(cause) }),
    onHeadRegression: (tag, from, to) => {
      metrics.l1HeadRegressions.inc({ tag });
      logger.error({ event: 'l1_head_regression', tag, from: from.toString(), to: to.toString() });
    },
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
    onError: (error) => {
      metrics.derivationErrors.inc();
      logger.warn({ event: 'l1_look_failed', reason: error instanceof Error ? error.message : String(error) });
    },
  });
  return {
    source,
    watcher,
    blobs: openBlobs(l1, source),
    engine,
    confirmations: l1.confirmations,
    pollMilliseconds: l1.pollMilliseconds,
    silenceMilliseconds: l1.silenceSeconds * 1_000,
    onReorg: (depth) => {
      metrics.l1ReorgDepth.observe(depth);
      metrics.pipelineResets.inc();
    },
  };
}

/** Where the blobs of items come from that this node did not send, or that L1 took otherwise than they were meant. */
function openBlobs({ beacons, blobArchives }: SequencerConfig['l1'], source: L1Source): BlobFetcher {
  const sources = [
    ...beacons.map((url) => new BeaconBlobSource(url)),
    ...blobArchives.map((url) => archiveBlobSource(url)),
    anvilBlobSource(source),
  ];
  return new BlobFetcher({ sources, hash: new BlobHasher().hash });
}

const feeLimits = ({ maxFeeGwei, maxBlobFeeGwei }: SequencerConfig['poster']) => ({
  maxFee: maxFeeGwei * GWEI,
  maxBlobFee: maxBlobFeeGwei * GWEI,
});

function openAccount(config: SequencerConfig, source: L1Source, account: PrivateKeyAccount, logger: Logger): L1Account {
  const { l1, poster } = config;
  return new L1Account({
    source,
    account,
    chainId: l1.chainId,
    limits: feeLimits(poster),
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
  return {
    config: poster,
    source,
    inbox: l1.addresses.inbox,
    account: openAccount(config, source, accounts.poster, logger),
    record,
    ledger,
    bundler: new BlobBundler(l1.sidecar, poster.maxBlobs),
    sign: createBlockSigner(accounts.producer, genesis.chainId),
    isProduced: createProducerCheck(genesis.producer, genesis.chainId),
    alarmWei: parseEther(String(poster.alarmEther)),
    feeLimits: feeLimits(poster),
    keepL1Blocks: BigInt(l1.maxReorgDepth),
    pollMilliseconds: l1.pollMilliseconds,
    onPosted: (bytes, wei) => {
      metrics.batches.inc();
      metrics.batchBytes.inc(bytes);
      metrics.batchCost.inc(Number(wei) / 1e18);
    },
    onFunds: ({ balance, threshold, spentPerDay, low }) => {
      metrics.posterBalance.set(Number(balance) / 1e18);
      metrics.posterThreshold.set(Number(threshold) / 1e18);
      metrics.posterSpend.set(Number(spentPerDay) / 1e18);
      metrics.posterAlarm.set(low ? 1 : 0);
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

function openProofs(
  config: SequencerConfig,
  source: L1Source,
  place: ReplayPlace,
  engine: EngineClient,
  ledger: ItemLedger,
  archive: ProofArchive,
  metrics: MetricsService,
): ProofParts {
  return {
    archive,
    limits: config.proofs,
    client: source.client,
    rollup: config.l1.addresses.rollup,
    ledger,
    place,
    engine,
    pollMilliseconds: config.l1.pollMilliseconds,
    onError: () => metrics.proofErrors.inc(),
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
