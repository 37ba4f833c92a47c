import { RPC_CODE, RpcError } from './rpc.errors.js';

const [QUOTE, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\[]{}'].map((char) =>
  char.charCodeAt(0),
);

/** Deepest nesting of arrays and objects, or `limit + 1` as soon as it is exceeded. Linear, without recursion; the text may be no JSON at all. */
export function nestingDepth(text: Uint8Array, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index];
    if (quoted) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (++depth > deepest) deepest = depth;
      if (depth > limit) return depth;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
  }
  return deepest;
}

/** Parses a body. Fails with -32700 for what is no JSON or is nested deeper than `maximumDepth`. */
export function parseJson(body: Uint8Array, maximumDepth: number): unknown {
  if (nestingDepth(body, maximumDepth) > maximumDepth) {
    throw new RpcError(RPC_CODE.parse, `parse error: nested deeper than ${maximumDepth} levels`);
  }
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    throw new RpcError(RPC_CODE.parse, 'parse error: invalid JSON');
  }
}
