import { STATUS_CODES } from 'node:http';
import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorText } from '../json-rpc/protocol.js';
import { RPC_CODE, RpcError } from '../json-rpc/rpc.errors.js';
import { isRpcPost } from '../json-rpc/rpc-http.js';
import { RestError, type RestErrorCode } from '../rest/rest.errors.js';

const logger = new Logger('Http');
/** Some messages repeat what the client sent. */
const MAXIMUM_MESSAGE = 300;

/**
 * Answers what goes wrong before a handler runs, such as a body that is no JSON, in the language of the route. The unforeseen is logged
 * and hidden.
 */
export function answerHttpError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = understand(error);
  void reply.status(known.status).header('content-type', 'application/json; charset=utf-8');
  void reply.send(isRpcPost(request.method, request.url) ? rpcText(known) : restText(known));
}

function understand(error: unknown): RestError {
  if (error instanceof RestError) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new RestError(status, restCode(status), (error as Error).message.slice(0, MAXIMUM_MESSAGE));
  logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new RestError(500, 'internal', 'internal error');
}

function restCode(status: number): RestErrorCode {
  if (status === 404) return 'request/not-found';
  return status === 413 ? 'request/too-large' : 'request/invalid';
}

function restText({ status, code, message, details }: RestError): string {
  return JSON.stringify({ code, error: STATUS_CODES[status] ?? 'Error', message, details: details ?? null });
}

const rpcCodes: Record<number, number> = { 429: RPC_CODE.limit, 500: RPC_CODE.internal };

const rpcText = ({ status, message }: RestError): string =>
  errorText(null, new RpcError(rpcCodes[status] ?? RPC_CODE.invalidRequest, message));
