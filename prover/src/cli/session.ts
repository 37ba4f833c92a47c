import { loadAccount } from '@metachain/bridge';
import { loadProgram } from '@metachain/program';
import { pino } from 'pino';

import { loadConfig, type ProverConfig } from '../config.js';
import { ProverMetrics } from '../metrics/metrics.js';
import type { DisputeOptions } from '../dispute/open-agent.js';
import { lowerProvable, programHash } from '../machine/lowering/program.js';
import type { BlockListener } from '../replay/replayer.js';
import { assembleProver, type AssembledProver } from '../watch/assemble.js';
import type { ProverLog } from '../watch/prover-log.js';

/** Version in the first line and in the `info` metric. */
export const VERSION = '0.1.0';

/** Options that every command takes. */
export interface SessionOptions {
  readonly config: string;
  readonly l1?: readonly string[];
  readonly data?: string;
  readonly keepGoing?: boolean;
  readonly logLevel?: string;
  readonly stateless?: boolean;
  /** Of a stateless session: reads the blobs that the data directory holds all the same. */
  readonly readsBlobs?: boolean;
  /** Disputes with these settings in place of those of the configuration. */
  readonly dispute?: (config: ProverConfig) => ProverConfig['dispute'];
  readonly onBlock?: BlockListener;
}

/** A prover that is ready to read L1. */
export interface Session extends AssembledProver {
  readonly config: ProverConfig;
  readonly metrics: ProverMetrics;
  readonly log: ProverLog;
}

const serialise = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === 'bigint' ? value.toString() : value]),
  );

/** JSON lines on stderr, so that stdout is the command's answer alone. Big integers as decimal text. */
export function createLog(level: string): ProverLog {
  return pino(
    {
      level,
      base: { name: 'prover' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: serialise as never },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Reads configuration, genesis and program, checks that the L1 endpoints serve the right chain. Throws ProverConfigurationError, L1ChainMismatchError. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const overrides: Record<string, unknown> = {
    ...(options.keepGoing ? { keepGoing: true } : {}),
    ...(options.data ? { dataDirectory: options.data } : {}),
  };
  const loaded = await loadConfig(options.config, overrides);
  const alone = { dataDirectory: undefined, crossCheck: false, dispute: undefined };
  const own = withL1(options.stateless ? { ...loaded.config, ...alone } : loaded.config, options.l1);
  const config = options.dispute === undefined ? own : { ...own, dispute: options.dispute(own) };
  const log = createLog(options.logLevel ?? config.log.level);
  const metrics = new ProverMetrics(VERSION);
  const { wasm, module } = loadProgram();
  const program = { module, hash: programHash(wasm) };
  log.info(
    {
      event: 'start',
      version: VERSION,
      programHash: program.hash,
      l1ChainId: config.l1.chainId,
      fromBlock: config.l1.fromBlock,
    },
    'prover',
  );
  const assembled = await assembleProver({
    config,
    genesis: loaded.genesis,
    program,
    metrics,
    log,
    ...(options.readsBlobs && loaded.config.dataDirectory ? { blobsOf: loaded.config.dataDirectory } : {}),
    ...(options.onBlock === undefined ? {} : { onBlock: options.onBlock }),
    ...(config.dispute === undefined ? {} : { dispute: await openDispute(config.dispute, wasm) }),
  });
  await assembled.source.requireChain(config.l1.chainId).catch(async (error: unknown) => {
    await assembled.close();
    throw error;
  });
  return { ...assembled, config, metrics, log };
}

/** The account that disputes, and the program as machines run it. Throws KeyError. */
async function openDispute(settings: NonNullable<ProverConfig['dispute']>, wasm: Uint8Array): Promise<DisputeOptions> {
  const account = await loadAccount('dispute agent', settings, settings.devnet);
  return { account, program: lowerProvable(wasm) };
}

const withL1 = (config: ProverConfig, urls: readonly string[] | undefined): ProverConfig =>
  urls === undefined ? config : { ...config, l1: { ...config.l1, urls: [...urls] } };
