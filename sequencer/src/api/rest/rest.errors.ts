/** Stable codes of REST errors. */
export type RestErrorCode =
  | 'request/invalid'
  | 'request/not-found'
  | 'transaction/refused'
  | 'quote/no-route'
  | 'quote/same-token'
  | 'call/failed'
  | 'history/window'
  | 'limit/busy'
  | 'internal';

/** A refusal with its HTTP status. `details` names the fields or values that caused it. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: RestErrorCode,
    message: string,
    readonly details: unknown = undefined,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

export const notFound = (message: string): RestError => new RestError(404, 'request/not-found', message);
export const invalidRequest = (message: string, details?: unknown): RestError =>
  new RestError(400, 'request/invalid', message, details);
