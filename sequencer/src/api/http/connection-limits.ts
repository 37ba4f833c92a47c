import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ApiLimits } from '../api.options.js';
import { ClientCounts } from './client-counts.js';
import { isLoopback } from './loopback.js';

type Limits = Pick<ApiLimits, 'connections' | 'connectionsPerClient' | 'limitLoopback'>;

/**
 * Bounds open connections, so many in all and so many of one address: else one client could hold all of them, idle, and nobody else would
 * get through. `behindProxy`: every connection comes from the proxy, so only their number in all is bounded.
 */
export function limitConnections(server: Server, limits: Limits, behindProxy: boolean): void {
  server.maxConnections = limits.connections;
  if (behindProxy) return;
  const open = new ClientCounts();
  server.on('connection', (socket: Socket) => {
    const client = socket.remoteAddress ?? '';
    if (isLoopback(client) && !limits.limitLoopback) return;
    if (open.of(client) >= limits.connectionsPerClient) {
      socket.destroy();
      return;
    }
    open.add(client);
    socket.once('close', () => open.remove(client));
  });
}
