import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A JSON-RPC request. */
export interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Something in front of an L1 endpoint. */
export interface Relay {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * What a relay says to a question; undefined: it hangs up.
 * @param pass asks the endpoint behind it
 */
export type Respond = (question: Question, pass: () => Promise<string>) => Promise<string | undefined>;

/** Opens one in front of the L1 at `target`. It hangs up where `respond` fails. */
export async function startRelay(target: string, respond: Respond): Promise<Relay> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const pass = async () =>
      (await fetch(target, { method: 'POST', body, headers: { 'content-type': 'application/json' } })).text();
    const answer = await respond(JSON.parse(body) as Question, pass).catch(() => undefined);
    if (answer === undefined) request.socket.destroy();
    else response.setHeader('content-type', 'application/json').end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** A whole answer to a question: `content` is its result or its error. */
export const answerTo = ({ id }: Question, content: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, ...content });
