import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../api.options.js';
import { HeadFeed } from '../chain-view/head-feed.js';
import { PendingFeed } from '../chain-view/pending-feed.js';
import { RpcDispatcher } from '../json-rpc/dispatcher.js';
import { serveRpcOverHttp } from '../json-rpc/rpc-http.js';
import { RestError } from '../rest/rest.errors.js';
import { SocketServer } from '../websocket/socket-server.js';
import { SubscriptionHub } from '../websocket/subscriptions.js';
import { isLoopback } from './loopback.js';

/** Registers what Nest has no controller for: limits, CORS and the JSON-RPC routes on the bare server, for speed. */
@Injectable()
export class PublicSurface implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(RpcDispatcher) private readonly dispatcher: RpcDispatcher,
    @Inject(HeadFeed) private readonly heads: HeadFeed,
    @Inject(PendingFeed) private readonly pending: PendingFeed,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  async onModuleInit(): Promise<void> {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    await this.addLimits(server);
    // Wallets and dapps call from any origin; there are no cookies and no credentials to protect.
    await server.register(cors, { origin: '*', methods: ['GET', 'POST', 'OPTIONS'], maxAge: 86_400 });
    const { limits } = this.options;
    await server.register(websocket, { options: { maxPayload: limits.bodyBytes, perMessageDeflate: false } });
    const sockets = new SocketServer(this.dispatcher, new SubscriptionHub(this.heads, this.pending), limits);
    await server.register(async (scope: FastifyInstance) => {
      serveRpcOverHttp(scope, this.dispatcher, limits.bodyBytes);
      sockets.serve(scope);
    });
  }

  private async addLimits(server: FastifyInstance): Promise<void> {
    const { requestsPerSecond, limitLoopback } = this.options.limits;
    await server.register(rateLimit, { global: false });
    // As a hook of the root it also covers the routes of the controllers, which Nest has registered by now.
    server.addHook(
      'onRequest',
      server.rateLimit({
        max: requestsPerSecond,
        timeWindow: 1_000,
        allowList: (request: FastifyRequest) => !limitLoopback && isLoopback(request.ip),
        errorResponseBuilder: () =>
          new RestError(429, 'limit/requests', `too many requests: at most ${requestsPerSecond} a second`),
      }),
    );
  }
}
