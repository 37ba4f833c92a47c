import sqlite3 from 'sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from './entities/index.js';
import { IndexError } from './index.errors.js';
import { BatchParts1764000000000 } from './migrations/batch-parts.migration.js';
import { CreateIndex1763800000000 } from './migrations/create-index.migration.js';
import { TransactionPlaces1764500000000 } from './migrations/transaction-places.migration.js';

/** Milliseconds a connection waits for a lock of another process before it fails. */
const BUSY_TIMEOUT_MS = 5_000;

const CACHE_KIBIBYTES = 65_536;

/**
 * Pages of the write-ahead log (4 KiB each) before SQLite copies them into the database: 64 MiB. A busy block alone writes more than the
 * usual 1,000, and the same pages of an index are written by every block.
 */
const CHECKPOINT_PAGES = 16_384;

/** TypeORM asks for the verbose driver, which formats the parameters of every query, megabytes a block, in case it fails. */
const quietSqlite = { ...sqlite3, verbose: () => sqlite3 };

const shared = {
  migrations: [CreateIndex1763800000000, BatchParts1764000000000, TransactionPlaces1764500000000],
  migrationsTransactionMode: 'all' as const,
};

/** `sqlite:<file>` or `postgres://...`. Fails with index/url for anything else. */
export function dataSourceOptions(url: string): DataSourceOptions {
  if (/^postgres(ql)?:\/\//.test(url))
    return { ...shared, type: 'postgres', entities: entities('bytea'), url, applicationName: 'metachain' };
  if (url.startsWith('sqlite:') && url.length > 'sqlite:'.length) {
    return {
      ...shared,
      type: 'sqlite',
      entities: entities('blob'),
      driver: quietSqlite,
      database: url.slice('sqlite:'.length),
      enableWAL: true,
      busyTimeout: BUSY_TIMEOUT_MS,
    };
  }
  throw new IndexError('index/url', 'the index URL must be sqlite:<file> or postgres://...');
}

/**
 * The two connections of the index.
 *
 * SQLite has one connection object per data source, and a read on it would see a half-written block and fail inside
 * another's transaction; so reads have their own, which sees committed blocks only (write-ahead log). On PostgreSQL both are one pool.
 */
export interface IndexDatabase {
  readonly writer: DataSource;
  readonly reader: DataSource;
  close(): Promise<void>;
}

/** Opens the database and brings its schema up to date. */
export async function openIndexDatabase(url: string): Promise<IndexDatabase> {
  const options = dataSourceOptions(url);
  const writer = await new DataSource(options).initialize();
  await writer.runMigrations();
  if (options.type === 'postgres') return { writer, reader: writer, close: () => writer.destroy() };
  // The index can be rebuilt from the journal, so a commit need not wait for the disk.
  await writer.query('PRAGMA synchronous = NORMAL');
  // Hashes arrive in random order, so the pages of their index should stay in memory.
  await writer.query(`PRAGMA cache_size = -${CACHE_KIBIBYTES}`);
  await writer.query(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const reader = await new DataSource(options).initialize();
  await reader.query('PRAGMA query_only = 1');
  const close = async () => {
    await reader.destroy();
    await writer.destroy();
  };
  return { writer, reader, close };
}
