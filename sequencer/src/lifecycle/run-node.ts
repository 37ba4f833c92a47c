import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ApiOptions, defaultLimits } from '../api/api.options.js';
import { createHttpAdapter } from '../api/http/adapter.js';
import { serveOpenApi } from '../api/rest/open-api.js';
import { AppModule } from '../app.module.js';
import type { SequencerConfig } from '../config/config.schema.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { WatchedL1View } from '../l1/l1-view.js';
import { AdminServer } from './admin-server.js';
import { indexUrl } from './chain-parts.js';
import { lockDirectory } from './directory-lock.js';
import { NodeLogger } from './logger.js';
import { type NodeParts, openNode } from './node-parts.js';
import { NodeService } from './node.service.js';
import { ReadinessService } from './readiness.service.js';
import { VERSION } from './version.js';

/** A running node. */
export interface RunningNode {
  readonly url: string;
  /** Drains and closes everything. Resolves when nothing is left. */
  stop(): Promise<void>;
}

/** Starts a node. Fails with a typed error that says what is wrong; nothing is left open then but the process. */
export async function runNode(config: SequencerConfig): Promise<RunningNode> {
  const nodeLogger = new NodeLogger(config.log.level, config.log.format);
  Logger.overrideLogger(nodeLogger);
  const logger = new Logger('Node');
  const unlock = lockDirectory(config.dataDirectory);
  try {
    const metrics = new MetricsService();
    const parts = await openNode(config, metrics, logger);
    const app = await createApp(config, parts, metrics, nodeLogger);
    await app.listen(config.http.port, config.http.host);
    const url = await app.getUrl();
    const admin = await openAdmin(config, app);
    logger.log({ event: 'listening', url, ...(admin && { admin: admin.url }) });
    return { url, stop: () => stop(app, admin, unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function createApp(
  config: SequencerConfig,
  parts: NodeParts,
  metrics: MetricsService,
  logger: NodeLogger,
): Promise<NestFastifyApplication> {
  const api = { ...apiOptions(config, parts), observe: observeCalls(metrics) };
  const module = AppModule.forRoot({
    parts,
    metrics,
    indexUrl: indexUrl(config),
    api,
    health: config.http.admin.port === undefined,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(api.limits, config.http), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  serveOpenApi(app, VERSION);
  return app;
}

function apiOptions({ l1, block, api }: SequencerConfig, parts: NodeParts): ApiOptions {
  const rollup = { l1ChainId: l1.chainId, contracts: l1.addresses, blockTimeSeconds: block.slotMilliseconds / 1_000 };
  const view = new WatchedL1View(parts.l1.source, parts.l1.watcher);
  return { limits: { ...defaultLimits, ...api }, rollup, version: VERSION, l1: view };
}

const observeCalls =
  ({ rpcSeconds }: MetricsService) =>
  (method: string, seconds: number): void =>
    rpcSeconds.observe({ method }, seconds);

/** Health and metrics on a port of their own, where one is configured. */
async function openAdmin({ http }: SequencerConfig, app: NestFastifyApplication): Promise<AdminServer | undefined> {
  const { host, port } = http.admin;
  if (port === undefined) return undefined;
  return AdminServer.open(port, host, app.get(ReadinessService), app.get(MetricsService));
}

async function stop(app: NestFastifyApplication, admin: AdminServer | undefined, unlock: () => void): Promise<void> {
  await app.get(NodeService).drain();
  await app.close();
  await admin?.close();
  unlock();
}
