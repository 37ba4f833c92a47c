import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Hex } from 'viem';
import { amount, hash, wholeNumber } from './columns.js';

/** An L1 item that holds blocks `first..last`, and what it cost. */
@Entity('batches')
export class BatchEntity {
  /** Number of the inbox item. */
  @PrimaryColumn(wholeNumber('item'))
  item!: number;

  @Column(wholeNumber('first_block'))
  firstBlock!: number;

  @Index('batches_last_block')
  @Column(wholeNumber('last_block'))
  lastBlock!: number;

  @Column(hash('l1_transaction_hash'))
  l1TransactionHash!: Hex;

  @Column(wholeNumber('l1_block_number'))
  l1BlockNumber!: number;

  @Column({ name: 'payload_bytes', type: 'integer' })
  payloadBytes!: number;

  /** Wei paid on L1 for execution and blobs. */
  @Column(amount('cost_wei'))
  costWei!: string;

  @Column({ ...hash('l1_block_hash'), default: `0x${'0'.repeat(64)}` })
  l1BlockHash!: Hex;

  /** Part of the cost that was paid for blobs; 0 for a batch in calldata. */
  @Column({ ...amount('blob_wei'), default: '0' })
  blobWei!: string;
}
