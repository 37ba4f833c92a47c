import { z } from 'zod';
import { invalidParams } from './rpc.errors.js';

/** Who calls. `client` is the remote address; `push` exists on a WebSocket. */
export interface CallContext {
  readonly client: string;
  /** Subscriptions of this socket. */
  readonly socket?: SubscriptionPort;
}

/** What eth_subscribe needs of a connection. */
export interface SubscriptionPort {
  subscribe(kind: string, filter: unknown): Promise<string>;
  unsubscribe(id: string): boolean;
}

export type Method = (params: readonly unknown[], context: CallContext) => Promise<unknown> | unknown;
export type MethodTable = Readonly<Record<string, Method>>;

/** Trailing nulls count as absent, as in geth. */
const withoutTrailingNulls = (params: readonly unknown[]): unknown[] => {
  let length = params.length;
  while (length > 0 && (params[length - 1] === null || params[length - 1] === undefined)) length--;
  return params.slice(0, length);
};

function describe(error: z.ZodError, given: number): string {
  const issue = error.issues[0];
  const position = issue?.path[0];
  if (position === undefined || (typeof position === 'number' && position >= given))
    return `missing value for required argument ${given}`;
  const field = issue!.path.slice(1).map(String).join('.');
  return `invalid argument ${String(position)}: ${field ? `${field}: ` : ''}${issue!.message}`;
}

/** Makes a method whose parameters are checked by a tuple schema. Fails with -32602 naming the argument. */
export function method<const T extends readonly z.ZodType[]>(
  schemas: T,
  run: (params: { [K in keyof T]: z.output<T[K]> }, context: CallContext) => Promise<unknown> | unknown,
): Method {
  const tuple = z.tuple(schemas as unknown as [z.ZodType, ...z.ZodType[]]);
  return (params, context) => {
    const given = withoutTrailingNulls(params);
    if (given.length > schemas.length) throw invalidParams(`too many arguments, want at most ${schemas.length}`);
    const parsed = tuple.safeParse(given);
    if (!parsed.success) throw invalidParams(describe(parsed.error, given.length));
    return run(parsed.data as { [K in keyof T]: z.output<T[K]> }, context);
  };
}
