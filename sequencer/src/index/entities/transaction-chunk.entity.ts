import { Column, Entity, PrimaryColumn } from 'typeorm';
import { wholeNumber } from './columns.js';

/** Transactions in one row of the table: each is a line of `body`, so that one is found without reading the others. */
export const CHUNK_SIZE = 32;

/** A run of a block's transactions with their receipts and logs; positions `chunk * 32 ...`. */
@Entity('transaction_chunks')
export class TransactionChunkEntity {
  @PrimaryColumn(wholeNumber('block_number'))
  blockNumber!: number;

  @PrimaryColumn({ name: 'chunk', type: 'integer' })
  chunk!: number;

  /** One line of JSON for each transaction, see transaction-line.ts. */
  @Column({ name: 'body', type: 'text' })
  body!: string;
}
