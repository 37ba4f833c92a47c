import type { WebSocket } from 'ws';
import type { ApiLimits } from '../api.options.js';
import type { RpcDispatcher } from '../json-rpc/dispatcher.js';
import { readLogFilter } from '../json-rpc/log-filter.js';
import type { SubscriptionPort } from '../json-rpc/method.js';
import { errorText } from '../json-rpc/protocol.js';
import { invalidParams, limitExceeded } from '../json-rpc/rpc.errors.js';
import type { RateLimiter } from './rate-limiter.js';
import type { SubscriptionHub } from './subscriptions.js';

/** Messages of one socket that are answered at the same time. */
const MAXIMUM_IN_FLIGHT = 64;
const POLICY_VIOLATION = 1008;

export interface SocketServices {
  readonly dispatcher: RpcDispatcher;
  readonly hub: SubscriptionHub;
  readonly limits: ApiLimits;
  /** Undefined: this client is not limited. */
  readonly limiter: RateLimiter | undefined;
}

/** One WebSocket connection: answers calls, pushes subscriptions, and lets go of a client that does not read. */
export class RpcSocket implements SubscriptionPort {
  private readonly subscriptions = new Set<string>();
  private inFlight = 0;
  private alive = true;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly client: string,
    private readonly services: SocketServices,
  ) {
    socket.on('message', (message: Buffer) => void this.receive(message));
    socket.on('pong', () => (this.alive = true));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.close());
    this.heartbeat = setInterval(() => this.beat(), services.limits.socketPingMs).unref();
  }

  /** Starts a subscription: newHeads, logs or newPendingTransactions. Fails with -32602 and -32005. */
  async subscribe(kind: string, filter: unknown): Promise<string> {
    const { hub, limits } = this.services;
    if (this.subscriptions.size >= limits.subscriptionsPerSocket) {
      throw limitExceeded(`too many subscriptions: at most ${limits.subscriptionsPerSocket} for a connection`);
    }
    const id = this.open(kind, filter, hub);
    this.subscriptions.add(id);
    return id;
  }

  unsubscribe(id: string): boolean {
    return this.subscriptions.delete(id) && this.services.hub.remove(id);
  }

  private open(kind: string, filter: unknown, hub: SubscriptionHub): string {
    let id = '';
    // The answer with the id leaves first: a push waits for the next turn.
    const push = (result: unknown) => setImmediate(() => this.push(id, result));
    switch (kind) {
      case 'newHeads':
        return (id = hub.addHeads(push));
      case 'logs':
        return (id = hub.addLogs(readLogFilter(filter ?? {}, this.services.limits), push));
      case 'newPendingTransactions':
        return (id = hub.addPending(push));
      default:
        throw invalidParams(`no "${kind.slice(0, 64)}" subscription in eth namespace`);
    }
  }

  private async receive(message: Buffer): Promise<void> {
    const { dispatcher, limiter } = this.services;
    if (limiter && !limiter.take(this.client))
      return this.send(errorText(null, limitExceeded('too many requests, slow down')));
    if (this.inFlight >= MAXIMUM_IN_FLIGHT)
      return this.send(errorText(null, limitExceeded('too many requests in flight')));
    this.inFlight++;
    try {
      const text = await dispatcher.answer(message, { client: this.client, socket: this });
      if (text !== undefined) this.send(text);
    } finally {
      this.inFlight--;
    }
  }

  private push(subscription: string, result: unknown): void {
    if (!this.subscriptions.has(subscription)) return;
    this.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params: { subscription, result } }));
  }

  /** Nothing is queued for a client that does not read: it is cut off and may connect again. */
  private send(text: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > this.services.limits.socketBacklogBytes) {
      this.socket.close(POLICY_VIOLATION, 'send queue overflow');
      this.socket.terminate();
      return;
    }
    this.socket.send(text);
  }

  private beat(): void {
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    this.socket.ping();
  }

  private close(): void {
    clearInterval(this.heartbeat);
    for (const id of this.subscriptions) this.services.hub.remove(id);
    this.subscriptions.clear();
  }
}
