import type { QueryRunner } from 'typeorm';

/** Table and columns of rows that belong to one block: a key and a value each. */
export interface KeyedTable {
  readonly table: string;
  readonly key: string;
  readonly value: string;
}

/** A list whose places are the keys. */
export interface ListTable {
  readonly table: string;
  readonly position: string;
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

/** Inserts a list for a block, its places counted from 0, likewise. */
export async function insertList(
  runner: QueryRunner,
  { table, position, value }: ListTable,
  blockNumber: number,
  values: readonly string[],
): Promise<void> {
  if (values.length === 0) return;
  const source = isPostgres(runner)
    ? 'SELECT $1::bigint, place - 1, value FROM jsonb_array_elements_text($2::jsonb) WITH ORDINALITY AS list(value, place)'
    : 'SELECT ?, key, value FROM json_each(?)';
  await runner.query(`INSERT INTO "${table}" ("block_number", "${position}", "${value}") ${source}`, [
    blockNumber,
    JSON.stringify(values),
  ]);
}

/** Long values in one statement. */
const LONG_AT_ONCE = 200;

/** Inserts a list of long byte strings for a block. These are bound one by one: JSON has no bytes. */
export async function insertBytes(
  runner: QueryRunner,
  { table, position, value }: ListTable,
  blockNumber: number,
  list: readonly Uint8Array[],
): Promise<void> {
  for (let start = 0; start < list.length; start += LONG_AT_ONCE) {
    const part = list.slice(start, start + LONG_AT_ONCE);
    const rows = part.map((_, index) =>
      isPostgres(runner) ? `($${3 * index + 1}, $${3 * index + 2}, $${3 * index + 3})` : '(?, ?, ?)',
    );
    const values = part.flatMap((bytes, index) => [blockNumber, start + index, bytes]);
    await runner.query(
      `INSERT INTO "${table}" ("block_number", "${position}", "${value}") VALUES ${rows.join(', ')}`,
      values,
    );
  }
}
