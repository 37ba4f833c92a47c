import { Entity, Index, PrimaryColumn, Column } from 'typeorm';
import type { Hex } from 'viem';
import { hash, wholeNumber } from './columns.js';

/** Where a transaction is. What it holds stands in its chunk. */
@Entity('transactions', { withoutRowid: true })
export class TransactionEntity {
  @PrimaryColumn(wholeNumber('block_number'))
  blockNumber!: number;

  @PrimaryColumn({ name: 'position', type: 'integer' })
  position!: number;

  /** The hash clients know: of a deposit the op-stack one, else the receipt's. */
  @Index('transactions_hash', { unique: true })
  @Column(hash('hash'))
  hash!: Hex;
}
