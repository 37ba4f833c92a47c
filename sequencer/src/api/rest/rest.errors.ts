/** Stable codes of REST errors. */
export type RestErrorCode =
  | 'request/invalid'
  | 'request/not-found'
  | 'request/too-large'
  | 'transaction/refused'
  | 'quote/no-route'
  | 'quote/same-token'
  | 'call/failed'
  | 'history/window'
  | 'limit/busy'
  | 'limit/requests'
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

  /** The HTTP server asks errors for their status by this name. */
  get statusCode(): number {
    return this.status;
  }
}

export const notFound = (message: string): RestError => new RestError(404, 'request/not-found', message);
export const invalidRequest = (message: string, details?: unknown): RestError =>
  new RestError(400, 'request/invalid', message, details);
