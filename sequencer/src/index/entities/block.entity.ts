import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Hex } from 'viem';
import { address, amount, hash, wholeNumber } from './columns.js';

/** A sealed block, without its transactions. Prices in wei per gas and wei per L1 byte. */
@Entity('blocks')
export class BlockEntity {
  @PrimaryColumn(wholeNumber('number'))
  number!: number;

  @Index('blocks_hash', { unique: true })
  @Column(hash('hash'))
  hash!: Hex;

  @Column(hash('parent_hash'))
  parentHash!: Hex;

  @Column(hash('state_root'))
  stateRoot!: Hex;

  /** `receiptsRoot` of the JSON-RPC. */
  @Column(hash('log_hash'))
  logHash!: Hex;

  @Column(wholeNumber('timestamp'))
  timestamp!: number;

  @Column(address('producer'))
  producer!: Hex;

  @Column(amount('gas_used'))
  gasUsed!: string;

  @Column(amount('base_price'))
  basePrice!: string;

  @Column(amount('l1_byte_price'))
  l1BytePrice!: string;

  /** Delayed messages consumed up to and with this block. */
  @Column(wholeNumber('delayed_consumed'))
  delayedConsumed!: number;

  @Column({ name: 'transaction_count', type: 'integer' })
  transactionCount!: number;

  @Column({ name: 'log_count', type: 'integer' })
  logCount!: number;

  @Column({ name: 'content_bytes', type: 'integer' })
  contentBytes!: number;

  /** 256-byte bloom of all addresses and topics, as hex. */
  @Column({ name: 'logs_bloom', type: 'text' })
  logsBloom!: Hex;
}
