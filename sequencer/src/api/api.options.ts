import type { L1View } from '../l1/l1-view.js';

/** Bounds of the public surface. Sizes in bytes, times in milliseconds. */
export interface ApiLimits {
  readonly bodyBytes: number;
  /** Nesting of a JSON body. */
  readonly jsonDepth: number;
  readonly responseBytes: number;
  /** Calls in one JSON-RPC batch. */
  readonly batchCalls: number;
  /** Reads of one batch that run at the same time. */
  readonly batchParallel: number;
  /** Transactions handed to the chain and not yet answered, over all clients. */
  readonly pendingSubmissions: number;
  readonly callTimeoutMs: number;
  /** Longest wait of eth_sendRawTransactionSync. */
  readonly syncTimeoutMs: number;
  readonly logBlocks: number;
  readonly logResults: number;
  readonly logAddresses: number;
  /** Alternatives at one topic position. */
  readonly logTopics: number;
  readonly proofKeys: number;
  readonly feeHistoryBlocks: number;
  readonly filtersPerClient: number;
  readonly filtersTotal: number;
  readonly filterLifetimeMs: number;
  readonly subscriptionsPerSocket: number;
  readonly socketsPerClient: number;
  readonly socketsTotal: number;
  /** Bytes a subscriber may leave unread before it is cut off. */
  readonly socketBacklogBytes: number;
  readonly socketPingMs: number;
  /** Open TCP connections. */
  readonly connections: number;
  /** Of one client (address); not behind a proxy, whose connections they all are. */
  readonly connectionsPerClient: number;
  /** Requests of one client (address) per second. Clients on loopback are exempt from this and from `connectionsPerClient` unless `limitLoopback`. */
  readonly requestsPerSecond: number;
  readonly limitLoopback: boolean;
  readonly requestTimeoutMs: number;
}

/** Defaults follow geth and proxyd where these have one. */
export const defaultLimits: ApiLimits = {
  bodyBytes: 5_000_000,
  jsonDepth: 64,
  responseBytes: 25_000_000,
  batchCalls: 1_000,
  batchParallel: 16,
  pendingSubmissions: 50_000,
  callTimeoutMs: 5_000,
  syncTimeoutMs: 10_000,
  logBlocks: 10_000,
  logResults: 10_000,
  logAddresses: 1_000,
  logTopics: 1_000,
  proofKeys: 1_024,
  feeHistoryBlocks: 1_024,
  filtersPerClient: 100,
  filtersTotal: 10_000,
  filterLifetimeMs: 300_000,
  subscriptionsPerSocket: 100,
  socketsPerClient: 100,
  socketsTotal: 5_000,
  socketBacklogBytes: 16_000_000,
  socketPingMs: 30_000,
  connections: 10_000,
  connectionsPerClient: 1_000,
  requestsPerSecond: 100,
  limitLoopback: false,
  requestTimeoutMs: 30_000,
};

/** L1 side of the chain, as optimism_rollupConfig reports it. */
export interface RollupDescription {
  readonly l1ChainId: number;
  /** Contract name to address, for example `inbox` and `portal`. */
  readonly contracts: Readonly<Record<string, string>>;
  readonly blockTimeSeconds: number;
}

export interface ApiOptions {
  readonly limits: ApiLimits;
  /** Heads of L1; without one they are told as unknown. */
  readonly l1?: L1View;
  /** Told of every call of a known method, and once of submissions that travel together. */
  readonly observe?: (method: string, seconds: number) => void;
  readonly rollup: RollupDescription;
  /** Version of the software, for web3_clientVersion and optimism_version. */
  readonly version: string;
}

/** Injection token of ApiOptions. */
export const API_OPTIONS = 'API_OPTIONS';
