import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { ApiLimits } from '../api.options.js';
import { ClientCounts } from '../http/client-counts.js';
import { isLoopback } from '../http/loopback.js';
import type { RpcDispatcher } from '../json-rpc/dispatcher.js';
import { RPC_PATHS } from '../json-rpc/rpc-http.js';
import { RateLimiter } from './rate-limiter.js';
import { RpcSocket } from './rpc-socket.js';
import type { SubscriptionHub } from './subscriptions.js';

const TRY_AGAIN_LATER = 1013;
const UPGRADE_REQUIRED = 426;

/** For a person who opens the RPC URL in a browser. */
const postExpected = {
  code: 'rpc/post-expected',
  error: 'Upgrade Required',
  message: 'this is a JSON-RPC endpoint: send requests by POST or WebSocket; the REST interface is described at /docs',
  details: null,
};

/** Accepts WebSocket connections, so many in all and so many per client. */
export class SocketServer {
  private readonly open = new ClientCounts();
  private readonly limiter: RateLimiter;
  private total = 0;

  constructor(
    private readonly dispatcher: RpcDispatcher,
    private readonly hub: SubscriptionHub,
    private readonly limits: ApiLimits,
  ) {
    this.limiter = new RateLimiter(limits.requestsPerSecond);
  }

  /** Adds the upgrade routes; a plain GET is told what lives here. */
  serve(scope: FastifyInstance): void {
    for (const url of RPC_PATHS) {
      scope.route({
        method: 'GET',
        url,
        handler: (_request, reply) => reply.code(UPGRADE_REQUIRED).send(postExpected),
        wsHandler: (socket, request) => this.accept(socket, request),
      });
    }
  }

  private accept(socket: WebSocket, { ip }: FastifyRequest): void {
    if (this.total >= this.limits.socketsTotal || this.open.of(ip) >= this.limits.socketsPerClient) {
      socket.close(TRY_AGAIN_LATER, 'too many connections');
      return;
    }
    this.total++;
    this.open.add(ip);
    socket.on('close', () => this.release(ip));
    const limited = this.limits.limitLoopback || !isLoopback(ip);
    const { dispatcher, hub, limits } = this;
    new RpcSocket(socket, ip, { dispatcher, hub, limits, limiter: limited ? this.limiter : undefined });
  }

  private release(ip: string): void {
    this.total--;
    this.open.remove(ip);
  }
}
