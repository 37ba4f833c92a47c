const MAXIMUM_DEPTH = 8;

/** Texts of viem's errors that repeat the request. */
interface Telling {
  url?: unknown;
  metaMessages?: unknown;
}

/**
 * Puts `name` in place of an endpoint's URL wherever an error and its causes tell of it, and returns the error: providers put keys into the path
 * or the query, and errors end up in logs.
 */
export function hideUrl(error: unknown, url: string, name: string): unknown {
  const hide = (text: string) => text.replaceAll(url, name);
  let told: unknown = error;
  for (let depth = 0; told instanceof Error && depth < MAXIMUM_DEPTH; depth++) {
    const { message, stack } = told;
    const telling = told as Telling;
    told.message = hide(message);
    if (stack !== undefined) told.stack = hide(stack);
    if (typeof telling.url === 'string') telling.url = hide(telling.url);
    if (Array.isArray(telling.metaMessages))
      telling.metaMessages = telling.metaMessages.map((line) => hide(String(line)));
    told = told.cause;
  }
  return error;
}
