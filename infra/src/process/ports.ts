import { createServer } from 'node:net';
import { InfraError } from '../errors.js';

/** True when nothing listens on the loopback port. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port that the system says is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Fails with the flag that changes the port. */
export async function requireFree(port: number, what: string, flag: string): Promise<void> {
  if (await isFree(port)) return;
  throw new InfraError('portInUse', `${what} wants port ${port}. Stop what uses it, or choose another with ${flag}.`);
}
