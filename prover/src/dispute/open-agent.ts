import { join } from 'node:path';

import { type BlobFetcher, L1Account, type L1Source, type L1Watcher } from '@metachain/bridge';
import type { Engine } from '@metachain/program';
import type { Hash, PrivateKeyAccount } from 'viem';

import type { ProverConfig } from '../config.js';
import type { BlockPreparer } from '../derive/prepared-blocks.js';
import { ProverConfigurationError } from '../errors.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import type { ProverMetrics } from '../metrics/metrics.js';
import type { Boundary } from '../replay/boundary.js';
import type { CheckpointStore } from '../replay/checkpoint-store.js';
import type { Prover } from '../watch/prover.js';
import type { ProverLog } from '../watch/prover-log.js';
import { DisputeAgent } from './agent.js';
import { CallRehearsal } from './call-rehearsal.js';
import { GameFees } from './game-fees.js';
import { GameReader } from './game-reader.js';
import { HonestTraces } from './honest-traces.js';
import { SendLine } from './send-line.js';
import type { GameEvent } from './types.js';

/** What disputes need besides the configuration. */
export interface DisputeOptions {
  readonly account: PrivateKeyAccount;
  /** The program, lowered. */
  readonly program: LoweredProgram;
  readonly onEvent?: (event: GameEvent) => void;
  /** How long a turn waits for what it sent. */
  readonly patienceMilliseconds?: number;
}

/** The prover around an agent. */
export interface AgentSurroundings {
  readonly source: L1Source;
  readonly watcher: L1Watcher;
  readonly blobs: Pick<BlobFetcher, 'fetch'>;
  readonly checkpoints: CheckpointStore | undefined;
  readonly genesis: { readonly boundary: Boundary; readonly engine: () => Engine };
  readonly prover: Prover;
  /** Recovers signatures ahead, for the prover's own replay too. */
  readonly preparer: BlockPreparer | undefined;
}

interface AgentRequest {
  readonly config: ProverConfig;
  readonly program: { readonly hash: Hash };
  readonly metrics: ProverMetrics;
  readonly log: ProverLog;
  readonly dispute?: DisputeOptions;
}

const GWEI = 1_000_000_000n;

/** Makes the dispute agent of a prover; undefined where none is configured. Throws ProverConfigurationError without its account. */
export function openAgent(request: AgentRequest, around: AgentSurroundings): DisputeAgent | undefined {
  const { config, program, metrics, log, dispute } = request;
  const { source, watcher, checkpoints, genesis, prover } = around;
  if (config.dispute === undefined) return undefined;
  if (dispute === undefined) throw new ProverConfigurationError('dispute: there is no account to dispute with');
  const { l1, dispute: settings } = config;
  const { onEvent, patienceMilliseconds } = dispute;
  const fees = gameFees(settings);
  const account = openAccount(config, source, dispute.account, fees, log, metrics);
  return new DisputeAgent({
    reader: new GameReader({
      source,
      rollup: l1.addresses.rollup,
      fromBlock: l1.fromBlock,
      maxRange: BigInt(l1.maxRange),
      parties: [account.address, ...settings.owners],
      ...(config.dataDirectory === undefined ? {} : { file: join(config.dataDirectory, 'games.json') }),
    }),
    account,
    owners: settings.owners,
    fees,
    line: new SendLine(account, 1_000 * settings.resubmitSeconds),
    traces: new HonestTraces({
      watcher,
      blobs: around.blobs,
      checkpoints,
      genesis,
      program: dispute.program,
      programHash: program.hash,
      preparer: around.preparer,
      onReplay: ({ item: from }, { parent: { item: parent }, endItem }) =>
        log.info({ event: 'dispute_trace', from, parent, endItem }, 'the trace of an assertion is made'),
    }),
    rehearsal: new CallRehearsal(source),
    judged: () => prover.judged,
    onRejected: (id) => prover.dismissWrong(id),
    programHash: program.hash,
    metrics: metrics.dispute,
    log,
    maximumBond: settings.maximumBond,
    dryRun: settings.dryRun,
    pollMilliseconds: settings.pollMilliseconds,
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(patienceMilliseconds === undefined ? {} : { patienceMilliseconds }),
  });
}

const gameFees = ({ maxFeeGwei, urgentFeeGwei, urgentSeconds }: NonNullable<ProverConfig['dispute']>): GameFees =>
  new GameFees({
    usual: BigInt(maxFeeGwei) * GWEI,
    urgent: BigInt(urgentFeeGwei) * GWEI,
    urgentSeconds: BigInt(urgentSeconds),
  });

function openAccount(
  { l1, dispute }: ProverConfig,
  source: L1Source,
  account: PrivateKeyAccount,
  fees: GameFees,
  log: ProverLog,
  metrics: ProverMetrics,
): L1Account {
  return new L1Account({
    source,
    account,
    chainId: l1.chainId,
    limits: fees.limits,
    pollMilliseconds: Math.min(l1.pollMilliseconds, dispute?.pollMilliseconds ?? l1.pollMilliseconds),
    resubmitMilliseconds: (dispute?.resubmitSeconds ?? 0) * 1_000,
    onEvent: ({ event, ...fields }) => {
      const { what, feeWei } = fields;
      if (event === 'l1_transaction_included') metrics.dispute.paid(what, feeWei as bigint);
      log.info({ ...fields, event }, 'dispute transaction');
    },
  });
}
