import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
const big = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const varchar = (name: string, length: number): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
});
const hash = (name: string): TableColumnOptions => varchar(name, 66);
const address = (name: string): TableColumnOptions => varchar(name, 42);
const amount = (name: string): TableColumnOptions => varchar(name, 80);
const primary = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });

const blocks = new Table({
  name: 'blocks',
  columns: [
    primary(big('number')),
    ...['hash', 'parent_hash', 'state_root', 'log_hash'].map(hash),
    big('timestamp'),
    address('producer'),
    ...['gas_used', 'base_price', 'l1_byte_price'].map(amount),
    big('delayed_consumed'),
    ...['transaction_count', 'log_count', 'content_bytes'].map(integer),
    text('logs_bloom'),
  ],
  indices: [{ name: 'blocks_hash', columnNames: ['hash'], isUnique: true }],
});

const transactions = new Table({
  name: 'transactions',
  withoutRowid: true,
  columns: [primary(big('block_number')), primary(integer('position')), hash('hash')],
  indices: [{ name: 'transactions_hash', columnNames: ['hash'], isUnique: true }],
});

const transactionChunks = (binary: string) =>
  new Table({
    name: 'transaction_chunks',
    columns: [primary(big('block_number')), primary(integer('chunk')), { name: 'body', type: binary }],
  });

const logPostings = new Table({
  name: 'log_postings',
  withoutRowid: true,
  columns: [primary(varchar('key', 68)), primary(big('block_number')), text('positions')],
  indices: [{ name: 'log_postings_block', columnNames: ['block_number'] }],
});

const activity = new Table({
  name: 'activity',
  withoutRowid: true,
  columns: [primary(address('account')), primary(big('block_number')), text('positions')],
  indices: [{ name: 'activity_block', columnNames: ['block_number'] }],
});

const batches = new Table({
  name: 'batches',
  columns: [
    primary(big('item')),
    big('first_block'),
    big('last_block'),
    hash('l1_transaction_hash'),
    big('l1_block_number'),
    integer('payload_bytes'),
    amount('cost_wei'),
  ],
  indices: [{ name: 'batches_last_block', columnNames: ['last_block'] }],
});

const withdrawals = new Table({
  name: 'withdrawals',
  columns: [primary(hash('slot')), hash('withdrawal_hash'), big('block_number'), integer('position')],
  indices: [{ name: 'withdrawals_block', columnNames: ['block_number'] }],
});

const tablesOf = ({ connection }: QueryRunner): Table[] => {
  const chunks = transactionChunks(connection.options.type === 'postgres' ? 'bytea' : 'blob');
  return [blocks, transactions, chunks, logPostings, activity, batches, withdrawals];
};

/** First schema. A test compares it with the entities on both databases. */
export class CreateIndex1763800000000 implements MigrationInterface {
  readonly name = 'CreateIndex1763800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of tablesOf(queryRunner)) await queryRunner.createTable(table);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of tablesOf(queryRunner).reverse()) await queryRunner.dropTable(table);
  }
}
