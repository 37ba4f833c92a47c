import type { Logger } from '@nestjs/common';
import { OutsideHistoryWindow, RejectedTransaction } from '../../chain/chain.types.js';
import { TooManyLogs } from '../../index/index.errors.js';
import { QueryLimitError } from '../../queries/query.errors.js';
import { RPC_CODE, RpcError, serverError } from './rpc.errors.js';

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Codes of a refusal that are JSON-RPC codes are kept; numbers of the rules become -32000. */
const isRpcCode = (code: number): boolean => code <= -32_000 && code >= -32_768;

/** What a client sees of an error. Anything unforeseen is logged and hidden behind -32603. */
export function toRpcError(error: unknown, logger: Pick<Logger, 'error'>): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof RejectedTransaction) return rejection(error);
  if (error instanceof OutsideHistoryWindow) return new RpcError(RPC_CODE.server, error.message);
  if (error instanceof QueryLimitError) return serverError(error.message);
  if (error instanceof TooManyLogs) return tooManyLogs(error);
  logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new RpcError(RPC_CODE.internal, 'internal error');
}

export const rejection = ({ code, message }: RejectedTransaction): RpcError =>
  new RpcError(isRpcCode(code) ? code : RPC_CODE.server, message, isRpcCode(code) ? undefined : { code });

/** The wording that ponder and other indexers parse in order to ask again for less. */
function tooManyLogs({ message, from, fits }: TooManyLogs): RpcError {
  return new RpcError(RPC_CODE.limit, `${message}. Try with this block range [${hex(from)}, ${hex(fits)}].`);
}
