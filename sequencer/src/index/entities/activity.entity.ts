import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Hex } from 'viem';
import { address, wholeNumber } from './columns.js';

/** In which transactions of a block an account took part: as sender or as an indexed argument of one of their events. */
@Entity('activity', { withoutRowid: true })
@Index('activity_block', ['blockNumber'])
export class ActivityEntity {
  @PrimaryColumn(address('account'))
  account!: Hex;

  @PrimaryColumn(wholeNumber('block_number'))
  blockNumber!: number;

  /** Positions in the block, ascending, separated by commas. */
  @Column({ name: 'positions', type: 'text' })
  positions!: string;
}
