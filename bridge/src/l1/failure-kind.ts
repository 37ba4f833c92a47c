import { BridgeError } from '../errors.js';

/** Codes that JSON-RPC and Ethereum nodes use; others are put together, since an endpoint may invent as many as it likes. */
const isUsualCode = (code: number): boolean => code === 3 || code === 4 || (code >= -39_999 && code <= -32_000);

/** Names of errors that tell all. */
const BY_NAME: Readonly<Record<string, string>> = {
  TimeoutError: 'timeout',
  AbortError: 'timeout',
  ResponseBodyTooLargeError: 'too_large',
  SyntaxError: 'malformed',
};
const MAXIMUM_DEPTH = 8;

/**
 * Why a request to an endpoint failed, in one of a few words that suit a label of a metric: `timeout`, `http_<status>`, `rpc_<code>`,
 * `too_large`, `malformed`, `contradiction` (of what enough endpoints say), `connection`.
 */
export function failureKind(cause: unknown): string {
  if (cause instanceof BridgeError) return 'contradiction';
  let error = cause;
  for (let depth = 0; error instanceof Error && depth < MAXIMUM_DEPTH; depth++) {
    const kind = kindOf(error);
    if (kind !== undefined) return kind;
    error = error.cause;
  }
  return 'connection';
}

function kindOf(error: Error): string | undefined {
  const { status, code } = error as Error & { status?: unknown; code?: unknown };
  if (typeof status === 'number') return status >= 100 && status < 600 ? `http_${status}` : 'http_other';
  if (typeof code === 'number') return isUsualCode(code) ? `rpc_${code}` : 'rpc_other';
  return BY_NAME[error.name];
}
