import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Hex } from 'viem';
import { address, hash, wholeNumber } from './columns.js';

/** A transaction with its receipt and logs: one row, because they are always read together. */
@Entity('transactions')
export class TransactionEntity {
  @PrimaryColumn(wholeNumber('block_number'))
  blockNumber!: number;

  @PrimaryColumn({ name: 'position', type: 'integer' })
  position!: number;

  /** The hash clients know: of a deposit the op-stack one, else the receipt's. */
  @Index('transactions_hash', { unique: true })
  @Column(hash('hash'))
  hash!: Hex;

  @Column({ name: 'kind', type: 'varchar', length: 8 })
  kind!: 'ethereum' | 'packed' | 'delayed';

  @Column(address('sender'))
  sender!: Hex;

  @Column(wholeNumber('lane'))
  lane!: number;

  /** Nonce of an Ethereum transaction, sequence of a packed one. */
  @Column(wholeNumber('sequence'))
  sequence!: number;

  /** Number of the first log inside the block. */
  @Column({ name: 'first_log', type: 'integer' })
  firstLog!: number;

  /** Gas used by the block up to and with this transaction. */
  @Column(wholeNumber('cumulative_gas'))
  cumulativeGas!: number;

  /** Wire bytes as hex. */
  @Column({ name: 'wire', type: 'text' })
  wire!: Hex;

  /** The receipt as JSON, see receipt-json.ts. */
  @Column({ name: 'receipt', type: 'text' })
  receipt!: string;
}
