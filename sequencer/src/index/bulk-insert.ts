import type { QueryRunner } from 'typeorm';
import { hashPrefix, TRANSACTION_CHUNKS } from './entities/index.js';

/** Table and columns of rows that belong to one block: a key and a value each. */
export interface KeyedTable {
  readonly table: string;
  readonly key: string;
  readonly value: string;
}

const isPostgres = (runner: QueryRunner): boolean => runner.connection.options.type === 'postgres';

/**
 * Inserts the entries of a map for a block in one statement with two parameters. Binding each value by itself costs the
 * drivers more than the database needs for the rows, so the rows travel as JSON, which both databases unpack. Neither keys nor values may
 * need escaping in JSON: an object of thousands of keys is not made only to be written out.
 */
export async function insertMap(
  runner: QueryRunner,
  { table, key, value }: KeyedTable,
  blockNumber: number,
  entries: ReadonlyMap<string, string>,
): Promise<void> {
  if (entries.size === 0) return;
  const source = isPostgres(runner)
    ? 'SELECT key, $1::bigint, value FROM jsonb_each_text($2::jsonb)'
    : 'SELECT key, ?, value FROM json_each(?)';
  const json = `{${Array.from(entries, ([name, text]) => `"${name}":"${text}"`).join(',')}}`;
  await runner.query(`INSERT INTO "${table}" ("${key}", "block_number", "${value}") ${source}`, [blockNumber, json]);
}

/** Inserts where the transactions of a block are, by their hashes in order. Ascending, so that each page is touched once. */
export async function insertPlaces(
  runner: QueryRunner,
  blockNumber: number,
  hashes: readonly Uint8Array[],
): Promise<void> {
  if (hashes.length === 0) return;
  const source = isPostgres(runner)
    ? 'SELECT value::bigint, $1::bigint, place - 1 FROM jsonb_array_elements_text($2::jsonb) WITH ORDINALITY AS list(value, place)'
    : 'SELECT value, ?, key FROM json_each(?)';
  await runner.query(
    `INSERT INTO "transaction_places" ("hash_prefix", "block_number", "position") ${source} ORDER BY 1`,
    [blockNumber, JSON.stringify(hashes.map(hashPrefix))],
  );
}

/** Deletes them again. By the hashes: nothing leads from a block to its places. */
export async function deletePlaces(
  runner: QueryRunner,
  blockNumber: number,
  hashes: readonly Uint8Array[],
): Promise<void> {
  const list = isPostgres(runner)
    ? '"block_number" = $1 AND "hash_prefix" IN (SELECT value::bigint FROM jsonb_array_elements_text($2::jsonb))'
    : '"block_number" = ? AND "hash_prefix" IN (SELECT value FROM json_each(?))';
  const prefixes = JSON.stringify(hashes.map(hashPrefix));
  await runner.query(`DELETE FROM "transaction_places" WHERE ${list}`, [blockNumber, prefixes]);
}

/** Long values in one statement. */
const LONG_AT_ONCE = 200;

/** Inserts the chunks of a block. They are bound one by one: JSON has no bytes. */
export async function insertChunks(
  runner: QueryRunner,
  blockNumber: number,
  chunks: readonly Uint8Array[],
): Promise<void> {
  for (let start = 0; start < chunks.length; start += LONG_AT_ONCE) {
    const part = chunks.slice(start, start + LONG_AT_ONCE);
    const rows = part.map((_, index) =>
      isPostgres(runner) ? `($${3 * index + 1}, $${3 * index + 2}, $${3 * index + 3})` : '(?, ?, ?)',
    );
    const values = part.flatMap((bytes, index) => [blockNumber, start + index, bytes]);
    await runner.query(
      `INSERT INTO "${TRANSACTION_CHUNKS}" ("block_number", "chunk", "body") VALUES ${rows.join(', ')}`,
      values,
    );
  }
}
