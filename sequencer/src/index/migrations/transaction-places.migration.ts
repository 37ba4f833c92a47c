import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const PREFIX_DIGITS = 12;

const blockNumber = { name: 'block_number', type: 'bigint', isPrimary: true };
const position = { name: 'position', type: 'integer', isPrimary: true };

const places = new Table({
  name: 'transaction_places',
  withoutRowid: true,
  columns: [{ name: 'hash_prefix', type: 'bigint', isPrimary: true }, blockNumber, position],
});

const hashes = (binary: string) =>
  new Table({ name: 'transaction_hashes', columns: [blockNumber, { name: 'hashes', type: binary }] });

const texts = new Table({
  name: 'transactions',
  withoutRowid: true,
  columns: [blockNumber, position, { name: 'hash', type: 'varchar', length: '66' }],
  indices: [{ name: 'transactions_hash', columnNames: ['hash'], isUnique: true }],
});

const isPostgres = ({ connection }: QueryRunner): boolean => connection.options.type === 'postgres';

/** The number that the first digits of a hash are. SQLite reads no hexadecimal text, so there it is a sum over them. */
const prefixOf = (postgres: boolean): string => {
  if (postgres) return `('x' || substr(hash, 3, ${PREFIX_DIGITS}))::bit(${4 * PREFIX_DIGITS})::bigint`;
  const digits = Array.from({ length: PREFIX_DIGITS }, (_, place) => {
    const weight = 16 ** (PREFIX_DIGITS - 1 - place);
    return `(instr('0123456789abcdef', substr(hash, ${3 + place}, 1)) - 1) * ${weight}`;
  });
  return digits.join(' + ');
};

const joined = (postgres: boolean): string =>
  postgres
    ? `decode(string_agg(substr(hash, 3), '' ORDER BY position), 'hex')`
    : `unhex(group_concat(substr(hash, 3), '' ORDER BY position))`;

const nth = (postgres: boolean): string =>
  postgres ? `encode(substring(hashes FROM n * 32 + 1 FOR 32), 'hex')` : `lower(hex(substr(hashes, n * 32 + 1, 32)))`;

/** Hashes as bytes, one row a block, and places by the start of a hash, instead of a table of hashes as text. */
export class TransactionPlaces1764500000000 implements MigrationInterface {
  readonly name = 'TransactionPlaces1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    const postgres = isPostgres(runner);
    await runner.createTable(places);
    await runner.createTable(hashes(postgres ? 'bytea' : 'blob'));
    await runner.query(
      `INSERT INTO transaction_places (hash_prefix, block_number, position)
       SELECT ${prefixOf(postgres)}, block_number, position FROM transactions`,
    );
    const none = postgres ? `decode('', 'hex')` : `x''`;
    await runner.query(
      `INSERT INTO transaction_hashes (block_number, hashes)
       SELECT number, coalesce((SELECT ${joined(postgres)} FROM transactions WHERE block_number = number), ${none})
       FROM blocks`,
    );
    await runner.dropTable('transactions');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.createTable(texts);
    await runner.query(
      `WITH RECURSIVE places(n) AS (
         SELECT 0 UNION ALL SELECT n + 1 FROM places WHERE n + 1 < (SELECT max(transaction_count) FROM blocks)
       )
       INSERT INTO transactions (block_number, position, hash)
       SELECT block_number, n, '0x' || ${nth(isPostgres(runner))} FROM transaction_hashes, places WHERE n * 32 < length(hashes)`,
    );
    await runner.dropTable('transaction_hashes');
    await runner.dropTable('transaction_places');
  }
}
