import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Hex } from 'viem';
import { hash, wholeNumber } from './columns.js';

/** Finds the withdrawal that op-stack clients name by the storage slot `keccak(abi.encode(withdrawalHash, 0))`. */
@Entity('withdrawals')
export class WithdrawalEntity {
  @PrimaryColumn(hash('slot'))
  slot!: Hex;

  @Column(hash('withdrawal_hash'))
  withdrawalHash!: Hex;

  @Index('withdrawals_block')
  @Column(wholeNumber('block_number'))
  blockNumber!: number;

  @Column({ name: 'position', type: 'integer' })
  position!: number;
}
