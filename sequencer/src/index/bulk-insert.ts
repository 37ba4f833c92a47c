import type { EntityTarget, ObjectLiteral, QueryRunner } from 'typeorm';

/** Values in one statement: SQLite allows 32,766, PostgreSQL 65,535. */
const MAXIMUM_PARAMETERS = 32_000;

/**
 * Inserts rows with as few statements as the databases allow.
 *
 * The query builder of TypeORM spends several times the database's own time on such inserts; names come from its metadata all the same.
 */
export async function bulkInsert<T extends ObjectLiteral>(
  runner: QueryRunner,
  target: EntityTarget<T>,
  rows: readonly T[],
): Promise<void> {
  const { tableName, columns } = runner.connection.getMetadata(target);
  const names = columns.map((column) => `"${column.databaseName}"`).join(', ');
  const rowsPerStatement = Math.floor(MAXIMUM_PARAMETERS / columns.length);
  const numbered = runner.connection.options.type === 'postgres';
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const chunk = rows.slice(start, start + rowsPerStatement);
    const values = chunk.flatMap((row) => columns.map((column) => row[column.propertyName] as unknown));
    await runner.query(
      `INSERT INTO "${tableName}" (${names}) VALUES ${placeholders(chunk.length, columns.length, numbered)}`,
      values,
    );
  }
}

function placeholders(rows: number, columns: number, numbered: boolean): string {
  const row = (first: number) =>
    `(${Array.from({ length: columns }, (_, column) => (numbered ? `$${first + column}` : '?')).join(',')})`;
  if (!numbered) return Array(rows).fill(row(1)).join(',');
  return Array.from({ length: rows }, (_, index) => row(index * columns + 1)).join(',');
}
