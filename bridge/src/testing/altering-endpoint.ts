import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An L1 endpoint that passes questions on and changes some of the answers. */
export interface AlteringEndpoint {
  readonly url: string;
  stop(): Promise<void>;
}

/** What becomes of the result of a method; requests that L1 refuses are passed on as they are. */
export type Alteration = (method: string, result: unknown) => unknown;

/** Opens one in front of the L1 at `target`. */
export async function startAlteringEndpoint(target: string, alter: Alteration): Promise<AlteringEndpoint> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method } = JSON.parse(body) as { method: string };
    const passed = await fetch(target, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const answer = (await passed.json()) as Record<string, unknown>;
    if ('result' in answer) answer['result'] = alter(method, answer['result']);
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
