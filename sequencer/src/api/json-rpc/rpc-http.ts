import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RpcDispatcher } from './dispatcher.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Where JSON-RPC is served, by POST and by WebSocket. */
export const RPC_PATHS = ['/', '/rpc'] as const;

/** Whether a request is answered as JSON-RPC. */
export const isRpcPost = (method: string, url: string): boolean =>
  method === 'POST' && (RPC_PATHS as readonly string[]).includes(url);

/**
 * Adds the JSON-RPC routes to a scope of its own: bodies arrive as bytes whatever content type the client names, because the parser's
 * answer to bad JSON has to be a JSON-RPC error.
 */
export function serveRpcOverHttp(scope: FastifyInstance, dispatcher: RpcDispatcher, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const text = await dispatcher.answer(body, { client: request.ip });
    return text === undefined ? reply.code(204).send() : reply.header('content-type', JSON_TYPE).send(text);
  };
  for (const url of RPC_PATHS) scope.post(url, { bodyLimit }, answer);
}
