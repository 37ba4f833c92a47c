import { Entity, PrimaryColumn } from 'typeorm';
import { wholeNumber } from './columns.js';

const PREFIX_BYTES = 6;

/**
 * Where a transaction is, by the start of its hash. Hashes arrive in random order, so each one touches a page of its own, which is then
 * written as a whole: the smaller the row, the fewer pages there are. Whole hashes are in `transaction_hashes`.
 */
@Entity('transaction_places', { withoutRowid: true })
export class TransactionPlaceEntity {
  @PrimaryColumn(wholeNumber('hash_prefix'))
  hashPrefix!: number;

  @PrimaryColumn(wholeNumber('block_number'))
  blockNumber!: number;

  @PrimaryColumn({ name: 'position', type: 'integer' })
  position!: number;
}

/** The first six bytes of a hash as a number, which is exact below 2^53. */
export const hashPrefix = (hash: Uint8Array): number =>
  Buffer.from(hash.buffer, hash.byteOffset, PREFIX_BYTES).readUIntBE(0, PREFIX_BYTES);
