import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An L1 endpoint that is away at times: it hangs up then. */
export interface AbsentEndpoint {
  readonly url: string;
  /** Whether it is away for a method, now. */
  isAway: (method: string) => boolean;
  stop(): Promise<void>;
}

/** Opens one in front of the L1 at `target`. It is there until told otherwise. */
export async function startAbsentEndpoint(target: string): Promise<AbsentEndpoint> {
  const endpoint = { isAway: (_: string) => false };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const { method } = JSON.parse(body) as { method: string };
    if (endpoint.isAway(method)) return void request.socket.destroy();
    const passed = await fetch(target, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    response.end(await passed.text());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(endpoint, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop });
}
