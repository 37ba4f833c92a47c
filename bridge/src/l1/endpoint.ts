import { http, type EIP1193RequestFn, type Transport } from 'viem';

import { hideUrl } from './hide-url.js';

/** Limits of one endpoint. Every answer is hostile: bounded in time and size before it is parsed. */
export interface EndpointLimits {
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** One L1 JSON-RPC URL. No retries here; the source decides where to ask next. */
export interface Endpoint {
  /** Host and port: a URL may hold a key in its path or query, so it is never logged whole. */
  readonly name: string;
  readonly request: EIP1193RequestFn;
}

const nameOf = (url: string, position: number) => `${position}:${new URL(url).host}`;

/** Opens an endpoint. */
export function createEndpoint(url: string, position: number, limits: EndpointLimits): Endpoint {
  const transport: Transport = http(url, {
    retryCount: 0,
    timeout: limits.timeoutMs,
    maxResponseBodySize: limits.maxResponseBytes,
  });
  const name = nameOf(url, position);
  const ask = transport({ retryCount: 0 }).request as (args: object) => Promise<unknown>;
  const request = (args: object): Promise<unknown> =>
    ask(args).catch((error: unknown) => {
      throw hideUrl(error, url, name);
    });
  return { name, request: request as EIP1193RequestFn };
}
