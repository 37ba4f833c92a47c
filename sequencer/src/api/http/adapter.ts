import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ApiLimits } from '../api.options.js';

/**
 * The HTTP server of the public surface: bounded bodies, headers and times. `trustProxy` only where a proxy sets X-Forwarded-For,
 * else a client could name any address as its own.
 */
export const createHttpAdapter = (
  limits: ApiLimits,
  options: { readonly trustProxy?: boolean } = {},
): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    bodyLimit: limits.bodyBytes,
    trustProxy: options.trustProxy ?? false,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: 5_000,
    maxRequestsPerSocket: 0,
    // Node looks for requests that take too long only every 30 s otherwise.
    http: { connectionsCheckingInterval: Math.min(5_000, limits.requestTimeoutMs) },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { maxParamLength: 128 },
  });
  const server = adapter.getHttpServer();
  server.maxConnections = limits.connections;
  server.headersTimeout = Math.min(10_000, limits.requestTimeoutMs);
  return adapter;
};
