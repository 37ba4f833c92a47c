import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

const columns = [
  new TableColumn({ name: 'l1_block_hash', type: 'varchar', length: '66', default: `'0x${'0'.repeat(64)}'` }),
  new TableColumn({ name: 'blob_wei', type: 'varchar', length: '80', default: "'0'" }),
];

/** The L1 block of a batch by hash, and how much of its cost was for blobs. */
export class BatchParts1764000000000 implements MigrationInterface {
  readonly name = 'BatchParts1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const column of columns) await queryRunner.addColumn('batches', column);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const column of [...columns].reverse()) await queryRunner.dropColumn('batches', column.name);
  }
}
