import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ApiLimits } from '../api.options.js';
import { REST_BODY_BYTES, restBodyParser } from '../rest/rest-body.js';
import { limitConnections } from './connection-limits.js';
import { answerHttpError } from './http-errors.js';

/** How long a closing server waits for answers that are on their way, and for WebSockets to say goodbye. */
const PARTING_MILLISECONDS = 1_000;

class PublicAdapter extends FastifyAdapter {
  private readonly sockets = new Set<Socket>();

  /** Follows each connection from its beginning: Node's own list holds neither WebSockets nor what was silent from the start. */
  follow(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }

  /** Ends what is still open after a while: else a client that says nothing would hold up the end of the node until its own time is over. */
  override async close(): Promise<void> {
    const parting = setTimeout(() => this.sockets.forEach((socket) => socket.destroy()), PARTING_MILLISECONDS);
    await super.close().finally(() => clearTimeout(parting));
  }

  /** Nest sets its error handler when the routes stand, too late to be theirs. */
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }
}

/**
 * The HTTP server of the public surface: bounded bodies, headers and times. `trustProxy` only where a proxy sets X-Forwarded-For,
 * else a client could name any address as its own.
 */
export const createHttpAdapter = (
  limits: ApiLimits,
  options: { readonly trustProxy?: boolean } = {},
): FastifyAdapter => {
  const adapter = new PublicAdapter({
    bodyLimit: limits.bodyBytes,
    trustProxy: options.trustProxy ?? false,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: 5_000,
    maxRequestsPerSocket: 0,
    // Node looks for requests that take too long only every 30 s otherwise.
    http: { connectionsCheckingInterval: Math.min(5_000, limits.requestTimeoutMs) },
    // What the router itself refuses: a malformed URL, a part of it that is too long.
    frameworkErrors: answerHttpError,
    routerOptions: { maxParamLength: 128 },
  });
  const instance = adapter.getInstance();
  instance.setErrorHandler(answerHttpError);
  instance.removeAllContentTypeParsers();
  // A body that names a prototype is refused, not passed over.
  const parser = restBodyParser(instance.getDefaultJsonParser('error', 'error'));
  instance.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: REST_BODY_BYTES }, parser);
  const server = adapter.getHttpServer();
  server.on('connection', (socket: Socket) => adapter.follow(socket));
  limitConnections(server, limits, options.trustProxy ?? false);
  server.headersTimeout = Math.min(10_000, limits.requestTimeoutMs);
  return adapter;
};
