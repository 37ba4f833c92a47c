import { RPC_CODE, RpcError } from './rpc.errors.js';

/** Ids may be any JSON scalar. */
export type RpcId = string | number | boolean | null;

/** A well-formed call; `id` is undefined for a notification, which gets no answer. */
export interface RpcCall {
  readonly id: RpcId | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A call that breaks the protocol, with the id to answer to; undefined for a notification. */
export interface RefusedCall {
  readonly id: RpcId | undefined;
  readonly refusal: RpcError;
}

const refused = (id: RpcId, message: string): RefusedCall => ({
  id,
  refusal: new RpcError(RPC_CODE.invalidRequest, message),
});

const own = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;

const isId = (value: unknown): value is RpcId =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value));

/** Checks one member of a request against JSON-RPC 2.0. Parameters by name are refused as geth does. */
export function readCall(value: unknown): RpcCall | RefusedCall {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused(null, 'invalid request');
  const id = own(value, 'id');
  if (id !== undefined && !isId(id)) return refused(null, 'invalid request: id must be a string, a number or null');
  const answerTo = id ?? null;
  if (own(value, 'jsonrpc') !== '2.0') return refused(answerTo, 'invalid request: jsonrpc must be "2.0"');
  const method = own(value, 'method');
  if (typeof method !== 'string') return refused(answerTo, 'invalid request: method must be a string');
  const params = own(value, 'params') ?? [];
  if (!Array.isArray(params)) return { id, refusal: new RpcError(RPC_CODE.invalidParams, 'non-array args') };
  return { id, method, params };
}

/** Response object as JSON text; `result` is JSON text already. */
export const successText = (id: RpcId, result: string): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;

export function errorText(id: RpcId, { code, message, data }: RpcError): string {
  const error = data === undefined ? { code, message } : { code, message, data };
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(error)}}`;
}
