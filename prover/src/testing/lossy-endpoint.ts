import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An L1 endpoint that loses connections: some before a request is passed on, some before its answer comes back. */
export interface LossyEndpoint {
  readonly url: string;
  /** Requests lost before and after L1 had them. */
  readonly lost: { before: number; after: number };
  stop(): Promise<void>;
}

/** Opens one in front of another endpoint. `permille` of the requests are lost, half of them each way; the same for the same seed. */
export async function startLossyEndpoint(target: string, permille: number, seed: number): Promise<LossyEndpoint> {
  const lost = { before: 0, after: 0 };
  let state = seed;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % 1_000;
  const server = createServer((request, response) => {
    const drop = () => void request.socket.destroy();
    const dice = random();
    if (dice < permille / 2) return void (lost.before++, drop());
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.concat(chunks) })
        .then(async (answer) => {
          const text = await answer.text();
          if (dice < permille) return void (lost.after++, drop());
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
        })
        .catch(drop);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lost, stop };
}
