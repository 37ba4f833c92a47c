import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ApiLimits } from '../api.options.js';
import { REST_BODY_BYTES, restBodyParser } from '../rest/rest-body.js';
import { answerHttpError } from './http-errors.js';

/** Nest sets its error handler when the routes stand, too late to be theirs. */
class PublicAdapter extends FastifyAdapter {
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
  server.maxConnections = limits.connections;
  server.headersTimeout = Math.min(10_000, limits.requestTimeoutMs);
  return adapter;
};
