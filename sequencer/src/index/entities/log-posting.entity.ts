import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from './columns.js';

/**
 * Inverted index of the logs: which transactions of a block have a log with this address or topic.
 *
 * One row per distinct key and block instead of one per log: a busy pool costs one row a block, which keeps the index
 * in step with the chain at full load.
 */
@Entity('log_postings', { withoutRowid: true })
@Index('log_postings_block', ['blockNumber'])
export class LogPostingEntity {
  /** `a:<address>` or `<topic position>:<topic>`. */
  @PrimaryColumn({ name: 'key', type: 'varchar', length: 68 })
  key!: string;

  @PrimaryColumn(wholeNumber('block_number'))
  blockNumber!: number;

  /** Positions in the block, ascending, separated by commas. */
  @Column({ name: 'positions', type: 'text' })
  positions!: string;
}
