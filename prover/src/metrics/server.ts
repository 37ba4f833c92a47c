import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { DirectoryBlobArchive } from '@metachain/bridge';
import type { Hash } from 'viem';

import type { ProverStatus } from '../watch/status.js';
import type { ProverMetrics } from './metrics.js';

/** What the server shows. */
export interface StatusSources {
  readonly status: () => ProverStatus;
  readonly metrics: ProverMetrics;
  readonly archive: DirectoryBlobArchive | undefined;
}

const BLOB_PATH = /^\/blobs\/(0x01[0-9a-f]{62})$/;

const json = (response: ServerResponse, code: number, body: unknown): void => {
  const text = JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  response.writeHead(code, { 'content-type': 'application/json' }).end(`${text}\n`);
};

/** Serves `/healthz`, `/readyz`, `/status`, `/metrics` and archived blobs. Read only; bind it to loopback unless a proxy guards it. */
export class StatusServer {
  readonly #server: Server;

  constructor(private readonly sources: StatusSources) {
    this.#server = createServer(
      { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
      (request, response) => {
        void this.#answer(request.method ?? '', request.url ?? '/', response).catch(() => response.destroy());
      },
    );
    this.#server.maxConnections = 256;
  }

  /** Starts to listen; answers the port. */
  async listen(port: number, host: string): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(method: string, path: string, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') return json(response, 405, { error: 'only GET' });
    const status = this.sources.status();
    if (path === '/healthz') return json(response, 200, { status: 'up' });
    if (path === '/readyz')
      return json(response, status.ready ? 200 : 503, { ready: status.ready, reason: status.reason });
    if (path === '/status') return json(response, 200, status);
    if (path === '/metrics') return this.#metrics(response);
    return this.#blob(path, response);
  }

  async #metrics(response: ServerResponse): Promise<void> {
    const { registry } = this.sources.metrics;
    response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
  }

  async #blob(path: string, response: ServerResponse): Promise<void> {
    const hash = BLOB_PATH.exec(path)?.[1];
    const blobs =
      hash && (await this.sources.archive?.fetch({ versionedHashes: [hash as Hash] }).catch(() => undefined));
    if (!blobs) return json(response, 404, { error: 'not found' });
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(blobs[0]);
  }
}
