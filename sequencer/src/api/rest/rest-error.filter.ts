import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { CodecError } from '@metachain/program';
import { OutsideHistoryWindow } from '../../chain/chain.types.js';
import { RPC_CODE, RpcError } from '../json-rpc/rpc.errors.js';
import { RestError } from './rest.errors.js';

/** Body of every error. */
export interface ErrorBody {
  readonly code: string;
  readonly error: string;
  readonly message: string;
  readonly details: unknown;
}

/** Turns whatever a handler throws into {code, error, message, details}; the unforeseen is logged and hidden. */
@Catch()
export class RestErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(RestErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const known = this.understand(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const body: ErrorBody = {
      code: known.code,
      error: STATUS_CODES[known.status] ?? 'Error',
      message: known.message,
      details: known.details ?? null,
    };
    void reply.status(known.status).send(body);
  }

  private understand(error: unknown): RestError {
    if (error instanceof RestError) return error;
    if (error instanceof RpcError) return fromRpc(error);
    if (error instanceof CodecError) return new RestError(400, 'request/invalid', error.message, { codec: error.code });
    if (error instanceof OutsideHistoryWindow) return new RestError(410, 'history/window', error.message);
    if (error instanceof HttpException) return fromHttp(error);
    if (isHttpError(error)) return new RestError(error.statusCode, 'request/invalid', error.message);
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return new RestError(500, 'internal', 'internal error');
  }
}

/** What the gateway and the call service refuse. */
function fromRpc({ code, message, data }: RpcError): RestError {
  if (code === RPC_CODE.limit) return new RestError(429, 'limit/busy', message);
  if (code === RPC_CODE.internal) return new RestError(500, 'internal', message);
  if (code === RPC_CODE.reverted) return new RestError(422, 'call/failed', message, { data });
  return new RestError(422, 'transaction/refused', message, data);
}

function fromHttp(error: HttpException): RestError {
  const status = error.getStatus();
  const response = error.getResponse();
  const said = typeof response === 'object' && 'message' in response ? response.message : undefined;
  const details = said === error.message ? undefined : said;
  return new RestError(status, status === 404 ? 'request/not-found' : 'request/invalid', error.message, details);
}

/** Errors of the HTTP server itself, such as a body that is no JSON. */
const isHttpError = (error: unknown): error is Error & { statusCode: number } =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500;
