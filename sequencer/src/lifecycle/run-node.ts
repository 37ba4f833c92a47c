import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ApiOptions, defaultLimits } from '../api/api.options.js';
import { createHttpAdapter } from '../api/http/adapter.js';
import { serveOpenApi } from '../api/rest/open-api.js';
import { AppModule } from '../app.module.js';
import type { SequencerConfig } from '../config/config.schema.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { lockDirectory } from './directory-lock.js';
import { NodeLogger } from './logger.js';
import { type NodeParts, openNode } from './node-parts.js';
import { NodeService } from './node.service.js';
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
    logger.log({ event: 'listening', url });
    return { url, stop: () => stop(app, unlock) };
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
  const indexUrl = config.index.url ?? `sqlite:${resolve(join(config.dataDirectory, 'index.db'))}`;
  const api = apiOptions(config);
  const module = AppModule.forRoot({ parts, metrics, indexUrl, api });
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(api.limits), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  serveOpenApi(app, VERSION);
  return app;
}

function apiOptions({ l1, block }: SequencerConfig): ApiOptions {
  const rollup = { l1ChainId: l1.chainId, contracts: l1.addresses, blockTimeSeconds: block.slotMilliseconds / 1_000 };
  return { limits: defaultLimits, rollup, version: VERSION };
}

async function stop(app: NestFastifyApplication, unlock: () => void): Promise<void> {
  await app.get(NodeService).drain();
  await app.close();
  unlock();
}
