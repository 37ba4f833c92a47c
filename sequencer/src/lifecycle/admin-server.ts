import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { isLoopback } from '../api/http/loopback.js';
import type { MetricsService } from '../metrics/metrics.service.js';
import { STATUS_CODES } from './health.controller.js';
import type { ReadinessService } from './readiness.service.js';
import { VERSION } from './version.js';

const JSON_TYPE = 'application/json';
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Names that a browser cannot be talked into by DNS: a page of a stranger must not read an operator's metrics. */
const isKnownHost = (host: string | undefined): boolean => {
  const name = (host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || isIP(name) !== 0;
};

/** Health and metrics for operators, apart from the public port. Read only. */
export class AdminServer {
  private readonly server: Server;

  private constructor(
    private readonly readiness: Pick<ReadinessService, 'readiness'>,
    private readonly metrics: Pick<MetricsService, 'registry'>,
  ) {
    this.server = createServer(
      { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
      (request, response) => void this.answer(request, response).catch(() => response.destroy()),
    );
    this.server.maxConnections = 256;
  }

  /** Listens; rejects when the port is taken. */
  static async open(
    port: number,
    host: string,
    readiness: Pick<ReadinessService, 'readiness'>,
    metrics: Pick<MetricsService, 'registry'>,
  ): Promise<AdminServer> {
    const admin = new AdminServer(readiness, metrics);
    admin.server.listen(port, host);
    await once(admin.server, 'listening');
    return admin;
  }

  get url(): string {
    const { address, port, family } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Elsewhere operators name it as they like, and a browser's page has no business there. */
  private get onLoopback(): boolean {
    return isLoopback((this.server.address() as AddressInfo).address);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer({ method, url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (code: number, body: string, type = JSON_TYPE) =>
      response.writeHead(code, { 'content-type': type }).end(body);
    if (method !== 'GET' && method !== 'HEAD') return void send(405, '{"error":"only GET"}');
    if (this.onLoopback && !isKnownHost(headers.host)) return void send(403, '{"error":"unknown host"}');
    if (url === '/healthz') return void send(200, JSON.stringify({ status: 'ok', version: VERSION }));
    if (url === '/metrics') return void send(200, await this.metrics.registry.metrics(), METRICS_TYPE);
    if (url !== '/readyz') return void send(404, '{"error":"not found"}');
    const readiness = await this.readiness.readiness();
    send(STATUS_CODES[readiness.status], JSON.stringify({ ...readiness, version: VERSION }));
  }
}
