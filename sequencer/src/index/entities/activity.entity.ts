import { Entity, Index, PrimaryColumn } from 'typeorm';
import type { Hex } from 'viem';
import { address, wholeNumber } from './columns.js';

/** An account took part in a transaction: as sender or as an indexed argument of one of its events. */
@Entity('activity', { withoutRowid: true })
@Index('activity_block', ['blockNumber'])
export class ActivityEntity {
  @PrimaryColumn(address('account'))
  account!: Hex;

  @PrimaryColumn(wholeNumber('block_number'))
  blockNumber!: number;

  @PrimaryColumn({ name: 'position', type: 'integer' })
  position!: number;
}
